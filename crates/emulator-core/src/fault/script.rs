//! The script: which request meets which fault.

use super::{Fault, ScriptedFault};
use crate::operation::Operation;

/// The faults that are still to come, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pending: Vec<PendingFault>,
}

#[derive(Debug)]
struct PendingFault {
    scripted: ScriptedFault,
    /// The matching requests since the fault was added.
    matched: u32,
}

impl Script {
    pub(crate) fn add(&mut self, scripted: ScriptedFault) {
        self.pending.push(PendingFault {
            scripted,
            matched: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }

    /// Returns the faults that are still to come, with the times that are left.
    pub(crate) fn pending(&self) -> Vec<ScriptedFault> {
        let scripted = self.pending.iter().map(|it| it.scripted.clone());
        scripted.collect()
    }

    /// Returns the fault that strikes a request: of those that are due, the one that was added first.
    /// Every matching fault counts the request, also if another one strikes it.
    pub(crate) fn next(&mut self, operation: Operation) -> Option<Fault> {
        let mut due = None;
        for (index, pending) in self.pending.iter_mut().enumerate() {
            if !pending.matches(operation) {
                continue;
            }
            pending.matched = pending.matched.saturating_add(1);
            let nth = pending.scripted.matches.nth.unwrap_or(1);
            if due.is_none() && pending.matched >= nth && pending.scripted.times != Some(0) {
                due = Some(index);
            }
        }
        let index = due?;
        let pending = self.pending.get_mut(index)?;
        let fault = pending.scripted.fault.clone();
        if let Some(times) = &mut pending.scripted.times {
            *times -= 1;
            if *times == 0 {
                self.pending.remove(index);
            }
        }
        Some(fault)
    }
}

impl PendingFault {
    fn matches(&self, operation: Operation) -> bool {
        match self.scripted.matches.operation {
            Some(wanted) => wanted == operation,
            // A preflight is the browser's own; a fault for every request means those of the page.
            None => operation != Operation::Preflight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Match;

    #[test]
    fn a_fault_strikes_its_own_operation_as_often_as_scripted() {
        let mut script = Script::default();
        script.add(Fault::Hang.on(Operation::Put).times(2));
        assert_eq!(script.next(Operation::Init), None);
        assert_eq!(script.next(Operation::Put), Some(Fault::Hang));
        assert_eq!(script.next(Operation::Put), Some(Fault::Hang));
        assert_eq!(script.next(Operation::Put), None);
        assert!(script.pending().is_empty());
    }

    #[test]
    fn faults_of_one_operation_strike_in_the_order_they_were_added() {
        let mut script = Script::default();
        script.add(Fault::status(503).on(Operation::Create));
        script.add(Fault::Empty.on(Operation::Create).for_ever());
        assert_eq!(script.next(Operation::Create), Some(Fault::status(503)));
        for _ in 0..10 {
            assert_eq!(script.next(Operation::Create), Some(Fault::Empty));
        }
    }

    #[test]
    fn the_nth_request_is_counted_from_the_addition_of_the_fault() {
        let mut script = Script::default();
        assert_eq!(script.next(Operation::Put), None);
        script.add(Fault::Empty.on(Operation::Put));
        script.add(Fault::Hang.on(Operation::Put).nth(3));
        assert_eq!(script.next(Operation::Put), Some(Fault::Empty));
        assert_eq!(script.next(Operation::Put), None);
        assert_eq!(script.next(Operation::Put), Some(Fault::Hang));
        assert_eq!(script.next(Operation::Put), None);
    }

    #[test]
    fn a_fault_without_an_operation_strikes_every_request_but_preflights() {
        let mut script = Script::default();
        script.add(ScriptedFault {
            matches: Match::default(),
            times: None,
            fault: Fault::Empty,
        });
        assert_eq!(script.next(Operation::Preflight), None);
        assert_eq!(script.next(Operation::Get), Some(Fault::Empty));
        assert_eq!(script.next(Operation::Put), Some(Fault::Empty));
    }

    #[test]
    fn a_fault_of_zero_times_never_strikes() {
        let mut script = Script::default();
        script.add(Fault::Hang.on(Operation::Put).times(0));
        assert_eq!(script.next(Operation::Put), None);
    }
}

use crate::step::Step;

use super::{Fault, ScriptedFault};

/// The faults still to come, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    scripted: ScriptedFault,
    /// Matching requests since it was added.
    seen: u32,
}

impl Script {
    pub(crate) fn add(&mut self, scripted: ScriptedFault) {
        self.pending.push(Pending { scripted, seen: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }

    /// What has not happened yet, with the times that are left.
    pub(crate) fn pending(&self) -> Vec<ScriptedFault> {
        let scripted = self.pending.iter().map(|it| it.scripted.clone());
        scripted.collect()
    }

    /// The fault that befalls a request of this step: the first added of those that are due. Every
    /// fault that matches counts the request, whichever befalls it.
    pub(crate) fn next(&mut self, step: Step) -> Option<Fault> {
        let mut due = None;
        for (index, pending) in self.pending.iter_mut().enumerate() {
            if !pending.matches(step) {
                continue;
            }
            pending.seen = pending.seen.saturating_add(1);
            let nth = pending.scripted.matches.nth.unwrap_or(1);
            if due.is_none() && pending.seen >= nth && pending.scripted.times != Some(0) {
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

impl Pending {
    fn matches(&self, step: Step) -> bool {
        match self.scripted.matches.step {
            Some(wanted) => wanted == step,
            // A preflight is the browser's doing; a fault for "everything" means our own requests.
            None => step != Step::Preflight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Match;

    #[test]
    fn a_fault_befalls_its_own_step_as_often_as_asked() {
        let mut script = Script::default();
        script.add(Fault::Hang.on(Step::Put).times(2));
        assert_eq!(script.next(Step::Init), None);
        assert_eq!(script.next(Step::Put), Some(Fault::Hang));
        assert_eq!(script.next(Step::Put), Some(Fault::Hang));
        assert_eq!(script.next(Step::Put), None);
        assert!(script.pending().is_empty());
    }

    #[test]
    fn faults_of_one_step_come_in_the_order_they_were_added() {
        let mut script = Script::default();
        script.add(Fault::status(503).on(Step::Create));
        script.add(Fault::Empty.on(Step::Create).for_ever());
        assert_eq!(script.next(Step::Create), Some(Fault::status(503)));
        for _ in 0..10 {
            assert_eq!(script.next(Step::Create), Some(Fault::Empty));
        }
    }

    #[test]
    fn the_nth_request_is_counted_from_when_the_fault_was_added() {
        let mut script = Script::default();
        assert_eq!(script.next(Step::Put), None);
        script.add(Fault::Empty.on(Step::Put));
        script.add(Fault::Hang.on(Step::Put).nth(3));
        assert_eq!(script.next(Step::Put), Some(Fault::Empty));
        assert_eq!(script.next(Step::Put), None);
        assert_eq!(script.next(Step::Put), Some(Fault::Hang));
        assert_eq!(script.next(Step::Put), None);
    }

    #[test]
    fn a_fault_without_a_step_befalls_anything_but_preflights() {
        let mut script = Script::default();
        script.add(ScriptedFault {
            matches: Match::default(),
            times: None,
            fault: Fault::Empty,
        });
        assert_eq!(script.next(Step::Preflight), None);
        assert_eq!(script.next(Step::Get), Some(Fault::Empty));
        assert_eq!(script.next(Step::Put), Some(Fault::Empty));
    }

    #[test]
    fn a_fault_of_no_times_never_comes() {
        let mut script = Script::default();
        script.add(Fault::Hang.on(Step::Put).times(0));
        assert_eq!(script.next(Step::Put), None);
    }
}

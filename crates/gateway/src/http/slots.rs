//! How many PUTs there may be at once: in all, and of one visitor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::admit::caller::Visitor;

#[derive(Clone, Debug)]
pub(crate) struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    of_all: usize,
    of_one: usize,
    taken: Mutex<HashMap<Visitor, usize>>,
}

/// One PUT that is going on; over when this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Slots,
    visitor: Visitor,
}

impl Slots {
    pub(crate) fn new(of_all: usize, of_one: usize) -> Self {
        Self(Arc::new(Inner {
            of_all,
            of_one,
            taken: Mutex::default(),
        }))
    }

    /// `None` where there are as many as there may be.
    pub(crate) fn take(&self, visitor: Visitor) -> Option<Slot> {
        let mut taken = self.taken();
        let in_all: usize = taken.values().sum();
        let of_one = taken.get(&visitor).copied().unwrap_or_default();
        if in_all >= self.0.of_all || of_one >= self.0.of_one {
            return None;
        }
        taken.insert(visitor.clone(), of_one + 1);
        Some(Slot {
            slots: self.clone(),
            visitor,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Visitor, usize>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        match taken.get_mut(&self.visitor) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.remove(&self.visitor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(last: u8) -> Visitor {
        Visitor::Address(Some([192, 0, 2, last].into()))
    }

    #[test]
    fn one_visitor_leaves_room_for_others_and_all_together_have_a_limit() {
        let slots = Slots::new(3, 2);
        let first = slots.take(visitor(1));
        let second = slots.take(visitor(1));
        assert!(first.is_some() && second.is_some());
        assert!(slots.take(visitor(1)).is_none());
        let other = slots.take(visitor(2));
        assert!(other.is_some());
        assert!(slots.take(visitor(3)).is_none());
        drop(second);
        assert!(slots.take(visitor(3)).is_some());
    }
}

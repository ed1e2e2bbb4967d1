//! The limit on PUTs at once: in all, and of one visitor.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::admit::caller::Visitor;

#[derive(Clone, Debug)]
pub(crate) struct UploadSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    max_in_all: usize,
    max_per_visitor: usize,
    taken: Mutex<HashMap<Visitor, usize>>,
}

/// The place of one PUT. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct UploadSlot {
    slots: UploadSlots,
    visitor: Visitor,
}

impl UploadSlots {
    pub(crate) fn new(max_in_all: usize, max_per_visitor: usize) -> Self {
        Self(Arc::new(Inner {
            max_in_all,
            max_per_visitor,
            taken: Mutex::default(),
        }))
    }

    /// Takes a slot. `None` where the visitor, or all visitors together, have as many as allowed.
    pub(crate) fn take(&self, visitor: Visitor) -> Option<UploadSlot> {
        let mut taken = self.taken();
        let in_all: usize = taken.values().sum();
        let of_visitor = taken.get(&visitor).copied().unwrap_or_default();
        if in_all >= self.0.max_in_all || of_visitor >= self.0.max_per_visitor {
            return None;
        }
        taken.insert(visitor.clone(), of_visitor + 1);
        Some(UploadSlot {
            slots: self.clone(),
            visitor,
        })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Visitor, usize>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UploadSlot {
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
        let slots = UploadSlots::new(3, 2);
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

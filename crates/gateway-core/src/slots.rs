//! The limits on what may happen at once, in all and for one holder.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The slots that holders of type `K` may take.
#[derive(Clone, Debug)]
pub struct Slots<K>(Arc<Inner<K>>);

#[derive(Debug)]
struct Inner<K> {
    max_in_all: usize,
    max_per_holder: usize,
    taken: Mutex<HashMap<K, usize>>,
}

/// One slot of a holder's. Dropping it frees the slot.
#[derive(Debug)]
pub struct Slot<K: Eq + Hash> {
    slots: Slots<K>,
    holder: K,
}

impl<K: Clone + Eq + Hash> Slots<K> {
    pub fn new(max_in_all: usize, max_per_holder: usize) -> Self {
        Self(Arc::new(Inner {
            max_in_all,
            max_per_holder,
            taken: Mutex::default(),
        }))
    }

    /// Takes a slot. `None` where the holder, or all holders together, have as many as allowed.
    pub fn take(&self, holder: K) -> Option<Slot<K>> {
        let mut taken = self.taken();
        let in_all: usize = taken.values().sum();
        let of_holder = taken.get(&holder).copied().unwrap_or_default();
        if in_all >= self.0.max_in_all || of_holder >= self.0.max_per_holder {
            return None;
        }
        taken.insert(holder.clone(), of_holder + 1);
        Some(Slot {
            slots: Self(Arc::clone(&self.0)),
            holder,
        })
    }
}

impl<K> Slots<K> {
    fn taken(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Slot<K> {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        match taken.get_mut(&self.holder) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                taken.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_leaves_room_for_others_and_all_together_have_a_limit() {
        let slots = Slots::new(3, 2);
        let first = slots.take("a");
        let second = slots.take("a");
        assert!(first.is_some() && second.is_some());
        assert!(slots.take("a").is_none());
        let other = slots.take("b");
        assert!(other.is_some());
        assert!(slots.take("c").is_none());
        drop(second);
        assert!(slots.take("c").is_some());
    }
}

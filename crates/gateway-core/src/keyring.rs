//! Several keys for one use, so that secrets can be rotated.

use std::iter;

/// Keys in the order of their secrets: the first signs or seals, every one verifies or opens, and the
/// last one derives what must outlive a rotation. A key may stand twice.
#[derive(Clone)]
pub(crate) struct Keyring<K> {
    first: K,
    others: Vec<K>,
}

impl<K> Keyring<K> {
    /// `None` where there is no key.
    pub(crate) fn new(keys: impl IntoIterator<Item = K>) -> Option<Self> {
        let mut keys = keys.into_iter();
        Some(Self {
            first: keys.next()?,
            others: keys.collect(),
        })
    }

    pub(crate) fn first(&self) -> &K {
        &self.first
    }

    pub(crate) fn last(&self) -> &K {
        self.others.last().unwrap_or(&self.first)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &K> {
        iter::once(&self.first).chain(&self.others)
    }
}

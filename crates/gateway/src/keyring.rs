//! Several keys for one use, so that secrets can be rotated.

use std::iter;

/// Keys of which the first makes things and every one recognises them: a secret that is on its way
/// out, or in, stands behind the first.
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

    pub(crate) fn all(&self) -> impl Iterator<Item = &K> {
        iter::once(&self.first).chain(&self.others)
    }
}

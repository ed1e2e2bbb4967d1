//! What seals and opens.

use std::fmt;

use super::key::Keys;
use crate::secret::Secret;

/// What seals and opens for one deployment: its sealing secrets and the API's origin.
///
/// Made under another secret, or for another API, nothing opens.
#[derive(Clone)]
pub struct SealingKeys {
    /// Where the sealed things come from: a token of the API's sandbox is none of the API's.
    pub(super) api_origin: String,
    /// What seals.
    pub(super) first: Keys,
    /// What opens beside it: secrets on their way out, or in.
    others: Vec<Keys>,
}

impl SealingKeys {
    /// The first secret seals, all of them open. `None` where there is no secret. Their lengths are
    /// [`Config`](crate::Config)'s to check.
    pub fn new(secrets: &[Secret], api_origin: &str) -> Option<Self> {
        let (first, others) = secrets.split_first()?;
        Some(Self {
            api_origin: api_origin.to_owned(),
            first: Keys::derive(first),
            others: others.iter().map(Keys::derive).collect(),
        })
    }

    pub(super) fn opening(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SealingKeys")
            .field("api_origin", &self.api_origin)
            .finish_non_exhaustive()
    }
}

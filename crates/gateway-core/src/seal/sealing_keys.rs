//! The keys of one deployment.

use std::fmt;

use super::derived_keys::DerivedKeys;
use crate::keyring::Keyring;
use crate::secret::Secret;

/// What one deployment seals and signs with: its sealing secrets and the API's origin.
///
/// Nothing opens that was made with another secret, or for another API.
#[derive(Clone)]
pub struct SealingKeys {
    /// The origin of the API that made the sealed URLs and ids: a token of the API's sandbox is no
    /// token of the API.
    pub(super) api_origin: String,
    pub(super) keys: Keyring<DerivedKeys>,
}

impl SealingKeys {
    /// Makes keys. Those of the first secret seal, those of every secret open, and those of the last
    /// secret make pseudonyms: a new secret goes first, so a pseudonym stays the same until the old
    /// secret is dropped. `None` where there is no secret. [`Config`](crate::Config) checks how good
    /// the secrets are.
    pub fn new(secrets: &[Secret], api_origin: &str) -> Option<Self> {
        Some(Self {
            api_origin: api_origin.to_owned(),
            keys: Keyring::new(secrets.iter().map(DerivedKeys::new))?,
        })
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

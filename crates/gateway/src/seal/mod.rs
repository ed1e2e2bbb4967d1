//! Upload URLs and ids that only this deployment can have made, and that only the visitor they were
//! made for can use: so uploads and characters have owners without a database.
//!
//! | file | what it makes |
//! |---|---|
//! | `upload_token` | the last part of an upload URL: the signed URL upstream, sealed |
//! | `owned_id` | an upload's or a character's id with its owner's mark |
//! | `tag` | a visitor's name for logs, and a create's key for upstream |
//! | `vendor_id` | the API's own ids, as far as they may pass |
//! | `key` | the keys, one for each use |

mod key;
mod owned_id;
mod tag;
#[cfg(test)]
mod tests;
mod upload_token;
mod vendor_id;

use std::fmt;

use crate::Secret;
use key::Keys;

pub use tag::SubjectTag;
pub use upload_token::SealedUpload;
pub use vendor_id::VendorId;

/// What seals and opens for one deployment: its sealing secrets and the API's origin.
///
/// Made under another secret, or for another API, nothing opens.
#[derive(Clone)]
pub struct SealingKeys {
    /// Where the sealed things come from: a token of the API's sandbox is none of the API's.
    api_origin: String,
    /// What seals.
    first: Keys,
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

    fn opening(&self) -> impl Iterator<Item = &Keys> {
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

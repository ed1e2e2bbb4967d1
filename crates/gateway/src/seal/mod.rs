//! Upload URLs and ids that only this deployment can have made, and that only the visitor they were
//! made for can use: so uploads and characters have owners without a database.
//!
//! | file | what it makes |
//! |---|---|
//! | `upload_token` | the last part of an upload URL: the signed URL upstream, sealed |
//! | `owned_id` | an upload's or a character's id with its owner's mark |
//! | `tag` | a visitor's name for logs, and a create's key for upstream |
//! | `sealing_keys`, `key` | the keys: one for each secret and use |

mod key;
mod owned_id;
mod sealing_keys;
mod tag;
#[cfg(test)]
mod tests;
mod upload_token;

pub use crate::vendor_id::VendorId;
pub use sealing_keys::SealingKeys;
pub use tag::SubjectTag;
pub use upload_token::SealedUpload;

//! Upload URLs and ids that only this deployment can make and only their own visitor can use. They
//! give uploads and characters an owner without a database.
//!
//! | module | what it holds |
//! |---|---|
//! | `upload_token` | the last part of an upload URL: the signed URL upstream, sealed |
//! | `signed_id` | an upload's or a character's id, signed for its owner |
//! | `record` | what a store keeps for several instances |
//! | `pseudonym` | names that stand for a visitor in logs and for an idempotency key upstream |
//! | `sealing_keys`, `derived_keys` | the keys, derived for each use from each secret |

mod derived_keys;
mod pseudonym;
mod record;
mod sealing_keys;
mod signed_id;
#[cfg(test)]
mod tests;
mod upload_token;

pub use crate::vendor_id::VendorId;
pub use pseudonym::SubjectTag;
pub use sealing_keys::SealingKeys;
pub use upload_token::SealedUpload;

//! What a run can find out. The type of an answer writes it for a person. Where a few responses give the
//! answer, its type reads them, too.
//!
//! | file | holds the answers about |
//! |---|---|
//! | `cors` | CORS on either host |
//! | `character` | a second PUT, the order of refs, `Idempotency-Key`, `client_reference_id` |
//! | `editing` | the longest name, an unknown attribute |
//! | `failed_create` | a create that fails |
//! | `largest_image` | the largest image |
//! | `synthesis` | the course of a synthesis and of a regenerate |
//! | `rate_headers` | the `X-RateLimit-*` headers |

mod character;
mod cors;
mod editing;
mod failed_create;
mod largest_image;
mod rate_headers;
mod synthesis;

use std::fmt;

use serde::Serialize;
use strum::{EnumDiscriminants, EnumIter};

use crate::reply::Verdict;

pub use character::{ClientReferenceId, IdempotencyKey, RefOrder, SecondPut};
pub use cors::Cors;
pub use editing::{LongestName, UnknownAttribute};
pub use failed_create::FailedCreate;
pub use largest_image::{LargestImage, RefusedBy, RefusedImage};
pub use rate_headers::{BucketHeaders, RateLimitHeaders};
pub use synthesis::Synthesis;

/// The answer to one of the [`Unknown`]s: the things that the vendor's pages leave open.
#[derive(Clone, Debug, PartialEq, Serialize, EnumDiscriminants)]
#[serde(tag = "unknown", content = "answer", rename_all = "snake_case")]
#[strum_discriminants(
    name(Unknown),
    derive(EnumIter, Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Finding {
    InitStatus(u16),
    PutStatus(u16),
    ClassifyStatus(u16),
    SecondPut(SecondPut),
    /// A PUT with another Content-Type than the ticket's.
    OtherContentType(Verdict),
    BadSignature(Verdict),
    LargestImage(LargestImage),
    ClassifyBeforePut(Verdict),
    CreateBeforePut(Verdict),
    SameUploadTwice(Verdict),
    FailedCreate(FailedCreate),
    RefOrder(RefOrder),
    LongestName(LongestName),
    UnknownAttribute(UnknownAttribute),
    ApiCors(Cors),
    UploadHostCors(Cors),
    IdempotencyKeyOnCreate(IdempotencyKey),
    ClientReferenceId(ClientReferenceId),
    SynthesisEnd(Synthesis),
    RegenerateEnd(Synthesis),
    RateLimitHeaders(RateLimitHeaders),
}

impl Unknown {
    /// Returns what a person reads in the table.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InitStatus => "success status of init",
            Self::PutStatus => "success status of the PUT",
            Self::ClassifyStatus => "success status of classify",
            Self::SecondPut => "a second PUT to one ticket",
            Self::OtherContentType => "a PUT with another Content-Type",
            Self::BadSignature => "a PUT with a bad signature",
            Self::LargestImage => "largest image",
            Self::ClassifyBeforePut => "classify before the PUT",
            Self::CreateBeforePut => "create before the PUT",
            Self::SameUploadTwice => "the same id twice in upload_ids",
            Self::FailedCreate => "a create that fails",
            Self::RefOrder => "order of refs",
            Self::LongestName => "longest name",
            Self::UnknownAttribute => "an unknown key in attributes",
            Self::ApiCors => "CORS on the API host",
            Self::UploadHostCors => "CORS on the upload host",
            Self::IdempotencyKeyOnCreate => "Idempotency-Key on create",
            Self::ClientReferenceId => "client_reference_id",
            Self::SynthesisEnd => "course of a synthesis",
            Self::RegenerateEnd => "course of a regenerate",
            Self::RateLimitHeaders => "rate-limit headers",
        }
    }
}

impl Finding {
    pub fn unknown(&self) -> Unknown {
        Unknown::from(self)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InitStatus(it) | Self::PutStatus(it) | Self::ClassifyStatus(it) => {
                it.fmt(formatter)
            }
            Self::OtherContentType(it)
            | Self::BadSignature(it)
            | Self::ClassifyBeforePut(it)
            | Self::CreateBeforePut(it)
            | Self::SameUploadTwice(it) => it.fmt(formatter),
            Self::SecondPut(it) => it.fmt(formatter),
            Self::LargestImage(it) => it.fmt(formatter),
            Self::FailedCreate(it) => it.fmt(formatter),
            Self::RefOrder(it) => it.fmt(formatter),
            Self::LongestName(it) => it.fmt(formatter),
            Self::UnknownAttribute(it) => it.fmt(formatter),
            Self::ApiCors(it) | Self::UploadHostCors(it) => it.fmt(formatter),
            Self::IdempotencyKeyOnCreate(it) => it.fmt(formatter),
            Self::ClientReferenceId(it) => it.fmt(formatter),
            Self::SynthesisEnd(it) | Self::RegenerateEnd(it) => it.fmt(formatter),
            Self::RateLimitHeaders(it) => it.fmt(formatter),
        }
    }
}

//! Answers: what is read of one, and what it, or the lack of one, means.
//!
//! | file | holds |
//! |---|---|
//! | `content` | reads the part of a body that the SDK relies on |
//! | `judgement` | tells a success from a failure, and what the failure means |

mod content;
mod judgement;

use aurous_contract::id::UploadId;
use aurous_contract::image::ContentType;

use crate::url::Url;

pub use content::read_content;
pub use judgement::{
    NoAnswer, Unreadable, accepted_put, no_answer, redirected_put, refused, refused_put, unreadable,
};

/// The server that answers API calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server<'a> {
    /// A gateway, mounted at this URL (without a query: the URL stands in messages).
    Gateway { mount: &'a str },
    /// The API itself.
    Api,
}

/// What a request asks for, and so what is read of its answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// Nothing: of a PUT's answer, its status alone counts.
    Nothing,
    /// A ticket, whose URL may be relative to this one.
    Ticket { root: String },
    Classification,
    Character,
}

/// An answer, up to the end of its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<V> {
    pub head: Head,
    pub content: Content<V>,
}

/// The status of an answer, and the headers that the SDK reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    pub status: u16,
    /// `Aurous-Request-Id`
    pub request_id: Option<String>,
    /// `Retry-After`, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
    /// Whether the answer has `Aurous-Gateway`, as all answers of a gateway have.
    pub is_from_gateway: bool,
    /// Whether the answer came from another URL than the one that was asked.
    pub is_redirected: bool,
}

/// The body of an answer, as far as the SDK relies on it. `V` is the whole of it, which passes through.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<V> {
    Ticket(Ticket<V>),
    Classification(V),
    Character(V),
    Error(Envelope),
    /// JSON that lacks what the API documents.
    WrongShape,
    /// Not JSON, or JSON that broke off.
    NotJson,
    /// A body that was not asked for.
    Unread,
}

/// A ticket: permission to PUT one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket<V> {
    pub upload_id: UploadId,
    /// Signed: it goes into no message.
    pub url: Url,
    /// The content type that the ticket was minted for.
    pub content_type: ContentType,
    /// All that the API said of it.
    pub document: V,
}

/// The parts of an error envelope that are there, and texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// `type`
    pub error_type: Option<String>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub param: Option<String>,
    pub doc_url: Option<String>,
    pub request_id: Option<String>,
}

impl Head {
    /// Returns whether the status is one of success.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl<V> Content<V> {
    /// Returns the API's error envelope, where the body is one.
    pub fn into_envelope(self) -> Option<Envelope> {
        match self {
            Self::Error(envelope) => Some(envelope),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

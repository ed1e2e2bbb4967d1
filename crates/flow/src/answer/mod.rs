//! Answers: what is read of one, and what it, or the lack of one, means.
//!
//! | file | holds |
//! |---|---|
//! | `content` | reads the part of a body that the SDK relies on |
//! | `judgement` | tells a success from a failure, and what the failure means |

mod content;
mod judgement;

use aurous_contract::header;
use aurous_contract::id::UploadId;
use aurous_contract::image::ContentType;

use crate::retry::parse_retry_after;
use crate::text::cut;
use crate::value::Value;

use content::read_content;
pub use judgement::{
    NoAnswer, Unreadable, accepted_put, no_answer, redirected, refused, refused_put, unusable_body,
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
    Ticket {
        root: String,
    },
    Classification,
    Character,
    /// A page of characters.
    List,
    /// That a character was deleted.
    Deletion,
    /// The character with this `client_reference_id`, in a page of characters.
    Referred(String),
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
    /// `X-RateLimit-Remaining`: the tokens that are left.
    pub remaining_tokens: Option<u32>,
    /// Whether the answer has `Aurous-Gateway`, as all answers of a gateway have.
    pub is_from_gateway: bool,
    /// Whether the answer came from another URL than the one that was asked: the redirect was followed.
    pub is_redirected: bool,
    /// Whether the body is a page for people, as those of proxies and firewalls are.
    pub is_html: bool,
}

/// The body of an answer, as far as the SDK relies on it. `V` is the whole of it, which passes through.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<V> {
    Ticket(Ticket<V>),
    /// What was asked for.
    Document(V),
    /// A character whose pictures are still being made.
    Synthesizing(V),
    /// All that the API said of the character, where it is in the page.
    Referred(Option<V>),
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
    pub url: String,
    /// The content type that the ticket was minted for.
    pub content_type: ContentType,
    /// The most bytes that the gateway takes, where it says so.
    pub max_size: Option<f64>,
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

impl Expected {
    /// Returns whether the body of this answer is to be read.
    pub fn is_in_body(&self, head: &Head) -> bool {
        !head.is_redirect() && (*self != Self::Nothing || !head.is_success())
    }
}

impl Head {
    /// Reads the head of an answer.
    ///
    /// `value_of` returns the value of a header, `parse_date` the milliseconds since 1970 of a date, NaN where
    /// the text is none; `now_ms` is the reader's own clock.
    pub fn read(
        status: u16,
        value_of: &dyn Fn(&str) -> Option<String>,
        parse_date: fn(&str) -> f64,
        now_ms: f64,
    ) -> Self {
        // The visitor's clock may be an hour off; the answer's own date goes by the clock of its sender.
        let sent_ms = value_of(header::DATE).map(|it| parse_date(&it));
        let now_ms = sent_ms.filter(|it| !it.is_nan()).unwrap_or(now_ms);
        let retry_after = value_of(header::RETRY_AFTER);
        let retry_after_ms =
            retry_after.and_then(|it| parse_retry_after(&it, parse_date(&it), now_ms as u64));
        let content_type = value_of(header::CONTENT_TYPE).unwrap_or_default();
        Self {
            status,
            request_id: value_of(header::REQUEST_ID),
            retry_after_ms,
            remaining_tokens: value_of(header::RATE_LIMIT_REMAINING).and_then(|it| it.parse().ok()),
            is_from_gateway: value_of(header::GATEWAY).is_some(),
            is_redirected: false,
            is_html: content_type.starts_with("text/html"),
        }
    }

    /// Returns whether this is a redirect. A browser hides all of one that it was told not to follow: the
    /// status is 0 then. Other runtimes show it.
    pub const fn is_redirect(&self) -> bool {
        self.is_redirected || matches!(self.status, 0 | 300..=399)
    }

    /// Returns whether the status is one of success.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl<V: Value> Answer<V> {
    /// Reads an answer to a request that asked for this. `body` is parsed JSON, `None` where it is none.
    pub fn read(expected: &Expected, head: Head, body: Option<V>) -> Self {
        let content = read_content(expected, &head, body);
        Self { head, content }
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

/// Returns the value of a header among lines of `name: value`, as `XMLHttpRequest` lists them.
///
/// ```
/// use aurous_flow::answer::header_of;
///
/// let lines = "aurous-gateway: 1\r\nRetry-After: 7\r\n";
/// assert_eq!(header_of(lines, "retry-after").as_deref(), Some("7"));
/// assert_eq!(header_of(lines, "gateway"), None);
/// ```
pub fn header_of(lines: &str, name: &str) -> Option<String> {
    let mut rest = lines;
    while !rest.is_empty() {
        let (line, after) = cut(rest, b'\n');
        let (start, value) = cut(line, b':');
        if start.eq_ignore_ascii_case(name) {
            return Some(value.trim_ascii().to_owned());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests;

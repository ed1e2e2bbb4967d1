//! What an HTTP answer, or the lack of one, means to the SDK.
//!
//! The shell reads the status, four headers and the body; what they mean is decided here.

use std::borrow::Cow;

use crate::error::ErrorCode;
use crate::failure::{Code, Failure, Kind, Step};
use crate::gateway;
use crate::retry::Outcome;
use crate::{concat, decimal};

/// Who answers the API's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through<'a> {
    /// A gateway, mounted at this URL (without a query: it stands in messages).
    Gateway(&'a str),
    /// The API itself.
    Api,
}

/// An answer without its body.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Head {
    pub status: u16,
    /// `Retry-After`, in milliseconds from now.
    pub retry_after_ms: Option<f64>,
    /// Whether the answer carries `Aurous-Gateway`, as all of a gateway's do.
    pub from_gateway: bool,
}

/// What matters of an error envelope, as far as it is there and a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    pub code: Option<String>,
    pub message: Option<String>,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed. A browser doesn't say why.
    Network,
    /// Nothing came within this many milliseconds.
    Timeout(u64),
}

/// Whether a status is worth another attempt: the design's table of retries.
pub const fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a code says that another attempt ends the same way, whatever its status says.
pub fn is_final(code: &str) -> bool {
    matches!(code, gateway::KEY_REFUSED | gateway::UPLOAD_REFUSED)
}

/// The API's code for a ticket that is unknown, expired, consumed or empty.
pub(crate) const UPLOAD_INVALID: &str = ErrorCode::UploadInvalid.as_str();

/// An API call was answered with a status that is not 2xx.
///
/// `envelope` is the API's error body; `None` where the body was something else.
pub fn refused(
    step: Step,
    through: Through<'_>,
    head: Head,
    envelope: Option<Envelope>,
) -> Box<Failure> {
    let Some(envelope) = envelope else {
        return not_the_apis(through, head, "its body is not the API's JSON");
    };
    let message = "The request was refused with status {}.";
    let mut failure = about(head, Code::InvalidResponse, message, "");
    failure.is_quoted = true;
    if let Some(message) = envelope.message {
        failure.message = message;
    }
    let Some(code) = envelope.code else {
        return failure;
    };
    failure.outcome = Outcome::of_answer(head.status, Some(&code));
    failure.retryable = !failure.outcome.is_final();
    if let Some(own) = own_code(step, &code) {
        failure.kind = own.kind();
        failure.code = Cow::Borrowed(own.as_str());
        return failure;
    }
    failure.kind = if code.starts_with("gateway_") {
        Kind::Gateway
    } else {
        Kind::Api
    };
    // Two tables of the vendor's name some codes differently, so any code passes through.
    failure.code = Cow::Owned(code);
    failure
}

/// What the SDK itself says in the place of a gateway's code: a page needn't know whether it was a
/// gateway that found an upload URL expired or a file too large, or the upload host.
fn own_code(step: Step, code: &str) -> Option<Code> {
    match (step, code) {
        (Step::Put, gateway::UPLOAD_URL_EXPIRED | gateway::UPLOAD_URL_REFUSED) => {
            Some(Code::UploadUrlExpired)
        }
        (Step::Put, gateway::BODY_TOO_LARGE) => Some(Code::UploadTooLarge),
        (
            Step::Put,
            gateway::UPLOAD_REFUSED | gateway::UPLOAD_HOST_FAILED | gateway::UPLOAD_HOST_BUSY,
        ) => Some(Code::UploadFailed),
        _ => None,
    }
}

/// What is wrong with an answer of 2xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Its body is not JSON, is empty, or broke off: the next one may not.
    NoJson,
    /// Its JSON lacks what the API documents.
    WrongShape,
}

/// An API call was answered with 2xx, but its body can't be used.
pub fn unreadable(step: Step, through: Through<'_>, head: Head, why: Unreadable) -> Box<Failure> {
    let problem = match why {
        Unreadable::NoJson => "its body is not JSON, or broke off",
        Unreadable::WrongShape => "its JSON lacks what the API documents",
    };
    let is_through = head.from_gateway || through == Through::Api;
    let mut failure = not_the_apis(through, head, problem);
    if !is_through {
        return failure;
    }
    if step == Step::Create {
        failure.message = concat(&["The create was accepted, but ", problem, "."]);
        outcome_unknown(&mut failure);
    } else if why == Unreadable::NoJson {
        failure.outcome = Outcome::NoResponse;
        failure.retryable = true;
    }
    failure
}

/// A create failed, and an earlier request of it, or this one, may have made the character all the
/// same.
pub(crate) fn outcome_unknown(failure: &mut Failure) {
    if failure.code == Code::CreateOutcomeUnknown.as_str() {
        return;
    }
    // Of a refusal that the API explains, the kind is whoever's it was; it is no longer that.
    if !matches!(failure.kind, Kind::Network | Kind::Timeout) {
        failure.kind = Code::CreateOutcomeUnknown.kind();
    }
    failure.code = Cow::Borrowed(Code::CreateOutcomeUnknown.as_str());
    failure.message = concat(&[
        &failure.message,
        " The character may have been made all the same: look for it before making another.",
    ]);
    failure.retryable = false;
}

/// A PUT to `url` was answered with 2xx: whether by whom it was for. Of a gateway that is known.
///
/// # Errors
/// Something in the gateway's place took it: a web server that answers whatever it is asked.
pub fn put_accepted(through: Through<'_>, url: &str, head: Head) -> Result<(), Box<Failure>> {
    match through {
        Through::Gateway(base) if url.starts_with(base) && !head.from_gateway => {
            Err(not_the_apis(through, head, "it lacks `Aurous-Gateway`"))
        }
        _ => Ok(()),
    }
}

/// A PUT was answered with a status that is not 2xx.
pub fn put_refused(head: Head, envelope: Option<Envelope>) -> Box<Failure> {
    // What the gateway itself refuses, it explains; the upload host's XML explains nothing to a page.
    if let (true, Some(envelope)) = (head.from_gateway, envelope) {
        return refused(Step::Put, Through::Api, head, Some(envelope));
    }
    let (code, message) = match head.status {
        403 => (
            Code::UploadUrlExpired,
            "The upload host refused the PUT ({}): the URL has expired (15 minutes), was changed, or is not for this content type. Mint a new ticket with initUpload and PUT to that.",
        ),
        413 => (
            Code::UploadTooLarge,
            "The upload host refused the PUT ({}): the file is too large. Scale the picture down and try again.",
        ),
        _ => (
            Code::UploadFailed,
            "The upload host refused the PUT with status {}.",
        ),
    };
    about(head, code, message, "")
}

/// A request was sent and no answer came.
pub fn no_answer(step: Step, why: NoAnswer) -> Box<Failure> {
    let (code, within) = match why {
        NoAnswer::Network => (Code::NetworkError, String::new()),
        NoAnswer::Timeout(ms) => (Code::Timeout, concat(&[" within ", &decimal(ms), " ms"])),
    };
    let message = match step {
        Step::Create => "No answer came{}.",
        Step::Put => {
            "No answer came{}. Check the network, and that the upload host is in the page's connect-src and lets this origin in (the vendor's own sends no CORS headers: a gateway must stand before it)."
        }
        Step::Init | Step::Classify => {
            "No answer came{}. Check the network, and that the gateway is running, is in the page's connect-src and lets this origin in."
        }
    };
    let mut failure = Failure::new(code, message, &[&within]);
    failure.outcome = match why {
        NoAnswer::Network => Outcome::NoResponse,
        NoAnswer::Timeout(_) => Outcome::Stalled,
    };
    failure.retryable = true;
    failure.attempts = 1;
    failure
}

fn not_the_apis(through: Through<'_>, head: Head, problem: &str) -> Box<Failure> {
    match through {
        // A web server's 404 page, its refusal of POST, or a single-page app's catch-all.
        Through::Gateway(base)
            if !head.from_gateway && matches!(head.status, 200..=299 | 404 | 405 | 501) =>
        {
            let message = "Nothing that is an Aurous gateway answers (but with status {}) at {}. Mount aurous-gateway there, or set `baseUrl` to where it is.";
            about(head, Code::GatewayNotFound, message, base)
        }
        _ => {
            let message = "The answer (status {}) is not the API's: {}. Something between the page and the API may have answered in its place.";
            about(head, Code::InvalidResponse, message, problem)
        }
    }
}

/// A failure of which an answer tells. Its status fills the first gap of the message, `what` a second one.
fn about(head: Head, code: Code, message: &str, what: &str) -> Box<Failure> {
    let mut failure = Failure::new(code, message, &[&decimal(head.status.into()), what]);
    failure.status = Some(head.status);
    failure.retry_after_ms = head.retry_after_ms;
    failure.outcome = Outcome::of_answer(head.status, None);
    failure.retryable = !failure.outcome.is_final();
    failure.attempts = 1;
    failure
}

#[cfg(test)]
mod tests;

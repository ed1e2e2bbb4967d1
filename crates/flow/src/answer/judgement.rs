use std::borrow::Cow;

use aurous_contract::gateway;
use aurous_contract::outcome::Outcome;

use super::{Envelope, Head, Server};
use crate::failure::{Code, ErrorKind, Failure, Step};
use crate::message::{decimal, fill};

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed. A browser does not say why.
    Network,
    /// Nothing came within this many milliseconds.
    Timeout(u64),
}

/// What is wrong with the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON, is empty, or broke off: that of the next attempt may be whole.
    NotJson,
    /// Its JSON lacks what the API documents.
    WrongShape,
}

/// Reports an API call that was answered with a status that is not 2xx.
///
/// `envelope` is the API's error body; `None` where the body is something else.
pub fn refused(
    step: Step,
    server: Server<'_>,
    head: &Head,
    envelope: Option<Envelope>,
) -> Box<Failure> {
    let Some(envelope) = envelope else {
        return not_the_apis(server, head, "its body is not the API's JSON");
    };
    let mut failure = answered(
        head,
        Code::InvalidResponse,
        "The request was refused with status {}.",
    );
    if let Some(message) = envelope.message {
        failure.message = message;
    }
    failure.error_type = envelope.error_type;
    failure.param = envelope.param;
    failure.doc_url = envelope.doc_url;
    failure.request_id = failure.request_id.or(envelope.request_id);
    let Some(code) = envelope.code else {
        return failure;
    };
    // An envelope of something in between does not say what became of the request.
    let is_own_word = head.is_from_gateway || server == Server::Api;
    let known_code = is_own_word.then_some(&*code);
    failure.end_in(Outcome::of_answer(head.status, known_code));
    if let Some(own) = own_code(step, &code) {
        failure.kind = own.kind();
        failure.code = Cow::Borrowed(own.as_str());
        return failure;
    }
    failure.kind = if code.starts_with("gateway_") {
        ErrorKind::Gateway
    } else {
        ErrorKind::Api
    };
    // The vendor's pages spell some codes in two ways, so any code passes through.
    failure.code = Cow::Owned(code);
    failure
}

/// Returns the SDK's own code in the place of a gateway's: a page need not know whether a gateway or the
/// upload host found an upload URL expired or a file too large.
fn own_code(step: Step, code: &str) -> Option<Code> {
    match (step, code) {
        (Step::Init, gateway::BODY_TOO_LARGE) => return Some(Code::UploadTooLarge),
        (Step::Put, _) => {}
        _ => return None,
    }
    match code {
        gateway::UPLOAD_URL_EXPIRED | gateway::UPLOAD_URL_REFUSED => Some(Code::UploadUrlExpired),
        gateway::BODY_TOO_LARGE => Some(Code::UploadTooLarge),
        gateway::SIZE_MISMATCH | gateway::EMPTY_UPLOAD | gateway::CLIENT_GONE => {
            Some(Code::UploadIncomplete)
        }
        gateway::UPLOAD_REFUSED | gateway::UPLOAD_HOST_FAILED | gateway::UPLOAD_HOST_BUSY => {
            Some(Code::UploadFailed)
        }
        _ => None,
    }
}

/// Reports an API call that was answered with 2xx and a body that cannot be used.
pub fn unusable_body(step: Step, server: Server<'_>, head: &Head, why: Unreadable) -> Box<Failure> {
    let problem = match why {
        Unreadable::NotJson => "its body is not JSON, or broke off",
        Unreadable::WrongShape => "its JSON lacks what the API documents",
    };
    let mut failure = not_the_apis(server, head, problem);
    if !head.is_from_gateway && server != Server::Api {
        return failure;
    }
    if let Some(unknown) = step.unknown_outcome() {
        failure.message = fill("The request was accepted, but {}.", &[problem]);
        failure.leave_outcome_unknown(unknown);
    } else if why == Unreadable::NotJson {
        failure.end_in(Outcome::NoResponse);
    }
    failure
}

/// Checks that a PUT to `url` that was answered with 2xx was answered by the one it was meant for.
///
/// # Errors
/// A web server that answers 2xx to all requests took it in the gateway's place.
pub fn accepted_put(server: Server<'_>, url: &str, head: &Head) -> Result<(), Box<Failure>> {
    match server {
        Server::Gateway { mount } if is_below(mount, url) && !head.is_from_gateway => {
            Err(not_the_apis(server, head, "it lacks `Aurous-Gateway`"))
        }
        _ => Ok(()),
    }
}

fn is_below(mount: &str, url: &str) -> bool {
    let path = url.strip_prefix(mount);
    path.is_some_and(|it| it.starts_with('/'))
}

/// Reports a request that was redirected.
pub fn redirected(head: &Head) -> Box<Failure> {
    let message = "The request was redirected. Neither the API, nor a gateway, nor an upload host redirects: most often a proxy asks the visitor to sign in again (reload the page), or `baseUrl` is not the gateway's own URL.";
    let mut failure = answered(head, Code::Redirected, message);
    failure.status = Some(head.status).filter(|it| *it != 0);
    failure
}

/// Reports a PUT to `url` that was answered with a status that is not 2xx.
pub fn refused_put(
    server: Server<'_>,
    url: &str,
    head: &Head,
    envelope: Option<Envelope>,
) -> Box<Failure> {
    // The gateway explains its own refusals; the upload host's XML explains nothing to a page.
    if let (true, Some(envelope)) = (head.is_from_gateway, envelope) {
        return refused(Step::Put, server, head, Some(envelope));
    }
    let is_foreign = match server {
        Server::Gateway { mount } if is_below(mount, url) => !head.is_from_gateway,
        // An upload host writes XML.
        _ => head.is_html,
    };
    if is_foreign && head.status != 413 {
        return not_the_apis(
            server,
            head,
            "neither a gateway nor an upload host wrote it",
        );
    }
    let (code, message) = match head.status {
        403 => (
            Code::UploadUrlExpired,
            "The upload host refused the PUT ({}): the URL has expired (15 minutes), was changed, or is not for this content type. Mint a new ticket with initUpload and PUT to that.",
        ),
        413 => (
            Code::UploadTooLarge,
            "The PUT was refused ({}): the file is too large. Scale the picture down and try again, or raise the limit of the proxy in between.",
        ),
        _ => (
            Code::UploadFailed,
            "The upload host refused the PUT with status {}.",
        ),
    };
    answered(head, code, message)
}

/// Reports a request that was sent and not answered.
pub fn no_answer(step: Step, server: Server<'_>, why: NoAnswer) -> Box<Failure> {
    let (code, within) = match why {
        NoAnswer::Network => (Code::NetworkError, String::new()),
        NoAnswer::Timeout(ms) => (Code::Timeout, fill(" within {} ms", &[&decimal(ms)])),
    };
    let message = match (step, server) {
        (step, _) if step.unknown_outcome().is_some() => "No answer came{}.",
        (Step::Put, _) => {
            "No answer came{}. Check the network, and that the upload host is in the page's connect-src and lets this origin in (the vendor's own sends no CORS headers: a gateway must stand before it)."
        }
        (_, Server::Api) => {
            "No answer came{}. Check the network. In a page, the API answers no other origin: a gateway must stand before it."
        }
        (_, Server::Gateway { .. }) => {
            "No answer came{}. Check the network, and that the gateway is running, is in the page's connect-src and lets this origin in."
        }
    };
    let mut failure = Failure::new(code, message, &[&within]);
    failure.attempts = 1;
    failure.end_in(match why {
        NoAnswer::Network => Outcome::NoResponse,
        NoAnswer::Timeout(_) => Outcome::Stalled,
    });
    failure
}

/// Reports an answer that neither the API nor a gateway wrote.
fn not_the_apis(server: Server<'_>, head: &Head, problem: &str) -> Box<Failure> {
    match server {
        // A web server's 404 page, its refusal of POST, a single-page app's catch-all, or a proxy whose
        // gateway is away.
        Server::Gateway { mount }
            if !head.is_from_gateway
                && matches!(head.status, 200..=299 | 404 | 405 | 500..=599) =>
        {
            let message = "The answer (status {}) is not an Aurous gateway's. Check that aurous-gateway is running and mounted at {}, or set `baseUrl` to where it is.";
            let mut failure = answered_with(head, Code::GatewayNotFound, message, mount);
            // Vite's and Next.js's proxies answer so while nothing listens behind them.
            if head.status == 500 {
                failure.end_in(Outcome::ProxyError);
            }
            failure
        }
        _ => {
            let message = "The answer (status {}) is not the API's: {}. Something between the page and the API may have answered in its place.";
            answered_with(head, Code::InvalidResponse, message, problem)
        }
    }
}

/// Returns a failure that an answer reports, whose status fills the gap of the message.
fn answered(head: &Head, code: Code, message: &str) -> Box<Failure> {
    answered_with(head, code, message, "")
}

/// The same, with a second gap.
fn answered_with(head: &Head, code: Code, message: &str, part: &str) -> Box<Failure> {
    let mut failure = Failure::new(code, message, &[&decimal(head.status.into()), part]);
    failure.status = Some(head.status);
    failure.request_id.clone_from(&head.request_id);
    failure.retry_after_ms = head.retry_after_ms;
    failure.attempts = 1;
    failure.end_in(Outcome::of_answer(head.status, None));
    failure
}

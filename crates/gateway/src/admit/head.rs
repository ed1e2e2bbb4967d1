//! The checks that every request must pass first: its target is a path, its length has one meaning,
//! its host is the gateway's, its page is listed.

use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Version};

use crate::config::{Config, host};
use crate::headers::single_value;
use crate::refusal::{Code, Refusal};

/// Checks the head of a request, before anything depends on what the request asks for.
///
/// # Errors
/// It fails a check.
pub(crate) fn check(head: &Parts, config: &Config) -> Result<(), Refusal> {
    check_target(head)?;
    check_length(&head.headers)?;
    check_host(head, config)?;
    check_origin(&head.headers, config)
}

/// Returns the page's origin, if it is listed: the one that CORS headers may name.
pub(crate) fn listed_origin(headers: &HeaderMap, config: &Config) -> Option<HeaderValue> {
    let origin = single_value(headers, &ORIGIN).ok()??;
    let is_listed = config.origins.iter().any(|it| it.as_str() == origin);
    is_listed.then(|| origin.clone())
}

fn check_target(head: &Parts) -> Result<(), Refusal> {
    // In HTTP/2 every target has an authority, which is the host there.
    let is_path = head.uri.authority().is_none() || head.version >= Version::HTTP_2;
    if is_path && head.method != Method::CONNECT {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadRequest,
        "The request's target must be a path: the gateway is no proxy.",
    ))
}

/// Refuses a length that two parties could read differently, since that is how requests are
/// smuggled. hyper accepts both headers at once.
fn check_length(headers: &HeaderMap) -> Result<(), Refusal> {
    if !headers.contains_key(TRANSFER_ENCODING) {
        return Ok(());
    }
    if headers.contains_key(CONTENT_LENGTH) {
        return Err(Refusal::new(
            Code::BadRequest,
            "The request has both Content-Length and Transfer-Encoding: send Content-Length alone.",
        ));
    }
    Err(Refusal::new(
        Code::LengthRequired,
        "The request's body has no Content-Length. Browsers send one; a proxy in between must not turn it into chunks.",
    ))
}

/// Prevents DNS rebinding: a page on a foreign name that was pointed at the gateway asks for that
/// name.
fn check_host(head: &Parts, config: &Config) -> Result<(), Refusal> {
    let host = match head.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => single_value(&head.headers, &HOST)?.and_then(|it| it.to_str().ok()),
    };
    let host = host.and_then(host::normalise);
    if host.is_some_and(|host| config.hosts.contains(&host)) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::HostRefused,
        "This host is not listed. The operator of the gateway can add it with --host, or let the proxy in front keep the Host header.",
    ))
}

/// Refuses an unlisted origin, which CORS alone would not: a form or a POST without a body needs no
/// preflight.
fn check_origin(headers: &HeaderMap, config: &Config) -> Result<(), Refusal> {
    if single_value(headers, &ORIGIN)?.is_none() || listed_origin(headers, config).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::OriginRefused,
        "This origin is not listed. The operator of the gateway can add it with --origin.",
    ))
}

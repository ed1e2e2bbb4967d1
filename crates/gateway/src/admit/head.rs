//! What every request is held against first: a target that is a path, a length that means one
//! thing, a host that is ours, a page that is listed.

use axum::http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Version};

use crate::config::{Config, host};
use crate::refusal::{Code, Refusal};

/// # Errors
/// What is wrong with the request, whatever it asks for.
pub(crate) fn check(head: &Parts, config: &Config) -> Result<(), Refusal> {
    check_target(head)?;
    check_length(&head.headers)?;
    check_host(head, config)?;
    check_origin(&head.headers, config)
}

/// The page's origin, where it is listed: what CORS headers may name.
pub(crate) fn listed_origin(headers: &HeaderMap, config: &Config) -> Option<HeaderValue> {
    let origin = only(headers, &ORIGIN).ok()??;
    let is_listed = config.origins.iter().any(|it| it.as_str() == origin);
    is_listed.then(|| origin.clone())
}

fn check_target(head: &Parts) -> Result<(), Refusal> {
    // In HTTP/2 every target has an authority: there it is the host.
    let is_path = head.uri.authority().is_none() || head.version >= Version::HTTP_2;
    if is_path && head.method != Method::CONNECT {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadRequest,
        "The request's target must be a path: this is no proxy.",
    ))
}

/// A length that two parties read differently is how requests are smuggled; hyper takes both.
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

/// Against DNS rebinding: a page on a name that was pointed here asks for that name.
fn check_host(head: &Parts, config: &Config) -> Result<(), Refusal> {
    let host = match head.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => only(&head.headers, &HOST)?.and_then(|it| it.to_str().ok()),
    };
    let host = host.and_then(host::normalise);
    if host.is_some_and(|host| config.hosts.contains(&host)) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::HostRefused,
        "This host is not listed. Whoever runs the gateway adds it with --host, or keeps the Host header in the proxy before it.",
    ))
}

/// Not only CORS: a form or a body-less POST needs no preflight, so the origin itself is refused.
fn check_origin(headers: &HeaderMap, config: &Config) -> Result<(), Refusal> {
    if only(headers, &ORIGIN)?.is_none() || listed_origin(headers, config).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::OriginRefused,
        "Pages of this origin may not ask. Whoever runs the gateway adds it with --origin.",
    ))
}

/// The one value of a header.
///
/// # Errors
/// There are several: whoever reads the first and whoever reads the last would not agree.
pub(crate) fn only<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Refusal::new(
            Code::BadRequest,
            format!("The request has more than one header `{name}`."),
        )),
    }
}

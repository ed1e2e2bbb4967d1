//! The checks that every request must pass first: its target is a path, its length has one meaning,
//! its host is the gateway's, its page is listed.

use http::header::{CONTENT_LENGTH, HOST, ORIGIN, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Version};

use crate::config::{Config, Sessions, host};
use crate::headers::single_value;
use crate::refusal::{Code, Refusal};
use crate::request::RequestHead;

/// The bytes of a header's value that a message quotes: enough for every real host and origin.
const QUOTED_MAX_BYTES: usize = 100;

/// Checks the head of a request, before anything depends on what the request asks for.
///
/// # Errors
/// It fails a check.
pub(crate) fn check(head: &RequestHead, config: &Config) -> Result<(), Refusal> {
    check_target(head)?;
    check_length(&head.headers)?;
    check_host(head, config)?;
    check_origin(head, config)
}

/// Returns the page's origin, if it is listed: the one that CORS headers may name.
pub(crate) fn listed_origin(headers: &HeaderMap, config: &Config) -> Option<HeaderValue> {
    let origin = single_value(headers, &ORIGIN).ok()??;
    let is_listed = config.origins.iter().any(|it| it.as_str() == origin);
    is_listed.then(|| origin.clone())
}

fn check_target(head: &RequestHead) -> Result<(), Refusal> {
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
fn check_host(head: &RequestHead, config: &Config) -> Result<(), Refusal> {
    let host = match head.uri.authority() {
        Some(authority) => Some(authority.as_str().as_bytes()),
        None => single_value(&head.headers, &HOST)?.map(HeaderValue::as_bytes),
    };
    let name = host.and_then(|it| host::normalise(std::str::from_utf8(it).ok()?));
    if name.is_some_and(|name| config.hosts.contains(&name)) {
        return Ok(());
    }
    let found = match host.unwrap_or_default() {
        [] => "The request names no host".to_owned(),
        host => format!("The host {} is not listed", quoted(host)),
    };
    Err(Refusal::new(
        Code::HostRefused,
        format!(
            "{found}. Open the page by the name and port of a listed origin. Or the operator of the gateway lists this page with --origin, or this host with --host, or has the proxy in front keep the browser's Host header."
        ),
    )
    .with_reason("the request's host is neither that of an --origin nor a --host"))
}

/// Quotes the value of a header for a message: cut, and without characters that a terminal or a page
/// could take for something else.
fn quoted(value: &[u8]) -> String {
    let rest = if value.len() > QUOTED_MAX_BYTES {
        "…"
    } else {
        ""
    };
    let text: String = value
        .iter()
        .take(QUOTED_MAX_BYTES)
        .map(|byte| match byte {
            b'!'..=b'~' if !b"\"'<>\\`&".contains(byte) => char::from(*byte),
            _ => '?',
        })
        .collect();
    format!("\"{text}{rest}\"")
}

/// Refuses an unlisted origin, which CORS alone would not: a form or a POST without a body needs no
/// preflight. Where the web app's own sign-in decides, a cookie may be all that it looks at, so a request
/// that changes something must name its origin, as every browser does.
fn check_origin(head: &RequestHead, config: &Config) -> Result<(), Refusal> {
    let Some(origin) = single_value(&head.headers, &ORIGIN)? else {
        let changes_nothing = matches!(head.method, Method::GET | Method::HEAD);
        return if matches!(config.sessions, Sessions::App) && !changes_nothing {
            Err(Refusal::new(
                Code::OriginRefused,
                "The request has no `Origin`, which every browser sends. Send the page's origin.",
            ))
        } else {
            Ok(())
        };
    };
    if listed_origin(&head.headers, config).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::OriginRefused,
        format!(
            "The page's origin {} is not listed. The operator of the gateway can add it with --origin.",
            quoted(origin.as_bytes())
        ),
    )
    .with_reason("the page's origin is no --origin"))
}

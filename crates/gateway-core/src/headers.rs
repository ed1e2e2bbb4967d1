//! Header names, and how header values are read.

use aurous_contract::header;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::refusal::{Code, Refusal};

pub(crate) const API_KEY: HeaderName = HeaderName::from_static(header::API_KEY);
pub(crate) const GATEWAY: HeaderName = HeaderName::from_static(header::GATEWAY);
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static(header::IDEMPOTENCY_KEY);
pub(crate) const IDEMPOTENT_REPLAYED: HeaderName =
    HeaderName::from_static(header::IDEMPOTENT_REPLAYED);
pub(crate) const RATE_LIMIT_REMAINING: HeaderName =
    HeaderName::from_static(header::RATE_LIMIT_REMAINING);
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static(header::REQUEST_ID);
pub(crate) const VERSION: HeaderName = HeaderName::from_static(header::VERSION);

/// Returns the value of a header that may appear once.
///
/// # Errors
/// The header appears several times. One reader would take the first value and another the last, so
/// a check of either would not hold for both.
pub(crate) fn single_value<'a>(
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

/// Returns the whole number that a header holds. `None` where there is none.
pub(crate) fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// Whether a body is JSON by its `Content-Type`.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

//! A JSON body, read within its limits and parsed.

use axum::body::Body;
use axum::http::HeaderMap;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::paced_body::{PacedBody, cut_short};
use crate::config::ResourceLimits;
use crate::headers::is_json;
use crate::pace::PaceLimits;
use crate::refusal::{Code, Refusal};
use crate::rules::body::parse_fields;

/// The largest JSON body. The largest real one, a create with six ids and all attributes, has 6 KB.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// Reads a JSON object that has no keys but the `allowed` ones.
///
/// # Errors
/// The body is not JSON, by its content type or by its text; it is too long or too slow; or it has
/// another key.
pub(crate) async fn read_object(
    limits: &ResourceLimits,
    headers: &HeaderMap,
    body: Body,
    allowed: &[&str],
) -> Result<Map<String, Value>, Refusal> {
    // Any page can send text/plain, since it needs no preflight.
    if !is_json(headers) {
        return Err(Refusal::new(
            Code::ContentTypeRefused,
            "The body must be JSON, with `Content-Type: application/json`.",
        ));
    }
    let (body, progress) = PacedBody::new(body, PaceLimits::of_body(limits));
    match Limited::new(body, JSON_MAX_BYTES).collect().await {
        Ok(bytes) => parse_fields(&bytes.to_bytes(), allowed),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::new(
            Code::BodyTooLarge,
            format!("The body has more than {JSON_MAX_BYTES} bytes."),
        )),
        Err(_) => Err(progress.refusal().unwrap_or_else(cut_short)),
    }
}

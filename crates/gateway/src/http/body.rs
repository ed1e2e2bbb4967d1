//! A JSON body: read within its limits, parsed, and what calls have in common to read from it.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::pace::{Pace, Paced, cut_short};
use crate::config::Limits;
use crate::refusal::{Code, Refusal};
use crate::rules::body::parse_object;

/// Most bytes of a JSON body: the largest real one, a create with six ids and all attributes, has
/// 6 KB.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// # Errors
/// It is not JSON by its content type or by its text, too long, too slow, or has other keys.
pub(crate) async fn read_object(
    limits: &Limits,
    headers: &HeaderMap,
    body: Body,
    keys: &[&str],
) -> Result<Map<String, Value>, Refusal> {
    // A text/plain body needs no preflight: any page could send it.
    if !is_json(headers) {
        return Err(Refusal::new(
            Code::ContentTypeRefused,
            "The body must be JSON, with `Content-Type: application/json`.",
        ));
    }
    let (body, progress) = Paced::new(body, Pace::of(limits));
    let read = Limited::new(body, JSON_MAX_BYTES).collect().await;
    match read {
        Ok(bytes) => parse_object(&bytes.to_bytes(), keys),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::new(
            Code::BodyTooLarge,
            format!("The body has more than {JSON_MAX_BYTES} bytes."),
        )),
        Err(_) => Err(progress.refusal().unwrap_or_else(cut_short)),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

//! An answer of the API's, made the visitor's: headers by allow-list, a body that is parsed and
//! written anew.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::refusal::{Code, Refusal};
use crate::upstream::{ApiAnswer, Failed};

/// The headers of the API's that a visitor gets, and that pages of another origin may read.
pub(crate) const RELAYED: [&str; 7] = [
    "aurous-request-id",
    "aurous-version",
    "aurous-idempotent-replayed",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// What a visitor gets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: &Value) -> Self {
        let relayed = RELAYED
            .iter()
            .filter_map(|name| Some((name, headers.get(*name)?.clone())));
        let mut headers: HeaderMap = relayed
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), value))
            .collect();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status,
            headers,
            body: Bytes::from(body.to_string()),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// What a visitor is told: an answer of the API's, its own errors included, or a refusal.
pub(crate) type Told = Result<Answer, Refusal>;

/// What an answer of the API's is.
pub(crate) enum Read {
    /// 2xx, with an object.
    Success(Success),
    /// Nothing to work on: the visitor is told this.
    Other(Told),
}

/// An object, and what it came with.
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) object: Map<String, Value>,
}

impl Success {
    /// To the visitor, with whatever was changed in the object.
    pub(crate) fn answer(self) -> Answer {
        Answer::new(self.status, &self.headers, &Value::Object(self.object))
    }
}

pub(crate) fn read(answer: ApiAnswer) -> Read {
    if answer.status.is_success() {
        return match answer.body {
            Value::Object(object) => Read::Success(Success {
                status: answer.status,
                headers: answer.headers,
                object,
            }),
            _ => Read::Other(Err(invalid())),
        };
    }
    if matches!(answer.status.as_u16(), 401 | 403) {
        tracing::error!(
            status = answer.status.as_u16(),
            "the API refused the gateway's key: check AUROUS_API_KEY"
        );
        return Read::Other(Err(Refusal::new(
            Code::KeyRefused,
            "The API refused the gateway's key. No visitor can mend that: whoever runs the gateway checks AUROUS_API_KEY.",
        )));
    }
    Read::Other(error(&answer).ok_or_else(invalid))
}

/// The API's error, its envelope written anew.
fn error(answer: &ApiAnswer) -> Option<Answer> {
    if !(400..600).contains(&answer.status.as_u16()) {
        return None;
    }
    let theirs = answer.body.get("error")?;
    let text = |key: &str| theirs.get(key).filter(|it| it.is_string());
    let mut error = Map::new();
    for key in ["type", "code", "message"] {
        error.insert(key.to_owned(), text(key)?.clone());
    }
    for key in ["param", "doc_url", "request_id"] {
        error.insert(key.to_owned(), text(key).cloned().unwrap_or(Value::Null));
    }
    let body = json!({ "error": error });
    Some(Answer::new(answer.status, &answer.headers, &body))
}

/// What the visitor is told where no answer came.
pub(crate) fn failed(why: &Failed) -> Refusal {
    match why {
        Failed::Unreachable | Failed::Lost => Refusal::new(
            Code::UpstreamUnreachable,
            "The API could not be reached. Try again.",
        ),
        Failed::TimedOut => Refusal::new(
            Code::UpstreamTimeout,
            "The API did not answer in time. Try again.",
        ),
        Failed::Invalid { retry_after, .. } => Refusal {
            retry_after_seconds: *retry_after,
            ..invalid()
        },
    }
}

pub(crate) fn invalid() -> Refusal {
    Refusal::new(
        Code::UpstreamInvalid,
        "The API's answer could not be read. Try again; the gateway's log says more.",
    )
}

//! An API response, turned into one for a visitor: headers by allow-list, a body that was parsed and
//! is written again.

use std::ops::ControlFlow;

use aurous_contract::header::RELAYED;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::refusal::{Code, Refusal};
use crate::upstream::api::{UpstreamFailure, UpstreamResponse};

/// A response to a visitor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct JsonResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl JsonResponse {
    /// Makes a response with those of the upstream `headers` that a visitor may see.
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: &Value) -> Self {
        let relayed = RELAYED
            .iter()
            .filter_map(|name| Some((name, headers.get(*name)?.clone())));
        let mut headers: HeaderMap = relayed
            .map(|(name, value)| (HeaderName::from_static(name), value))
            .collect();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status,
            headers,
            body: Bytes::from(body.to_string()),
        }
    }
}

impl IntoResponse for JsonResponse {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// The end of every handler: a response, which may be an error of the API's, or the gateway's own
/// refusal.
pub(crate) type HandlerResult = Result<JsonResponse, Refusal>;

/// The JSON object of a 2xx response, which a handler changes before a visitor gets it.
pub(crate) struct ApiObject {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) object: Map<String, Value>,
}

impl ApiObject {
    pub(crate) fn into_response(self) -> JsonResponse {
        JsonResponse::new(self.status, &self.headers, &Value::Object(self.object))
    }
}

/// Sorts an API response: continues with the object of a 2xx, breaks with the result of anything
/// else, which is for the visitor as it is.
pub(crate) fn interpret(response: UpstreamResponse) -> ControlFlow<HandlerResult, ApiObject> {
    if response.status.is_success() {
        return match response.body {
            Value::Object(object) => ControlFlow::Continue(ApiObject {
                status: response.status,
                headers: response.headers,
                object,
            }),
            _ => ControlFlow::Break(Err(invalid_response())),
        };
    }
    if matches!(response.status.as_u16(), 401 | 403) {
        tracing::error!(
            status = response.status.as_u16(),
            "the API refused the gateway's key: check AUROUS_API_KEY"
        );
        return ControlFlow::Break(Err(Refusal::new(
            Code::KeyRefused,
            "The API refused the gateway's key. A visitor cannot mend that: the operator must check AUROUS_API_KEY.",
        )));
    }
    ControlFlow::Break(relay_error(&response).ok_or_else(invalid_response))
}

/// Rebuilds the API's error envelope. `None` where the response is none.
fn relay_error(response: &UpstreamResponse) -> Option<JsonResponse> {
    if !(400..600).contains(&response.status.as_u16()) {
        return None;
    }
    let received = response.body.get("error")?;
    let text = |key: &str| received.get(key).filter(|value| value.is_string());
    let mut error = Map::new();
    for key in ["type", "code", "message"] {
        error.insert(key.to_owned(), text(key)?.clone());
    }
    for key in ["param", "doc_url", "request_id"] {
        error.insert(key.to_owned(), text(key).cloned().unwrap_or(Value::Null));
    }
    let body = json!({ "error": error });
    Some(JsonResponse::new(response.status, &response.headers, &body))
}

/// Returns the refusal for a call that the API did not respond to.
pub(crate) fn refusal_for(failure: UpstreamFailure) -> Refusal {
    match failure {
        UpstreamFailure::Unreachable | UpstreamFailure::ConnectionLost => Refusal::new(
            Code::UpstreamUnreachable,
            "The API could not be reached. Try again.",
        ),
        UpstreamFailure::TimedOut => Refusal::new(
            Code::UpstreamTimeout,
            "The API did not answer in time. Try again.",
        ),
        UpstreamFailure::InvalidResponse { retry_after, .. } => Refusal {
            retry_after_seconds: retry_after,
            ..invalid_response()
        },
    }
}

pub(crate) fn invalid_response() -> Refusal {
    Refusal::new(
        Code::UpstreamInvalid,
        "The API's answer could not be read. Try again; the gateway's log says more.",
    )
}

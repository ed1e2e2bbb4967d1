//! An API response, turned into one for a visitor: a body that was parsed and is written again, and
//! with its headers is searched for secrets.

use std::ops::ControlFlow;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::api::{ApiFailure, ApiResponse, NoAnswer};
use crate::refusal::{Code, Refusal};
use crate::rules::secret_search::SecretSearch;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A response to a visitor, before [`Completion::complete`](crate::Completion::complete) adds what every
/// response has.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The end of a request: a response, which may be an error of the API's, or the gateway's own refusal.
pub type Reply = Result<Response, Refusal>;

impl Response {
    /// Makes a JSON response. All that a visitor gets from upstream passes through here.
    ///
    /// # Errors
    /// It holds a secret of the operator's.
    pub(crate) fn json(
        secrets: &SecretSearch,
        status: StatusCode,
        mut headers: HeaderMap,
        body: &Value,
    ) -> Reply {
        let body = body.to_string();
        let mut values = headers.values().filter_map(|value| value.to_str().ok());
        if secrets.finds_in(&body) || values.any(|value| secrets.finds_in(value)) {
            tracing::error!(
                "the API's answer holds a secret of this gateway's, so it is not passed on: ask the vendor why, and replace the API key"
            );
            return Err(invalid_response());
        }
        headers.insert(CONTENT_TYPE, JSON);
        Ok(Self {
            status,
            headers,
            // Without the spare room of a text that grew: some responses are kept for a day.
            body: Bytes::from(body.into_bytes().into_boxed_slice()),
        })
    }

    /// Returns about how much memory the response takes.
    pub(crate) fn bytes(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
        headers.sum::<usize>() + self.body.len()
    }
}

/// The JSON object of a 2xx response, which a handler changes before a visitor gets it.
pub(crate) struct ApiObject {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) object: Map<String, Value>,
}

impl ApiObject {
    pub(crate) fn into_response(self, secrets: &SecretSearch) -> Reply {
        let body = Value::Object(self.object);
        Response::json(secrets, self.status, self.headers, &body)
    }
}

/// Sorts an API response: continues with the object of a 2xx, breaks with the result of anything
/// else, which is for the visitor as it is.
pub(crate) fn interpret(
    secrets: &SecretSearch,
    response: ApiResponse,
) -> ControlFlow<Reply, ApiObject> {
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
    ControlFlow::Break(relay_error(secrets, response))
}

/// Rebuilds the API's error envelope.
///
/// # Errors
/// The response is none, or holds a secret.
fn relay_error(secrets: &SecretSearch, response: ApiResponse) -> Reply {
    let is_error = (400..600).contains(&response.status.as_u16());
    let error = rebuild_error(&response.body).filter(|_| is_error);
    let body = json!({ "error": error.ok_or_else(invalid_response)? });
    Response::json(secrets, response.status, response.headers, &body)
}

fn rebuild_error(body: &Value) -> Option<Map<String, Value>> {
    let received = body.get("error")?;
    let text = |key: &str| received.get(key).filter(|value| value.is_string());
    let mut error = Map::new();
    for key in ["type", "code", "message"] {
        error.insert(key.to_owned(), text(key)?.clone());
    }
    for key in ["param", "doc_url", "request_id"] {
        error.insert(key.to_owned(), text(key).cloned().unwrap_or(Value::Null));
    }
    Some(error)
}

/// Returns the refusal for a call that the API did not respond to.
pub(crate) fn refusal_for(failure: ApiFailure) -> Refusal {
    match failure {
        ApiFailure::NoAnswer(NoAnswer::Unreachable | NoAnswer::ConnectionLost) => Refusal::new(
            Code::UpstreamUnreachable,
            "The API could not be reached. Try again.",
        ),
        ApiFailure::NoAnswer(NoAnswer::TimedOut) => Refusal::new(
            Code::UpstreamTimeout,
            "The API did not answer in time. Try again.",
        ),
        ApiFailure::InvalidAnswer { retry_after, .. } => Refusal {
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

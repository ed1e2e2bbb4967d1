//! Calls to the API: with the key, and an answer that is JSON or none.

use axum::body::Body;
use axum::http::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::time::timeout;

use super::{Upstream, log};

/// Most bytes of an answer: a list of a hundred characters has 300 KB.
const ANSWER_MAX_BYTES: usize = 1024 * 1024;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const VERSION: HeaderName = HeaderName::from_static("aurous-version");

/// One call, all of it made here: nothing of the visitor's request is copied.
#[derive(Debug)]
pub(crate) struct ApiCall {
    pub(crate) method: Method,
    /// With its query.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) version: Option<HeaderValue>,
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug)]
pub(crate) struct ApiAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Why there is no answer that could be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// No connection: nothing was sent.
    Unreachable,
    /// The connection broke: what was sent may have been carried out.
    Lost,
    TimedOut,
    /// Something was answered that is not the API's.
    Invalid {
        status: StatusCode,
        /// `Retry-After`, in seconds.
        retry_after: Option<u64>,
    },
}

impl Upstream {
    pub(crate) async fn call(&self, call: ApiCall) -> Result<ApiAnswer, Failed> {
        let request = self.request(call)?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| {
                log("API", &error);
                if error.is_connect() {
                    Failed::Unreachable
                } else {
                    Failed::Lost
                }
            })?;
            self.read(response).await
        };
        timeout(self.answer_within, exchange)
            .await
            .unwrap_or_else(|_| {
                tracing::warn!("the API did not answer in time");
                Err(Failed::TimedOut)
            })
    }

    fn request(&self, call: ApiCall) -> Result<Request<Body>, Failed> {
        let base = self.api_base.as_str().trim_end_matches('/');
        let mut request = Request::builder()
            .method(call.method)
            .uri([base, &call.path].concat())
            .header(ACCEPT, "application/json")
            .header(
                USER_AGENT,
                concat!("aurous-gateway/", env!("CARGO_PKG_VERSION")),
            )
            .header(API_KEY, self.key()?);
        if let Some(version) = call.version {
            request = request.header(VERSION, version);
        }
        if let Some(key) = call.idempotency_key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        let body = match call.body {
            None => Body::empty(),
            Some(body) => {
                let text = body.to_string();
                request = request
                    .header(CONTENT_TYPE, "application/json")
                    .header(CONTENT_LENGTH, text.len());
                Body::from(text)
            }
        };
        // Every part of it was checked before; nothing of it is sent where one slipped through.
        request.body(body).map_err(|_| Failed::Unreachable)
    }

    fn key(&self) -> Result<HeaderValue, Failed> {
        let mut key =
            HeaderValue::from_str(self.api_key.expose()).map_err(|_| Failed::Unreachable)?;
        key.set_sensitive(true);
        Ok(key)
    }

    fn holds_key(&self, bytes: &[u8]) -> bool {
        let key = self.api_key.expose().as_bytes();
        bytes.windows(key.len()).any(|part| part == key)
    }

    async fn read(&self, response: Response<Incoming>) -> Result<ApiAnswer, Failed> {
        let (head, body) = response.into_parts();
        let seconds = head.headers.get(RETRY_AFTER);
        let seconds = seconds.and_then(|it| it.to_str().ok()?.parse().ok());
        let invalid = |why: &'static str| {
            let status = head.status.as_u16();
            tracing::warn!(status, why, "the API's answer cannot be passed on");
            Failed::Invalid {
                status: head.status,
                retry_after: seconds,
            }
        };
        let content_type = head.headers.get(CONTENT_TYPE);
        let is_json = content_type
            .and_then(|it| it.to_str().ok())
            .is_some_and(|it| it.trim_start().starts_with("application/json"));
        if !is_json {
            return Err(invalid("it is not JSON by its content type"));
        }
        let read = Limited::new(body, ANSWER_MAX_BYTES).collect().await;
        let bytes = read
            .map_err(|_| invalid("it was cut short, or is too long"))?
            .to_bytes();
        let mut values = head.headers.values();
        if self.holds_key(&bytes) || values.any(|value| self.holds_key(value.as_bytes())) {
            return Err(invalid("it holds the API key"));
        }
        let body = serde_json::from_slice(&bytes).map_err(|_| invalid("it is not JSON"))?;
        Ok(ApiAnswer {
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

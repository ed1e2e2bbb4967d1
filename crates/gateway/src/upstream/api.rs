//! Calls to the API: sends them with the key, and takes JSON responses alone.

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tokio::time::timeout;

use super::{Upstream, log_failure};
use crate::headers::{self, API_KEY, IDEMPOTENCY_KEY, VERSION};
use crate::rules::relayed_headers::{relay, retry_after_seconds};

/// The largest response of most calls, in bytes. A list of a hundred characters has 300 KB.
pub(crate) const RESPONSE_MAX_BYTES: usize = 1024 * 1024;

/// A request to the API. The gateway makes all of it: nothing is copied from the visitor's request.
#[derive(Debug)]
pub(crate) struct UpstreamRequest {
    pub(crate) method: Method,
    /// With its query.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) version: Option<HeaderValue>,
    pub(crate) idempotency_key: Option<String>,
    /// The largest response, in bytes.
    pub(crate) response_max_bytes: usize,
    pub(crate) connection: ConnectionChoice,
}

/// The connection that a request is sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionChoice {
    /// One that is open, where there is one.
    Pooled,
    /// One of its own, for a call that makes something or costs credits. The API may be closing an idle
    /// connection, and nobody knows whether it got a call that was lost there.
    Fresh,
}

#[derive(Debug)]
pub(crate) struct UpstreamResponse {
    pub(crate) status: StatusCode,
    /// Those that a visitor may see.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Why there is no response that the gateway could pass on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpstreamFailure {
    /// There was no connection, so nothing was sent.
    Unreachable,
    /// The connection broke. The API may have carried out the request.
    ConnectionLost,
    TimedOut,
    /// The response is not the API's.
    InvalidResponse {
        status: StatusCode,
        /// `Retry-After`, in seconds.
        retry_after: Option<u64>,
    },
}

impl Upstream {
    pub(crate) async fn call_api(
        &self,
        request: UpstreamRequest,
    ) -> Result<UpstreamResponse, UpstreamFailure> {
        let response_max_bytes = request.response_max_bytes;
        let client = match request.connection {
            ConnectionChoice::Pooled => &self.client,
            ConnectionChoice::Fresh => &self.fresh_client,
        };
        let request = self.http_request(request)?;
        let exchange = async {
            let response = client.request(request).await.map_err(|error| {
                log_failure("API", &error);
                if error.is_connect() {
                    UpstreamFailure::Unreachable
                } else {
                    UpstreamFailure::ConnectionLost
                }
            })?;
            read(response, response_max_bytes).await
        };
        timeout(self.response_timeout, exchange)
            .await
            .unwrap_or_else(|_| {
                tracing::warn!("the API did not answer in time");
                Err(UpstreamFailure::TimedOut)
            })
    }

    fn http_request(&self, call: UpstreamRequest) -> Result<Request<Body>, UpstreamFailure> {
        let base = self.api_base.as_str().trim_end_matches('/');
        let mut request = Request::builder()
            .method(call.method)
            .uri([base, &call.path].concat())
            .header(ACCEPT, "application/json")
            .header(
                USER_AGENT,
                concat!("aurous-gateway/", env!("CARGO_PKG_VERSION")),
            )
            .header(API_KEY, self.key_header()?);
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
        // Every part was checked before. If one is wrong all the same, nothing is sent.
        request.body(body).map_err(|_| UpstreamFailure::Unreachable)
    }

    fn key_header(&self) -> Result<HeaderValue, UpstreamFailure> {
        let mut key = HeaderValue::from_str(self.api_key.expose())
            .map_err(|_| UpstreamFailure::Unreachable)?;
        key.set_sensitive(true);
        Ok(key)
    }
}

async fn read(
    response: Response<Incoming>,
    max_bytes: usize,
) -> Result<UpstreamResponse, UpstreamFailure> {
    let (head, body) = response.into_parts();
    let invalid = |problem: &'static str| {
        let status = head.status.as_u16();
        tracing::warn!(status, problem, "the API's answer cannot be passed on");
        UpstreamFailure::InvalidResponse {
            status: head.status,
            retry_after: retry_after_seconds(&head.headers),
        }
    };
    if !headers::is_json(&head.headers) {
        return Err(invalid("it is not JSON by its content type"));
    }
    let read = Limited::new(body, max_bytes).collect().await;
    let bytes = read
        .map_err(|_| invalid("it was cut short, or is too long"))?
        .to_bytes();
    let body = serde_json::from_slice(&bytes).map_err(|_| invalid("it is not JSON"))?;
    Ok(UpstreamResponse {
        status: head.status,
        headers: relay(&head.headers),
        body,
    })
}

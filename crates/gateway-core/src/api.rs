//! Requests to the API, and its answers. The gateway makes all of a request: nothing is copied from the
//! visitor's.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::config::Config;
use crate::headers::{self, API_KEY, IDEMPOTENCY_KEY, VERSION};
use crate::rules::relayed_headers::{relay, retry_after_seconds};
use crate::target::Target;

/// The largest response of most calls, in bytes. A list of a hundred characters has 300 KB.
pub(crate) const RESPONSE_MAX_BYTES: usize = 1024 * 1024;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("aurous-gateway/", env!("CARGO_PKG_VERSION")));

/// A call of the API's.
#[derive(Clone, Debug)]
pub(crate) struct ApiCall {
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
pub enum ConnectionChoice {
    /// One that is open, where there is one.
    Pooled,
    /// One of its own, for a call that makes something or costs credits. The API may be closing an idle
    /// connection, and nobody knows whether it got a call that was lost there.
    Fresh,
}

/// A request to the API, to be sent as it is: it holds the key.
#[derive(Debug)]
pub struct ApiRequest {
    pub method: Method,
    pub url: String,
    /// The pattern of its path, for logs and traces: without an id.
    pub pattern: &'static str,
    pub headers: HeaderMap,
    pub body: Option<String>,
    /// The largest response that may be read, in bytes.
    pub response_max_bytes: usize,
    pub connection: ConnectionChoice,
}

impl ApiCall {
    /// Makes the request, with the key. `None` where a part of it cannot be a header, which the checks of
    /// the configuration and of the visitor's request prevent.
    pub(crate) fn into_request(self, config: &Config) -> Option<ApiRequest> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, JSON);
        headers.insert(USER_AGENT, AGENT);
        let mut key = HeaderValue::from_str(config.api_key.expose()).ok()?;
        key.set_sensitive(true);
        headers.insert(API_KEY, key);
        if let Some(version) = self.version {
            headers.insert(VERSION, version);
        }
        if let Some(key) = self.idempotency_key {
            headers.insert(IDEMPOTENCY_KEY, HeaderValue::from_str(&key).ok()?);
        }
        let body = self.body.map(|body| body.to_string());
        if body.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        // Without a length, Node sends a body that is not there in chunks.
        if self.method != Method::GET {
            let length = body.as_ref().map_or(0, String::len);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        let path = self.path.split('?').next().unwrap_or_default();
        let pattern = Target::find(path).map_or("none", |target| target.pattern());
        let base = config.api_base.as_str().trim_end_matches('/');
        Some(ApiRequest {
            method: self.method,
            url: [base, &self.path].concat(),
            pattern,
            headers,
            body,
            response_max_bytes: self.response_max_bytes,
            connection: self.connection,
        })
    }
}

/// An answer to a request, whoever it is from.
#[derive(Clone, Debug)]
pub struct ApiAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Result<Bytes, UnreadableBody>,
}

/// The body of an answer was cut short, or is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableBody;

/// Why a request has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There was no connection, so nothing was sent.
    Unreachable,
    /// The connection broke. The API may have carried out the request.
    ConnectionLost,
    TimedOut,
}

/// A response of the API's.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    /// Those that a visitor may see.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Why there is no response that the gateway could pass on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApiFailure {
    NoAnswer(NoAnswer),
    /// The answer is not the API's.
    InvalidAnswer {
        status: StatusCode,
        /// `Retry-After`, in seconds.
        retry_after: Option<u64>,
    },
}

impl ApiAnswer {
    /// Whether an answer with these headers is worth reading: it is JSON, by its content type.
    pub fn is_worth_reading(headers: &HeaderMap) -> bool {
        headers::is_json(headers)
    }

    /// Reads an answer as the API's.
    ///
    /// # Errors
    /// It is not JSON, or has no end.
    pub(crate) fn into_response(self) -> Result<ApiResponse, ApiFailure> {
        let invalid = |problem: &'static str| {
            let status = self.status.as_u16();
            tracing::warn!(status, problem, "the API's answer cannot be passed on");
            ApiFailure::InvalidAnswer {
                status: self.status,
                retry_after: retry_after_seconds(&self.headers),
            }
        };
        if !Self::is_worth_reading(&self.headers) {
            return Err(invalid("it is not JSON by its content type"));
        }
        let bytes = self
            .body
            .as_ref()
            .map_err(|UnreadableBody| invalid("it was cut short, or is too long"))?;
        let body = serde_json::from_slice(bytes).map_err(|_| invalid("it is not JSON"))?;
        Ok(ApiResponse {
            status: self.status,
            headers: relay(&self.headers),
            body,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Secrets, Settings, VisitorSource};
    use crate::secret::Secret;

    fn request(method: Method, body: Option<Value>) -> ApiRequest {
        let settings = Settings {
            origins: vec!["https://app.example".to_owned()],
            allow_anonymous: true,
            ..Settings::default()
        };
        let secrets = Secrets {
            api_key: Secret::new("al_live_0123"),
            session: Vec::new(),
            sealing: vec![Secret::new(
                "a sealing secret of more than thirty-two bytes",
            )],
            visitors: VisitorSource::Tokens,
        };
        let call = ApiCall {
            method,
            path: "/v1/characters/char_1/save".to_owned(),
            body,
            version: None,
            idempotency_key: None,
            response_max_bytes: RESPONSE_MAX_BYTES,
            connection: ConnectionChoice::Pooled,
        };
        let config = Config::new(&settings, secrets).unwrap();
        call.into_request(&config).unwrap()
    }

    #[test]
    fn every_call_but_a_get_says_how_long_its_body_is() {
        for (method, body, length) in [
            (Method::GET, None, None),
            (Method::POST, None, Some("0")),
            (Method::DELETE, None, Some("0")),
            (Method::POST, Some(json!({})), Some("2")),
        ] {
            let request = request(method, body);
            let said = request.headers.get(CONTENT_LENGTH);
            assert_eq!(said.map(|it| it.to_str().unwrap()), length, "{request:?}");
        }
    }

    #[test]
    fn a_request_is_shown_without_its_key() {
        let text = format!("{:?}", request(Method::GET, None));
        assert!(!text.contains("al_live"), "{text}");
    }
}

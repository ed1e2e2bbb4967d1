//! The API's responses as values.

use aurous_contract::rate::BucketState;
use serde::Serialize;

use super::error::ApiError;

/// The headers of every response of the API.
#[derive(Clone, Debug)]
pub(crate) struct CommonHeaders {
    pub(crate) request_id: String,
    /// The version that was applied.
    pub(crate) version: String,
    pub(crate) rate: BucketState,
}

#[derive(Clone, Debug)]
pub(crate) struct ApiResponse {
    pub(crate) headers: CommonHeaders,
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
    /// `Retry-After`, in seconds.
    pub(crate) retry_after_seconds: Option<u64>,
    /// Whether the response was given before, to the same `Idempotency-Key`.
    pub(crate) is_replay: bool,
}

impl ApiResponse {
    pub(crate) fn new(headers: CommonHeaders, success: Success) -> Self {
        Self {
            headers,
            status: success.status,
            body: success.body,
            retry_after_seconds: None,
            is_replay: false,
        }
    }

    pub(crate) fn refusal(headers: CommonHeaders, error: ApiError) -> Self {
        let (status, retry_after_seconds) = (error.status, error.retry_after_seconds);
        let body = to_json(&error.envelope(&headers.request_id));
        Self {
            headers,
            status,
            body,
            retry_after_seconds,
            is_replay: false,
        }
    }
}

/// The result of a call that succeeded.
#[derive(Clone, Debug)]
pub(crate) struct Success {
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
}

impl Success {
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self {
            status: 200,
            body: to_json(body),
        }
    }

    pub(crate) fn created(body: &impl Serialize) -> Self {
        Self {
            status: 201,
            ..Self::ok(body)
        }
    }
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    // Serializing these types never fails: none of them has a map with keys that are no text.
    serde_json::to_vec(body).unwrap_or_default()
}

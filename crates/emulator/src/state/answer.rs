//! What the API answers, before it is HTTP.

use aurous_contract::rate::BucketState;
use serde::Serialize;

use super::error::ApiError;

/// What is on every answer of the API.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) request_id: String,
    /// The version applied.
    pub(crate) version: String,
    pub(crate) rate: BucketState,
}

#[derive(Clone, Debug)]
pub(crate) struct ApiAnswer {
    pub(crate) stamp: Stamp,
    pub(crate) status: u16,
    /// JSON.
    pub(crate) body: Vec<u8>,
    /// `Retry-After`, in seconds.
    pub(crate) retry_after_seconds: Option<u64>,
    /// Given before, to the same `Idempotency-Key`.
    pub(crate) replayed: bool,
}

impl ApiAnswer {
    pub(crate) fn new(stamp: Stamp, success: Success) -> Self {
        Self {
            stamp,
            status: success.status,
            body: success.body,
            retry_after_seconds: None,
            replayed: false,
        }
    }

    pub(crate) fn refusal(stamp: Stamp, error: ApiError) -> Self {
        let (status, retry_after_seconds) = (error.status, error.retry_after_seconds);
        let body = json(&error.envelope(&stamp.request_id));
        Self {
            stamp,
            status,
            body,
            retry_after_seconds,
            replayed: false,
        }
    }
}

/// A call that went well.
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
            body: json(body),
        }
    }

    pub(crate) fn created(body: &impl Serialize) -> Self {
        Self {
            status: 201,
            ..Self::ok(body)
        }
    }
}

fn json(body: &impl Serialize) -> Vec<u8> {
    // Only types of ours come here, and none of them can fail: no map has keys that are not text.
    serde_json::to_vec(body).unwrap_or_default()
}

//! A request to the API as a value.

use bytes::Bytes;

use super::route::Route;

#[derive(Clone, Debug)]
pub(crate) struct ApiCall {
    pub(crate) authentication: Authentication,
    pub(crate) route: Route,
    pub(crate) method: String,
    /// Without the prefix that an open router is mounted under.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    /// `Aurous-Version`
    pub(crate) version: Option<String>,
    /// `Idempotency-Key`
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: ReceivedBody,
}

/// How a caller proves who it is.
#[derive(Clone, Debug)]
pub(crate) enum Authentication {
    /// By `X-Api-Key`, where the request has one.
    ApiKey(Option<String>),
    /// Not at all: open mode.
    NotRequired,
}

/// A request's body, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedBody {
    /// `None` where it was too long to be kept.
    pub(crate) bytes: Option<Bytes>,
    pub(crate) sha256: String,
}

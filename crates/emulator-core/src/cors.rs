//! CORS: none by default, as in production; for every origin where it is switched on.

use std::sync::LazyLock;

use aurous_contract::header;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

use crate::reply::Reply;

/// What pages of other origins may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cors {
    /// Nothing: preflights get no answer, responses no CORS header.
    Off,
    /// Call the API and read its headers.
    Api,
    /// PUT to a signed URL.
    Put,
}

const API_METHODS: &str = "GET, POST, PATCH, DELETE";
/// The request headers that pages may send. `X-Api-Key` is among them: a test wants to see in the log
/// that a page sends one by mistake.
const API_HEADERS: &str = "content-type, x-api-key, authorization, idempotency-key, aurous-version";
/// The response headers that pages may read.
static EXPOSED_HEADERS: LazyLock<String> = LazyLock::new(header::exposed);

impl Cors {
    /// Adds the headers of every response, errors included.
    pub(crate) fn add_headers(self, reply: &mut Reply, request: &HeaderMap) {
        if self == Self::Off {
            return;
        }
        let any = HeaderValue::from_static("*");
        let origin = request.get(ORIGIN).cloned().unwrap_or(any);
        reply.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        reply.set(VARY, "Origin");
        if self == Self::Api {
            reply.set(ACCESS_CONTROL_EXPOSE_HEADERS, &EXPOSED_HEADERS);
        }
    }

    /// Adds the further headers of the response to a preflight.
    pub(crate) fn add_preflight_headers(self, reply: &mut Reply) {
        let (methods, headers) = match self {
            Self::Off => return,
            Self::Api => (API_METHODS, API_HEADERS),
            Self::Put => ("PUT", "content-type"),
        };
        reply.set(ACCESS_CONTROL_ALLOW_METHODS, methods);
        reply.set(ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
}

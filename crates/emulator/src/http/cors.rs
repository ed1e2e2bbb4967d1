//! CORS: none by default, as in production; for any origin where it is switched on.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

use super::reply::Reply;

/// What pages on other origins may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cors {
    /// Nothing: no preflight is answered, no header is sent.
    Off,
    /// Call the API and read its headers.
    Api,
    /// PUT to a signed URL.
    Put,
}

const API_METHODS: &str = "GET, POST, PATCH, DELETE";
/// `X-Api-Key` too: a page that sends one makes a mistake that a test wants to see in the log.
const API_HEADERS: &str = "content-type, x-api-key, authorization, idempotency-key, aurous-version";
const EXPOSED: &str = "aurous-gateway, aurous-request-id, retry-after, x-ratelimit-limit, \
     x-ratelimit-remaining, x-ratelimit-reset, aurous-idempotent-replayed, aurous-version";

impl Cors {
    /// What goes on every answer, errors too.
    pub(crate) fn on(self, reply: &mut Reply, request: &HeaderMap) {
        if self == Self::Off {
            return;
        }
        let any = HeaderValue::from_static("*");
        let origin = request.get(ORIGIN).cloned().unwrap_or(any);
        reply.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        reply.set(VARY, "Origin");
        if self == Self::Api {
            reply.set(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// What goes on the answer to a preflight, besides.
    pub(crate) fn on_preflight(self, reply: &mut Reply) {
        let (methods, headers) = match self {
            Self::Off => return,
            Self::Api => (API_METHODS, API_HEADERS),
            Self::Put => ("PUT", "content-type"),
        };
        reply.set(ACCESS_CONTROL_ALLOW_METHODS, methods);
        reply.set(ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
}

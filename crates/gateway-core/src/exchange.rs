//! A request, from its head to the complete response.

use std::sync::{Arc, LazyLock};

use aurous_contract::header;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, CACHE_CONTROL, CONTENT_TYPE,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use ulid::Ulid;

use crate::admit::head;
use crate::calls;
use crate::clock::Moment;
use crate::core::Core;
use crate::headers::{GATEWAY, REQUEST_ID};
use crate::refusal::Refusal;
use crate::request::RequestHead;
use crate::response::{JSON, Reply, Response};
use crate::step::Steps;
use crate::target::Target;

/// The response headers that a page of another origin may read.
static EXPOSED_HEADERS: LazyLock<Option<HeaderValue>> =
    LazyLock::new(|| HeaderValue::from_str(&header::exposed()).ok());

/// A request that is being answered: first by its steps, then by the completion of their reply.
pub struct Exchange {
    pub steps: Steps,
    pub completion: Completion,
}

/// Completes the reply to one request.
pub struct Completion {
    pub labels: Labels,
    /// The page's origin, if it is listed.
    origin: Option<HeaderValue>,
}

/// What logs and metrics may say of a request: nothing of the client's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// A common method, else `other`.
    pub method: &'static str,
    /// The pattern of the path with the mount before it, or `none`.
    pub route: String,
}

/// A response that is complete, and what the log says of it.
#[derive(Debug)]
pub struct Completed {
    pub response: http::Response<Bytes>,
    pub request_id: String,
    /// The gateway's own refusal, if that is what the response is.
    pub refusal: Option<Refusal>,
}

impl Exchange {
    pub(crate) fn new(core: &Arc<Core>, head: RequestHead, now: Moment) -> Self {
        let config = &core.config;
        let target = config.path_below_mount(head.uri.path());
        let target = target.and_then(Target::find);
        let route = target.as_ref().map_or("none".to_owned(), |target| {
            [config.mount.trim_end_matches('/'), target.pattern()].concat()
        });
        let completion = Completion {
            labels: Labels {
                method: method_label(&head.method),
                route,
            },
            origin: head::listed_origin(&head.headers, config),
        };
        let core = Arc::clone(core);
        Self {
            steps: Steps::new(now, |outside| calls::answer(core, head, target, outside)),
            completion,
        }
    }
}

impl Completion {
    /// Completes a reply: adds the headers that every response has, and writes the body of a refusal.
    pub fn complete(self, reply: Reply, now: Moment) -> Completed {
        let (refusal, response) = match reply {
            Ok(response) => (None, response),
            Err(refusal) => {
                let response = without_body(&refusal);
                (Some(refusal), response)
            }
        };
        let Response {
            status,
            mut headers,
            mut body,
        } = response;
        let id = headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok());
        let request_id = id.map_or_else(|| new_request_id(now), str::to_owned);
        add_common_headers(&mut headers, &request_id, self.origin);
        if let Some(refusal) = &refusal {
            headers.insert(CONTENT_TYPE, JSON);
            body = serde_json::to_vec(&refusal.envelope(&request_id))
                .unwrap_or_default()
                .into();
        }
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Completed {
            response,
            request_id,
            refusal,
        }
    }
}

/// Makes an id for a request that the API has given none.
pub fn new_request_id(now: Moment) -> String {
    format!("req_gw_{}", Ulid::from_parts(now.epoch_ms, rand::random()))
}

fn without_body(refusal: &Refusal) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(seconds) = refusal.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(methods) = refusal.allowed_methods {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    let status = StatusCode::from_u16(refusal.code.status());
    Response {
        status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        headers,
        body: Bytes::new(),
    }
}

fn add_common_headers(headers: &mut HeaderMap, id: &str, origin: Option<HeaderValue>) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(GATEWAY, HeaderValue::from_static("1"));
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.extend(
            EXPOSED_HEADERS
                .clone()
                .map(|names| (ACCESS_CONTROL_EXPOSE_HEADERS, names)),
        );
    }
}

fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

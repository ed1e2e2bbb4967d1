//! Completes every response: adds the headers that all carry, writes the body of a refusal, and
//! records the response in the metrics and the log.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use aurous_contract::header;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ulid::Ulid;

use super::state::GatewayState;
use crate::admit::head;
use crate::clock::now_ms;
use crate::headers::{GATEWAY, REQUEST_ID};
use crate::observe::metrics::RequestLabels;
use crate::refusal::{Code, Refusal};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The response headers that a page of another origin may read.
static EXPOSED_HEADERS: LazyLock<Option<HeaderValue>> =
    LazyLock::new(|| HeaderValue::from_str(&header::exposed()).ok());

pub(crate) async fn complete_response(
    State(state): State<Arc<GatewayState>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = head::listed_origin(request.headers(), &state.config);
    let mut open = OpenRequest::new(&request, state);
    let mut response = next.run(request).await;
    let refusal = response.extensions_mut().remove::<Refusal>();
    let headers = response.headers_mut();
    let id = match headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()) {
        Some(id) => id.to_owned(),
        None => new_request_id(),
    };
    add_common_headers(headers, &id, origin);
    if let Some(refusal) = &refusal {
        let body = serde_json::to_vec(&refusal.envelope(&id)).unwrap_or_default();
        headers.insert(CONTENT_TYPE, JSON);
        *response.body_mut() = Body::from(body);
    }
    open.record_end(&id, response.status().as_u16(), refusal.as_ref());
    response
}

/// A request without a response. hyper drops a request's handler with its connection, so a request that
/// is dropped without its end has lost its client.
struct OpenRequest {
    state: Arc<GatewayState>,
    method: &'static str,
    route: String,
    start: Instant,
    has_ended: bool,
}

impl OpenRequest {
    fn new(request: &Request, state: Arc<GatewayState>) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            state,
            method: method_label(request.method()),
            route: route.map_or("none", MatchedPath::as_str).to_owned(),
            start: Instant::now(),
            has_ended: false,
        }
    }

    fn record_end(&mut self, request_id: &str, status: u16, refusal: Option<&Refusal>) {
        self.has_ended = true;
        let (method, route) = (self.method, self.route.clone());
        let code = refusal.map_or("", |refusal| refusal.code.as_str());
        let elapsed = self.start.elapsed();
        // Two kinds of lines, so that refusals that are too many for the log hide no other response.
        macro_rules! log_response {
            () => {
                tracing::info!(
                    request_id,
                    method,
                    route,
                    status,
                    code,
                    reason = refusal.and_then(|refusal| refusal.reason),
                    ms = elapsed.as_millis() as u64,
                    "answered"
                )
            };
        }
        // A stranger can cause a preflight as well as a refusal.
        if refusal.is_some() || method == "OPTIONS" {
            log_response!();
        } else {
            log_response!();
        }
        let labels = RequestLabels {
            method,
            route,
            status,
            code,
        };
        self.state.metrics.record_response(labels, elapsed);
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        if !self.has_ended {
            let gone = Refusal::new(Code::ClientGone, "").with_reason("the client hung up");
            self.record_end(&new_request_id(), gone.code.status(), Some(&gone));
        }
    }
}

fn new_request_id() -> String {
    format!("req_gw_{}", Ulid::from_parts(now_ms(), rand::random()))
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

/// Returns the name of a common method, else `other`: the client's own text must not get into the
/// log.
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

impl IntoResponse for Refusal {
    /// Makes a response without a body. `complete_response` writes the body, which needs the
    /// request's id.
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

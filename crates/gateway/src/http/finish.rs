//! What every answer carries, refusals too; and the line that the log gets of it.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE,
    RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ulid::Ulid;

use super::answer::RELAYED;
use super::shared::Shared;
use crate::admit::head;
use crate::clock::now_ms;
use crate::observe::metrics::Request as Seen;
use crate::refusal::Refusal;

const GATEWAY_NAME: &str = "aurous-gateway";
const GATEWAY: HeaderName = HeaderName::from_static(GATEWAY_NAME);
const REQUEST_ID: HeaderName = HeaderName::from_static("aurous-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What pages of another origin may read of an answer.
static EXPOSED: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let names = [&[GATEWAY_NAME], RELAYED.as_slice()].concat().join(", ");
    HeaderValue::from_str(&names).ok()
});

pub(crate) async fn finish(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let origin = head::listed_origin(request.headers(), &shared.config);
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);

    let mut response = next.run(request).await;
    let refusal = response.extensions_mut().remove::<Refusal>();
    let headers = response.headers_mut();
    let id = match headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok()) {
        Some(id) => id.to_owned(),
        None => format!("req_gw_{}", Ulid::from_parts(now_ms(), rand::random())),
    };
    dress(headers, &id, origin);
    if let Some(refusal) = &refusal {
        let body = serde_json::to_vec(&refusal.envelope(&id)).unwrap_or_default();
        headers.insert(CONTENT_TYPE, JSON);
        *response.body_mut() = Body::from(body);
    }

    let status = response.status().as_u16();
    let code = refusal.map_or("", |refusal| refusal.code.as_str());
    let elapsed = start.elapsed();
    shared.metrics.answered(
        Seen {
            method,
            route: route.to_owned(),
            status,
            code,
        },
        elapsed,
    );
    tracing::info!(
        request_id = id,
        method,
        route,
        status,
        code,
        ms = elapsed.as_millis() as u64,
        "answered"
    );
    response
}

fn dress(headers: &mut HeaderMap, id: &str, origin: Option<HeaderValue>) {
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
            EXPOSED
                .clone()
                .map(|names| (ACCESS_CONTROL_EXPOSE_HEADERS, names)),
        );
    }
}

/// A method by its name, where it is one that anybody uses: what is logged is not the client's text.
fn known(method: &Method) -> &'static str {
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
    /// Without a body: that needs the request's id, so [`finish`] writes it.
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

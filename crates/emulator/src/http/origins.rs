//! The origins as routers.

use aurous_emulator_core::EntryPoint;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode, Uri};
use tower_http::cors::CorsLayer;

use super::carry::carry;
use crate::addresses::Addresses;
use crate::running::Running;

/// Makes the API, with a key or open, or the upload host. One handler is for everything: the core decides
/// which call a request is, and a request that is no call is logged and answered like the rest.
pub(crate) fn origin(running: Running, entry_point: EntryPoint) -> Router {
    let handler = move |State(running): State<Running>, request: Request| {
        carry(running, entry_point, request)
    };
    Router::new().fallback(handler).with_state(running)
}

/// Makes the control origin, which every page may use.
pub(crate) fn control(running: Running, addresses: Addresses) -> Router {
    Router::new()
        .route("/", get(async move || Json(addresses)))
        .fallback(handle_control)
        .layer(CorsLayer::permissive())
        .with_state(running)
}

async fn handle_control(
    State(Running { emulation, clock }): State<Running>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response {
    let reply = emulation.control(&method, uri.path(), &body, clock.real_ms());
    let has_body = !reply.body.is_empty();
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if has_body {
        let content_type = HeaderValue::from_static(reply.content_type);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    response
}

//! Health, readiness and metrics over HTTP, on an address that no visitor reaches.

use std::str;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use url::Host;

use crate::config::host;
use crate::http::state::GatewayState;
use crate::store::Store;

#[derive(Clone)]
struct Admin {
    state: Arc<GatewayState>,
    draining: Arc<AtomicBool>,
}

/// Makes the admin routes, which answer for these names. `draining` becomes true when the gateway begins
/// to stop.
pub(crate) fn routes(
    state: Arc<GatewayState>,
    draining: Arc<AtomicBool>,
    names: Vec<String>,
) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readiness))
        .route("/metrics", get(encoded_metrics))
        .with_state(Admin { state, draining })
        .layer(from_fn_with_state(Arc::from(names), check_host))
}

/// Prevents DNS rebinding: a page on a foreign name that was pointed at the admin address asks for that
/// name.
async fn check_host(State(names): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    if is_host_known(&request, &names) {
        return next.run(request).await;
    }
    let message = "This host is not listed. Ask by an address or by localhost, or start the gateway with --admin-host and the name.\n";
    (StatusCode::FORBIDDEN, message).into_response()
}

fn is_host_known(request: &Request, names: &[String]) -> bool {
    let authority = request.uri().authority().map(|it| it.as_str().as_bytes());
    let headers = request.headers().get_all(HOST).iter();
    // Without a host the request is not a browser's.
    authority
        .into_iter()
        .chain(headers.map(|it| it.as_bytes()))
        .all(|host| {
            let host = str::from_utf8(host).ok().and_then(host::without_port);
            match host {
                Some(Host::Domain(name)) => name == "localhost" || names.contains(&name),
                Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
                None => false,
            }
        })
}

/// Responds without a look upstream: an outage of the vendor's must not take every gateway out of
/// service. Nor must one of the store's, without which uploads still go on.
async fn readiness(State(admin): State<Admin>) -> impl IntoResponse {
    if admin.draining.load(Ordering::Relaxed) {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if admin.state.store.as_ref().is_some_and(Store::is_away) {
        (
            StatusCode::OK,
            "ready, but the store is away: creates are refused\n",
        )
    } else {
        (StatusCode::OK, "ready\n")
    }
}

async fn encoded_metrics(State(admin): State<Admin>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(CONTENT_TYPE, content_type)],
        admin.state.metrics.encode_text(),
    )
}

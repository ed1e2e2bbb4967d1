//! A router whose only route is the core: what a path means is decided there.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;

use super::respond::respond;
use super::state::GatewayState;

pub(crate) fn routes(state: Arc<GatewayState>) -> Router {
    Router::new().fallback(answer).with_state(state)
}

async fn answer(State(state): State<Arc<GatewayState>>, request: Request) -> Response {
    respond(state, request).await
}

//! The routes and the layers around them. A client never names a target: what has no route here does
//! not exist.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use super::body_drain::drain_before_response;
use super::calls::{characters, creation, uploads};
use super::completion::complete_response;
use super::cors::answer_preflight;
use super::put;
use super::state::GatewayState;
use crate::admit::head;
use crate::refusal::{Code, Refusal};

/// Makes the routes below the path `mount`, which is `/` for none.
pub(crate) fn routes(state: Arc<GatewayState>, mount: &str) -> Router {
    let routes = Router::new()
        .route("/v1/characters/uploads/init", post(uploads::init))
        .route("/v1/characters/uploads/classify", post(uploads::classify))
        .route("/uploads/{*token}", put(put::put))
        .route(
            "/v1/characters",
            get(characters::list).post(creation::create),
        )
        .route(
            "/v1/characters/{id}",
            get(characters::get)
                .patch(characters::update)
                .delete(characters::delete),
        )
        .route("/v1/characters/{id}/save", post(characters::save))
        .route(
            "/v1/characters/{id}/refs/regenerate",
            post(characters::regenerate),
        )
        .route(
            "/v1/characters/{id}/resynthesize",
            post(characters::resynthesize),
        );
    let mounted = match mount {
        "/" => routes,
        mount => Router::new().nest(mount, routes),
    };
    mounted
        .fallback(refuse_route)
        .method_not_allowed_fallback(refuse_method)
        .with_state(Arc::clone(&state))
        .layer(from_fn_with_state(Arc::clone(&state), admit))
        .layer(from_fn_with_state(
            Arc::clone(&state),
            drain_before_response,
        ))
        .layer(CatchPanicLayer::custom(respond_to_panic))
        .layer(from_fn_with_state(state, complete_response))
}

/// Refuses what may not ask, and answers preflights.
async fn admit(State(state): State<Arc<GatewayState>>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    if let Err(refusal) = head::check(&head, &state.config) {
        return refusal.into_response();
    }
    let is_preflight =
        head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        return answer_preflight(&state.allowed_headers);
    }
    next.run(Request::from_parts(head, body)).await
}

async fn refuse_route() -> Refusal {
    Refusal::new(Code::RouteNotFound, "The gateway has no such route. Check the client's `baseUrl` and the gateway's --mount.")
}

async fn refuse_method() -> Refusal {
    Refusal::new(
        Code::MethodNotAllowed,
        "The gateway's route does not have this method.",
    )
}

/// Ignores the payload of a panic, which may hold a secret.
fn respond_to_panic(_payload: Box<dyn Any + Send>) -> Response {
    Refusal::new(
        Code::InternalError,
        "The gateway failed. Its log says where.",
    )
    .into_response()
}

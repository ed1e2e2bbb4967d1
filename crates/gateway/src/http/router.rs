//! The routes, and the layers around them. A client never names a target: what is not listed here
//! does not exist.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD,
};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use super::shared::Shared;
use super::{calls as api, finish, late, put as upload};
use crate::admit::head;
use crate::refusal::{Code, Refusal};

/// `mount`: the path they are under, `/` for none.
pub(crate) fn routes(shared: Arc<Shared>, mount: &str) -> Router {
    let calls = Router::new()
        .route("/v1/characters/uploads/init", post(api::uploads::init))
        .route(
            "/v1/characters/uploads/classify",
            post(api::uploads::classify),
        )
        .route("/uploads/{token}", put(upload::put))
        .route(
            "/v1/characters",
            get(api::characters::list).post(api::create::create),
        )
        .route(
            "/v1/characters/{id}",
            get(api::characters::get)
                .patch(api::characters::update)
                .delete(api::characters::delete),
        )
        .route("/v1/characters/{id}/save", post(api::characters::save))
        .route(
            "/v1/characters/{id}/refs/regenerate",
            post(api::characters::regenerate),
        )
        .route(
            "/v1/characters/{id}/resynthesize",
            post(api::characters::resynthesize),
        );
    let mounted = match mount {
        "/" => calls,
        mount => Router::new().nest(mount, calls),
    };
    mounted
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(Arc::clone(&shared))
        .layer(from_fn_with_state(Arc::clone(&shared), admit))
        .layer(from_fn_with_state(Arc::clone(&shared), late::answer_late))
        .layer(CatchPanicLayer::custom(caught))
        .layer(from_fn_with_state(shared, finish::finish))
}

/// Lets in what may ask, and answers preflights.
async fn admit(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    if let Err(refusal) = head::check(&head, &shared.config) {
        return refusal.into_response();
    }
    let is_preflight =
        head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        return (
            StatusCode::NO_CONTENT,
            [
                (
                    ACCESS_CONTROL_ALLOW_METHODS,
                    "GET, POST, PUT, PATCH, DELETE",
                ),
                (
                    ACCESS_CONTROL_ALLOW_HEADERS,
                    "content-type, authorization, idempotency-key, aurous-version",
                ),
                // Two hours: the most that Chromium keeps.
                (ACCESS_CONTROL_MAX_AGE, "7200"),
            ],
        )
            .into_response();
    }
    next.run(Request::from_parts(head, body)).await
}

async fn no_route() -> Refusal {
    Refusal::new(Code::RouteNotFound, "The gateway has no such route.")
}

async fn no_method() -> Refusal {
    Refusal::new(
        Code::MethodNotAllowed,
        "The gateway's route does not have this method.",
    )
}

/// What panicked may hold a secret: it is not looked at.
fn caught(_: Box<dyn Any + Send>) -> Response {
    Refusal::new(
        Code::InternalError,
        "The gateway failed. Its log says where.",
    )
    .into_response()
}

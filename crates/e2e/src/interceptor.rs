//! Answers in the gateway's place, as proxies, CDNs, meshes and firewalls between a page and its gateway do.

use std::sync::{Arc, Mutex, PoisonError};

use aurous_emulator::Operation;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};

/// What to answer in the gateway's place.
#[derive(Clone, Copy, Debug)]
pub struct Interception {
    pub operation: Operation,
    pub status: u16,
    /// How many requests are answered so; `None`: all.
    pub times: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct Interceptor(Arc<Mutex<Option<Interception>>>);

impl Interceptor {
    /// Replaces the interception; `None` ends it.
    pub fn set(&self, interception: Option<Interception>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = interception;
    }

    /// Wraps routes so that their requests can be intercepted.
    pub fn before(&self, routes: Router) -> Router {
        routes.layer(middleware::from_fn_with_state(self.clone(), intercept))
    }

    /// Returns the status to answer this request with, where it is intercepted.
    fn take(&self, operation: Operation) -> Option<StatusCode> {
        let mut interception = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let active = interception
            .as_mut()
            .filter(|it| it.operation == operation)?;
        if active.times == Some(0) {
            return None;
        }
        active.times = active.times.map(|it| it - 1);
        StatusCode::from_u16(active.status).ok()
    }
}

async fn intercept(
    State(interceptor): State<Interceptor>,
    request: Request,
    next: Next,
) -> Response {
    let operation = operation_of(request.method(), request.uri().path());
    let Some(status) = operation.and_then(|it| interceptor.take(it)) else {
        return next.run(request).await;
    };
    // A browser that is answered while it still sends reports a network error.
    let _ = to_bytes(request.into_body(), usize::MAX).await;
    let page = Html("<h1>Something in between</h1>");
    match status.is_redirection() {
        true => (status, [("location", "/")], Body::empty()).into_response(),
        false => (status, page).into_response(),
    }
}

fn operation_of(method: &Method, path: &str) -> Option<Operation> {
    match (method, path) {
        (&Method::PUT, _) => Some(Operation::Put),
        (&Method::POST, "/v1/characters/uploads/init") => Some(Operation::Init),
        (&Method::POST, "/v1/characters/uploads/classify") => Some(Operation::Classify),
        (&Method::POST, "/v1/characters") => Some(Operation::Create),
        (&Method::POST, path) if path.ends_with("/refs/regenerate") => Some(Operation::Regenerate),
        (&Method::DELETE, _) => Some(Operation::Delete),
        _ => None,
    }
}

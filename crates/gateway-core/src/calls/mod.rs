//! The API's calls. Each identifies its caller, builds the upstream request from the fields that it
//! may hold, and rebuilds the response so that its ids are the caller's own.
//!
//! | module | what it holds |
//! |---|---|
//! | [`admitted_request`] | a request and its caller, which every call starts from |
//! | [`uploads`] | init and classify |
//! | [`creation`], [`create_task`] | the create, and the task that carries it out once |
//! | [`lost_create`] | the look for the character of a create whose answer was lost |
//! | [`characters`] | the calls about characters that exist |

mod admitted_request;
mod characters;
pub(crate) mod create_task;
mod creation;
mod lost_create;
mod uploads;

use std::sync::Arc;

use http::Method;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;

use crate::admit::head;
use crate::core::Core;
use crate::cors::answer_preflight;
use crate::put;
use crate::refusal::{Code, Refusal};
use crate::request::RequestHead;
use crate::response::Reply;
use crate::step::Outside;
use crate::target::Target;

/// A request that may ask something.
pub(crate) struct Request {
    pub(crate) core: Arc<Core>,
    pub(crate) head: RequestHead,
    pub(crate) outside: Outside,
}

/// Answers a request, whose path leads to `target`.
pub(crate) async fn answer(
    core: Arc<Core>,
    head: RequestHead,
    target: Option<Target>,
    outside: Outside,
) -> Reply {
    head::check(&head, &core.config)?;
    let is_preflight =
        head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight {
        return Ok(answer_preflight(&core.allowed_headers));
    }
    let target = target.ok_or_else(no_such_route)?;
    let request = Request {
        core,
        head,
        outside,
    };
    let method = request.head.method.clone();
    match (target, method) {
        (Target::Init, Method::POST) => uploads::init(request).await,
        (Target::Classify, Method::POST) => uploads::classify(request).await,
        (Target::Upload(token), Method::PUT) => put::put(request, &token).await,
        (Target::Characters, Method::POST) => creation::create(request).await,
        (Target::Characters, Method::GET | Method::HEAD) => characters::list(request).await,
        (Target::Character(id), Method::GET | Method::HEAD) => characters::get(request, id).await,
        (Target::Character(id), Method::PATCH) => characters::update(request, id).await,
        (Target::Character(id), Method::DELETE) => characters::delete(request, id).await,
        (Target::Save(id), Method::POST) => characters::save(request, id).await,
        (Target::Regenerate(id), Method::POST) => characters::regenerate(request, id).await,
        (Target::Resynthesize(id), Method::POST) => characters::resynthesize(request, id).await,
        (target, _) => Err(no_such_method(&target)),
    }
}

fn no_such_route() -> Refusal {
    Refusal::new(
        Code::RouteNotFound,
        "The gateway has no such route. Check the client's `baseUrl` and the gateway's --mount.",
    )
}

fn no_such_method(target: &Target) -> Refusal {
    Refusal {
        allowed_methods: Some(target.methods()),
        ..Refusal::new(
            Code::MethodNotAllowed,
            "The gateway's route does not have this method.",
        )
    }
}

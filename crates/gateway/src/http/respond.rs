//! One request, from its head to its response.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use aurous_gateway_core::refusal::Refusal;
use aurous_gateway_core::{Completed, Exchange, RequestHead};
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use futures_util::FutureExt as _;
use opentelemetry::context::FutureExt as _;

use super::body_drain::{LentBody, close_after};
use super::open_request::OpenRequest;
use super::state::GatewayState;
use super::steps::carry_out;
use crate::clock;

pub(super) async fn respond(state: Arc<GatewayState>, request: Request) -> Response {
    let (head, body) = read_head(request);
    let Exchange {
        mut steps,
        completion,
    } = state.core.begin(head.clone(), clock::now());
    let mut open = OpenRequest::new(&head.headers, completion.labels.clone(), Arc::clone(&state));
    let (body, lent) = LentBody::lend(body);
    let carried_out = carry_out(&state, &mut steps, lent).with_context(open.span.context());
    let reply = AssertUnwindSafe(carried_out).catch_unwind().await;
    // The payload of a panic may hold a secret.
    let reply = reply.unwrap_or_else(|_payload| Err(Refusal::internal_error()));
    let is_drained = body.drain_before_response(&state, &head).await;
    let Completed {
        response,
        request_id,
        refusal,
    } = completion.complete(reply, clock::now());
    let mut response = response.map(Body::from);
    if !is_drained {
        close_after(&mut response);
    }
    open.record_end(&request_id, response.status().as_u16(), refusal.as_ref());
    response
}

fn read_head(request: Request) -> (RequestHead, Body) {
    let (head, body) = request.into_parts();
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
    let head = RequestHead {
        peer: peer.map(|ConnectInfo(peer)| peer.ip()),
        has_body: !http_body::Body::is_end_stream(&body),
        method: head.method,
        uri: head.uri,
        version: head.version,
        headers: head.headers,
    };
    (head, body)
}

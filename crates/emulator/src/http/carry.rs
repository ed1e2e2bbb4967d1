//! Carries one request: reads its body, waits, and responds as the core says.

use std::future::pending;

use aurous_emulator_core::{Ending, EntryPoint, Exchange, Reading, Reply, RequestHead};
use axum::body::Body;
use axum::extract::{OriginalUri, Request};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http_body_util::BodyExt;
use tokio::time::sleep;

use super::body::BrokenBody;
use super::server::Resetter;
use crate::running::Running;

/// The client went away before the end of its body.
#[derive(Debug)]
struct ClientGone;

/// Handles a request to its end. Never returns where a fault hangs or resets: the end of the connection drops
/// the future, and the log says so.
pub(crate) async fn carry(running: Running, entry_point: EntryPoint, request: Request) -> Response {
    let (parts, mut body) = request.into_parts();
    let head = head_of(&parts, entry_point);
    let mut exchange = running.emulation.begin(&head, running.clock.real_ms());
    tracing::info!(
        origin = ?entry_point,
        step = ?exchange.operation(),
        method = %head.method,
        path = head.path,
        fault = exchange.fault(),
        "request"
    );
    if read(&mut body, &mut exchange).await.is_err() {
        // Dropping the exchange records that the client has gone.
        return Response::new(Body::new(BrokenBody::failing()));
    }
    let (entry, work) = exchange.received(running.clock.real_ms());
    // Detached: a server does not undo a call because its client has gone.
    let carried_out = tokio::spawn(async move {
        sleep(work.delay()).await;
        work.carry_out(running.clock.real_ms())
    });
    let Ok(ending) = carried_out.await else {
        // The runtime is shutting down.
        return Response::new(Body::new(BrokenBody::failing()));
    };
    entry.end(&ending);
    match ending {
        Ending::Respond(reply) => {
            let content = Body::from(reply.body.clone());
            response(reply, content)
        }
        Ending::RespondWithoutEnd(reply) => response(reply, Body::new(BrokenBody::hanging())),
        Ending::RespondTruncated(reply) => {
            let half = reply.body.slice(..reply.body.len() / 2);
            response(reply, Body::new(BrokenBody::cut_after(half)))
        }
        Ending::Hang => {
            // Kept: if the rest of the body were dropped, hyper would read it and throw it away.
            let _unread = body;
            pending().await
        }
        Ending::Reset => match parts.extensions.get::<Resetter>() {
            Some(resetter) => {
                resetter.reset();
                pending().await
            }
            // A server whose sockets are out of reach.
            None => Response::new(Body::new(BrokenBody::failing())),
        },
    }
}

fn head_of(parts: &Parts, entry_point: EntryPoint) -> RequestHead {
    // The path that the client asked for, from which an outer router may have cut a prefix.
    let original = parts.extensions.get::<OriginalUri>();
    let uri = original.map_or(&parts.uri, |it| &it.0);
    RequestHead {
        entry_point,
        method: parts.method.clone(),
        path: uri.path().to_owned(),
        prefix_length: uri.path().len().saturating_sub(parts.uri.path().len()),
        query: uri.query().map(str::to_owned),
        headers: parts.headers.clone(),
    }
}

/// Reads as much of a body as the exchange wants.
async fn read(body: &mut Body, exchange: &mut Exchange) -> Result<(), ClientGone> {
    match exchange.reading() {
        Reading::Nothing => {}
        Reading::FirstBytes => {
            if let Ok(Some(piece)) = next_piece(body).await {
                exchange.receive(&piece);
            }
        }
        Reading::Whole => {
            while let Some(piece) = next_piece(body).await? {
                exchange.receive(&piece);
            }
        }
    }
    Ok(())
}

async fn next_piece(body: &mut Body) -> Result<Option<Bytes>, ClientGone> {
    while let Some(frame) = body.frame().await {
        match frame.map_err(|_| ClientGone)?.into_data() {
            Ok(piece) if piece.is_empty() => {}
            Ok(piece) => return Ok(Some(piece)),
            // Trailers, which are no bytes of the body.
            Err(_) => {}
        }
    }
    Ok(None)
}

fn response(reply: Reply, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

//! The loop that carries out the steps of a request.

use std::sync::Arc;

use aurous_gateway_core::{BodyFailure, PaceLimits, Pause, Reply, Step, Steps, StoreAway};
use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use opentelemetry::context::FutureExt as _;
use tokio::time::{sleep, timeout};

use super::paced_body::PacedBody;
use super::state::GatewayState;
use crate::clock;

/// Carries out steps, one after the other, and returns the last one's reply. At most one of them is about
/// the body.
pub(super) async fn carry_out(state: &Arc<GatewayState>, steps: &mut Steps, body: Body) -> Reply {
    let mut body = Some(body);
    let mut take_body = move || body.take().unwrap_or_default();
    loop {
        match steps.next(clock::now()) {
            Step::Respond(reply) => return reply,
            Step::ReadBody(step) => {
                let (max_bytes, answerer) = step.into_parts();
                answerer.answer(read(state, take_body(), max_bytes).await);
            }
            Step::CallApi(step) => {
                let (request, answerer) = step.into_parts();
                answerer.answer(state.upstream.call_api(request).await);
            }
            Step::Put(step) => {
                let (put, answerer) = step.into_parts();
                answerer.answer(super::put::put(state, put, take_body()).await);
            }
            Step::Wait(step) => {
                let (pause, answerer) = step.into_parts();
                wait(pause).await;
                answerer.answer(());
            }
            Step::Detach(step) => {
                let (task, answerer) = step.into_parts();
                detach(state, task);
                answerer.answer(());
            }
            Step::Join(step) => {
                let (result, answerer) = step.into_parts();
                answerer.answer(result.wait().await);
            }
            Step::ReadStore(step) => {
                let (keys, answerer) = step.into_parts();
                answerer.answer(match &state.store {
                    Some(store) => store.read(&keys).await,
                    None => Err(StoreAway),
                });
            }
            Step::WriteStore(step) => {
                let (changes, answerer) = step.into_parts();
                answerer.answer(match &state.store {
                    Some(store) => store.write(&changes).await,
                    None => Err(StoreAway),
                });
            }
            Step::MoveMarks(step) => {
                let (moves, answerer) = step.into_parts();
                answerer.answer(match &state.store {
                    Some(store) => store.move_marks(&moves).await,
                    None => Err(StoreAway),
                });
            }
            // The program has session tokens alone.
            Step::Identify(step) => step.into_parts().1.answer(None),
        }
    }
}

/// Carries out steps in a task of their own, which a drain waits for. It belongs to the trace of its
/// request.
fn detach(state: &Arc<GatewayState>, mut task: Steps) {
    let state = Arc::clone(state);
    let tasks = state.detached_tasks.clone();
    let task = async move {
        // Whoever waits for the reply gets it from the core. The recursion needs a box.
        let _ = Box::pin(carry_out(&state, &mut task, Body::empty())).await;
    };
    tasks.spawn(task.with_current_context());
}

async fn wait(pause: Pause) {
    match pause.ended {
        None => sleep(pause.time).await,
        Some(ended) => {
            // However the pause ends.
            let _ = timeout(pause.time, ended).await;
        }
    }
}

/// Reads a whole body.
async fn read(state: &GatewayState, body: Body, max_bytes: usize) -> Result<Bytes, BodyFailure> {
    let limits = PaceLimits::of_body(state.core.config().limits());
    let (body, progress) = PacedBody::new(body, limits);
    match Limited::new(body, max_bytes).collect().await {
        Ok(bytes) => Ok(bytes.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyFailure::TooLong),
        Err(_) => Err(progress.failure().unwrap_or(BodyFailure::CutShort)),
    }
}

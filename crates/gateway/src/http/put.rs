//! The streamed PUT.

use std::time::Duration;

use aurous_gateway_core::{PaceLimits, PutAnswer, PutFailure, UploadPut};
use axum::body::Body;
use axum::http::{Method, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use super::paced_body::{BodyProgress, PacedBody};
use super::state::GatewayState;
use crate::upstream::BUFFER_BYTES;

/// The time for reading the rest of the upload host's response.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

/// Streams a body to the upload host, until another PUT supersedes this one. It has a span of its own.
pub(super) async fn put(
    state: &GatewayState,
    put: UploadPut,
    body: Body,
) -> Result<PutAnswer, PutFailure> {
    let _counted = state.metrics.count_upload();
    let limits = state.core.config().limits();
    let (body, progress) = PacedBody::new(body, PaceLimits::of_body(limits));
    let span = state.traces.begin_call(&Method::PUT, "upload host");
    let outcome = stream(state, put, body, &progress).await;
    let bytes = i64::try_from(progress.received()).unwrap_or(i64::MAX);
    span.set("http.request.body.size", bytes);
    match &outcome {
        Ok(answer) => span.answered(answer.status.as_u16()),
        Err(PutFailure::Unreachable) => span.failed("unreachable"),
        Err(PutFailure::TimedOut) => span.failed("timed_out"),
        Err(PutFailure::Body(_)) => span.failed("body"),
        Err(PutFailure::Superseded) => span.failed("superseded"),
    }
    outcome
}

async fn stream(
    state: &GatewayState,
    put: UploadPut,
    body: PacedBody,
    progress: &BodyProgress,
) -> Result<PutAnswer, PutFailure> {
    let limits = state.core.config().limits();
    let sent = state.upstream.put(&put.url, put.headers, Body::new(body));
    let response = tokio::select! {
        response = timeout(limits.request_timeout, sent) => response,
        () = progress.stalled_by_reader(PaceLimits::of_upload(limits)) => return Err(PutFailure::TimedOut),
        _ = put.superseded => return Err(PutFailure::Superseded),
    };
    match response {
        Ok(Ok(response)) => {
            let received = progress.received();
            match progress.failure() {
                // A host that answers a body that broke off may take the part for the whole.
                Some(failure) if response.status().is_success() => Err(PutFailure::Body(failure)),
                _ => Ok(read_answer(response, received)),
            }
        }
        Ok(Err(_)) => Err(progress
            .failure()
            .map_or(PutFailure::Unreachable, PutFailure::Body)),
        Err(_) => Err(PutFailure::TimedOut),
    }
}

fn read_answer(response: Response<Incoming>, received: u64) -> PutAnswer {
    let answer = PutAnswer {
        status: response.status(),
        headers: response.headers().clone(),
        received,
    };
    release_connection(response);
    answer
}

/// Reads the rest of a short response, since only then can its connection be used again.
fn release_connection(response: Response<Incoming>) {
    let body = response.into_body();
    if !http_body::Body::is_end_stream(&body) {
        let rest = Limited::new(body, BUFFER_BYTES).collect();
        tokio::spawn(timeout(RELEASE_TIMEOUT, rest));
    }
}

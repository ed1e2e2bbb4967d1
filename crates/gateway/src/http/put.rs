//! The streamed PUT: a sealed URL is opened, and the body goes to the upload host as it comes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::json;
use tokio::time::timeout;

use super::answer::Answer;
use super::pace::{Pace, Paced};
use super::shared::Shared;
use super::slots::Slot;
use crate::admit::caller;
use crate::clock::now_s;
use crate::refusal::{Code, Refusal};
use crate::seal::SealedUpload;
use crate::upstream::BUFFER_BYTES;

/// Seconds until a slot may be free again: about what an upload takes.
const RETRY_UPLOAD_AFTER: u64 = 2;

pub(crate) async fn put(
    State(shared): State<Arc<Shared>>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Answer, Refusal> {
    let (head, body) = request.into_parts();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let upload = shared
        .config
        .sealing
        .open_upload(&token, now_s())
        .ok_or_else(expired)?;
    let length = length(&head.headers, shared.config.limits.upload_max_bytes)?;
    check_type(&head.headers, &upload)?;
    let _slot = slot(&shared, &head, &upload)?;
    let _counted = shared.metrics.upload();
    send(&shared, &upload, length, body).await
}

/// The same for one that has expired, one that is forged, and one that never was.
fn expired() -> Refusal {
    Refusal::new(
        Code::UploadUrlExpired,
        "This upload URL has expired (after 15 minutes), or never was one. Mint a new ticket with initUpload and PUT to that.",
    )
}

fn length(headers: &HeaderMap, most: u64) -> Result<u64, Refusal> {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse().ok());
    match length {
        None => Err(Refusal::new(
            Code::LengthRequired,
            "The PUT has no Content-Length. Browsers send one for a File or Blob.",
        )),
        Some(length) if length > most => Err(Refusal::new(
            Code::BodyTooLarge,
            format!(
                "The file has {length} bytes; the gateway takes {most}. Scale the picture down."
            ),
        )),
        Some(length) => Ok(length),
    }
}

fn check_type(headers: &HeaderMap, upload: &SealedUpload) -> Result<(), Refusal> {
    let wanted = upload.content_type.as_str();
    // Of two, the upload host might read the other.
    let given: Vec<_> = headers.get_all(CONTENT_TYPE).iter().collect();
    if given == [wanted] {
        return Ok(());
    }
    Err(Refusal::new(
        Code::ContentTypeRefused,
        format!("This upload URL is for {wanted}: send that as the Content-Type."),
    ))
}

fn slot(shared: &Shared, head: &Parts, upload: &SealedUpload) -> Result<Slot, Refusal> {
    let visitor = caller::visitor(upload.subject, head, &shared.config);
    shared.slots.take(visitor).ok_or_else(|| {
        Refusal::new(
            Code::TooManyUploads,
            "There are as many uploads at once as there may be. Try again in a moment.",
        )
        .retry_after(RETRY_UPLOAD_AFTER)
    })
}

async fn send(
    shared: &Shared,
    upload: &SealedUpload,
    length: u64,
    body: Body,
) -> Result<Answer, Refusal> {
    let limits = &shared.config.limits;
    let (body, progress) = Paced::new(body, Pace::of(limits));
    let content_type = upload.content_type.as_str();
    let body = Body::new(body);
    let sent = shared.upstream.put(&upload.url, content_type, length, body);
    let sent = timeout(limits.request_timeout, sent);
    let response = tokio::select! {
        sent = sent => sent,
        () = progress.stalled(limits.answer_timeout) => return Err(timed_out()),
    };
    match response {
        Ok(Ok(response)) => told(response),
        Ok(Err(_)) => Err(progress.refusal().unwrap_or_else(|| {
            Refusal::new(
                Code::UpstreamUnreachable,
                "The upload host could not be reached, or hung up. Try again.",
            )
        })),
        Err(_) => Err(timed_out()),
    }
}

fn timed_out() -> Refusal {
    Refusal::new(
        Code::UpstreamTimeout,
        "The upload host did not answer in time. Try again.",
    )
}

/// What the visitor is told: of the upload host's answer nothing but what its status means.
fn told(response: Response<Incoming>) -> Result<Answer, Refusal> {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|it| it.to_str().ok()?.parse().ok());
    release(response);
    if status.is_success() {
        return Ok(Answer::new(StatusCode::OK, &HeaderMap::new(), &json!({})));
    }
    tracing::warn!(status = status.as_u16(), "the upload host refused a PUT");
    Err(match status.as_u16() {
        403 => Refusal::new(
            Code::UploadUrlRefused,
            "The upload host refused the upload URL: it has expired, or the bytes are of another content type. Mint a new ticket with initUpload and PUT to that.",
        ),
        413 => Refusal::new(
            Code::BodyTooLarge,
            "The upload host refused the file: it is too large. Scale the picture down.",
        ),
        429 | 503 => Refusal {
            retry_after_seconds: retry_after,
            ..Refusal::new(
                Code::UploadHostBusy,
                "The upload host asks to come back later. Try again in a moment.",
            )
        },
        status @ (408 | 500..) => Refusal::new(
            Code::UploadHostFailed,
            format!("The upload host failed with status {status}. Try again."),
        ),
        status => Refusal::new(
            Code::UploadRefused,
            format!(
                "The upload host refused the PUT with status {status}, as it would again. Whoever runs the gateway has to look into it."
            ),
        ),
    })
}

/// Lets the connection be used again, where little is left to read on it.
fn release(response: Response<Incoming>) {
    let body = response.into_body();
    if !http_body::Body::is_end_stream(&body) {
        tokio::spawn(timeout(
            std::time::Duration::from_secs(1),
            Limited::new(body, BUFFER_BYTES).collect(),
        ));
    }
}

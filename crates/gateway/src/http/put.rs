//! The streamed PUT: opens a sealed upload URL and streams the body to the upload host.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use serde_json::json;
use tokio::time::timeout;

use super::paced_body::PacedBody;
use super::response::{HandlerResult, JsonResponse};
use super::state::GatewayState;
use super::upload_turn::{NoTurn, UploadTurn};
use crate::admit::caller;
use crate::clock::now_s;
use crate::headers;
use crate::pace::PaceLimits;
use crate::refusal::{Code, Refusal};
use crate::rules::relayed_headers::retry_after_seconds;
use crate::rules::secret_search::SecretSearch;
use crate::rules::upload_puts::PUTS_MAX;
use crate::rules::upload_size;
use crate::seal::SealedUpload;
use crate::upstream::BUFFER_BYTES;

/// The seconds after which a slot may be free again: about as long as an upload takes.
const RETRY_UPLOAD_AFTER: u64 = 2;

/// The time for reading the rest of the upload host's response.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) async fn put(
    State(state): State<Arc<GatewayState>>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> HandlerResult {
    let (head, body) = request.into_parts();
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let upload = state
        .config
        .sealing
        .open_upload(&token, now_s())
        .ok_or_else(upload_url_expired)?;
    let length = content_length(&head.headers)?;
    let max_size = state.config.limits.upload_max_bytes;
    upload_size::check_put(length, max_size, upload.size)?;
    check_content_type(&head.headers, &upload)?;
    let visitor = caller::visitor(upload.subject, &head, &state.config);
    let turn = UploadTurn::take(&state, &upload, visitor).map_err(refusal_for)?;
    let _counted = state.metrics.count_upload();
    tokio::select! {
        result = stream(&state, &upload, length, body) => result,
        () = turn.superseded() => Err(superseded()),
    }
}

/// Returns the same refusal for every URL that does not open: it must not reveal whether the URL has
/// expired, is used up, is forged, or never existed.
fn upload_url_expired() -> Refusal {
    Refusal::new(
        Code::UploadUrlExpired,
        format!(
            "This upload URL has expired (after 15 minutes or {PUTS_MAX} PUTs), or never was one. Mint a new ticket with initUpload and PUT to that."
        ),
    )
}

fn refusal_for(no_turn: NoTurn) -> Refusal {
    match no_turn {
        NoTurn::UsedUp => upload_url_expired(),
        NoTurn::NoSlot => Refusal::new(
            Code::TooManyUploads,
            "Too many uploads are running. Try again in a moment.",
        )
        .with_retry_after(RETRY_UPLOAD_AFTER),
    }
}

fn content_length(headers: &HeaderMap) -> Result<u64, Refusal> {
    headers::number(headers, &CONTENT_LENGTH).ok_or_else(|| {
        Refusal::new(
            Code::LengthRequired,
            "The PUT has no Content-Length. Browsers send one for a File or Blob.",
        )
    })
}

fn check_content_type(headers: &HeaderMap, upload: &SealedUpload) -> Result<(), Refusal> {
    let sealed = upload.content_type.as_str();
    // Exactly one: of two, the upload host might read the other.
    let sent: Vec<_> = headers.get_all(CONTENT_TYPE).iter().collect();
    if sent == [sealed] {
        return Ok(());
    }
    Err(Refusal::new(
        Code::ContentTypeRefused,
        format!("This upload URL is for {sealed}: send that as the Content-Type."),
    ))
}

async fn stream(
    state: &GatewayState,
    upload: &SealedUpload,
    length: u64,
    body: Body,
) -> HandlerResult {
    let limits = &state.config.limits;
    let (body, progress) = PacedBody::new(body, PaceLimits::of_body(limits));
    let content_type = upload.content_type.as_str();
    let put = state
        .upstream
        .put(&upload.url, content_type, length, Body::new(body));
    let response = tokio::select! {
        response = timeout(limits.request_timeout, put) => response,
        () = progress.stalled_by_reader(PaceLimits::of_upload(limits)) => return Err(timed_out()),
    };
    match response {
        // A host that answers early has not stored the file, whatever it says.
        Ok(Ok(response)) if response.status().is_success() && progress.received() < length => {
            tracing::warn!("the upload host answered before it had the whole file");
            Err(progress.refusal().unwrap_or_else(|| {
                Refusal::new(
                    Code::UploadHostFailed,
                    "The upload host answered before it had the whole file. Try again.",
                )
            }))
        }
        Ok(Ok(response)) => interpret(&state.config.secret_search, response),
        Ok(Err(_)) => Err(progress.refusal().unwrap_or_else(|| {
            Refusal::new(
                Code::UpstreamUnreachable,
                "The upload host could not be reached, or hung up. Try again.",
            )
        })),
        Err(_) => Err(timed_out()),
    }
}

fn superseded() -> Refusal {
    Refusal::new(
        Code::UploadSuperseded,
        "Another PUT to this upload URL has begun, and goes on in place of this one. Wait for that one, or mint a ticket for each file.",
    )
}

fn timed_out() -> Refusal {
    Refusal::new(
        Code::UpstreamTimeout,
        "The upload host did not answer in time. Try again.",
    )
}

/// Translates the upload host's response by its status. Nothing else of it reaches the visitor.
fn interpret(secrets: &SecretSearch, response: Response<Incoming>) -> HandlerResult {
    let status = response.status();
    let retry_after = retry_after_seconds(response.headers());
    release_connection(response);
    if status.is_success() {
        return JsonResponse::new(secrets, StatusCode::OK, HeaderMap::new(), &json!({}));
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
                "The upload host is busy. Try again in a moment.",
            )
        },
        status @ (408 | 500..) => Refusal::new(
            Code::UploadHostFailed,
            format!("The upload host failed with status {status}. Try again."),
        ),
        status => Refusal::new(
            Code::UploadRefused,
            format!(
                "The upload host refused the PUT with status {status}, and would refuse it again. The operator of the gateway must look into it."
            ),
        ),
    })
}

/// Reads the rest of a short response, since only then can its connection be used again.
fn release_connection(response: Response<Incoming>) {
    let body = response.into_body();
    if !http_body::Body::is_end_stream(&body) {
        let rest = Limited::new(body, BUFFER_BYTES).collect();
        tokio::spawn(timeout(RELEASE_TIMEOUT, rest));
    }
}

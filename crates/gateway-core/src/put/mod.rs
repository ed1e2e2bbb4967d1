//! The PUT: opens a sealed upload URL, and has the body streamed to the upload host.
//!
//! | module | what it holds |
//! |---|---|
//! | [`running`], [`turn`] | the turn of a PUT at its upload: the newest one goes on |

mod running;
mod turn;

use futures_channel::oneshot;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use crate::admit::caller;
use crate::calls::Request;
use crate::headers;
use crate::refusal::{Code, Refusal};
use crate::response::{Reply, Response};
use crate::rules::relayed_headers::retry_after_seconds;
use crate::rules::secret_search::SecretSearch;
use crate::rules::upload_puts::{NoTurn, PUTS_MAX};
use crate::rules::upload_size;
use crate::seal::SealedUpload;
use crate::step::BodyFailure;

pub(crate) use running::RunningPut;
use turn::UploadTurn;

/// The seconds after which a slot may be free again: about as long as an upload takes.
const RETRY_UPLOAD_AFTER: u64 = 2;

/// A PUT to the upload host, whose body is that of the visitor's request.
pub struct UploadPut {
    /// A signed URL: a secret.
    pub url: String,
    /// All headers beside those that HTTP itself needs: the URL was signed for these.
    pub headers: HeaderMap,
    pub length: u64,
    /// Ends once another PUT to the upload has begun: then this one is to end, as superseded.
    pub superseded: oneshot::Receiver<()>,
}

/// The upload host's answer.
#[derive(Clone, Debug)]
pub struct PutAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The bytes of the body that had come from the visitor by then.
    pub received: u64,
}

/// Why a PUT has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutFailure {
    /// The upload host could not be reached, or hung up.
    Unreachable,
    /// The upload host did not take the body, or did not answer, in time.
    TimedOut,
    /// The body could not be read.
    Body(BodyFailure),
    Superseded,
}

pub(crate) async fn put(request: Request, token: &str) -> Reply {
    let Request {
        core,
        head,
        outside,
    } = &request;
    let config = &core.config;
    let now = outside.now();
    let upload = config
        .sealing
        .open_upload(token, now.epoch_s())
        .ok_or_else(upload_url_expired)?;
    let length = content_length(&head.headers)?;
    upload_size::check_put(length, config.limits.upload_max_bytes, upload.size)?;
    check_content_type(&head.headers, &upload)?;
    let visitor = caller::visitor(upload.subject, head, config);
    let (mut turn, superseded) =
        UploadTurn::take(core, &upload, visitor.clone(), now).map_err(refusal_for_no_turn)?;
    turn.share(&upload, &visitor, outside).await;
    let content_type = upload.content_type.as_str();
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CONTENT_LENGTH, HeaderValue::from(length)),
    ];
    let put = UploadPut {
        url: upload.url,
        headers: headers.into_iter().collect(),
        length,
        superseded,
    };
    let outcome = outside.put(put).await;
    turn.end_shared(outside).await;
    match outcome {
        Ok(answer) => interpret(&config.secret_search, &answer, length),
        Err(PutFailure::Superseded) => Err(refusal_for_no_turn(turn.why_ended())),
        Err(failure) => Err(refusal_for_failure(failure)),
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

fn refusal_for_no_turn(no_turn: NoTurn) -> Refusal {
    match no_turn {
        NoTurn::UsedUp => upload_url_expired(),
        NoTurn::NoSlot => Refusal::new(
            Code::TooManyUploads,
            "Too many uploads are running. Try again in a moment.",
        )
        .with_retry_after(RETRY_UPLOAD_AFTER),
        NoTurn::Superseded => superseded(),
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

fn refusal_for_failure(failure: PutFailure) -> Refusal {
    match failure {
        PutFailure::Unreachable => Refusal::new(
            Code::UpstreamUnreachable,
            "The upload host could not be reached, or hung up. Try again.",
        ),
        PutFailure::TimedOut => Refusal::new(
            Code::UpstreamTimeout,
            "The upload host did not answer in time. Try again.",
        ),
        PutFailure::Body(failure) => failure.refusal(),
        PutFailure::Superseded => superseded(),
    }
}

fn superseded() -> Refusal {
    Refusal::new(
        Code::UploadSuperseded,
        "Another PUT to this upload URL has begun, and goes on in place of this one. Wait for that one, or mint a ticket for each file.",
    )
}

/// Translates the upload host's answer by its status. Nothing else of it reaches the visitor.
fn interpret(secrets: &SecretSearch, answer: &PutAnswer, length: u64) -> Reply {
    if answer.status.is_success() {
        // A host that answers early has not stored the file, whatever it says.
        if answer.received < length {
            tracing::warn!("the upload host answered before it had the whole file");
            return Err(Refusal::new(
                Code::UploadHostFailed,
                "The upload host answered before it had the whole file. Try again.",
            ));
        }
        return Response::json(secrets, StatusCode::OK, HeaderMap::new(), &json!({}));
    }
    let status = answer.status.as_u16();
    tracing::warn!(status, "the upload host refused a PUT");
    Err(match status {
        403 => Refusal::new(
            Code::UploadUrlRefused,
            "The upload host refused the upload URL: it has expired, or the bytes are of another content type. Mint a new ticket with initUpload and PUT to that.",
        ),
        413 => Refusal::new(
            Code::BodyTooLarge,
            "The upload host refused the file: it is too large. Scale the picture down.",
        ),
        429 | 503 => Refusal {
            retry_after_seconds: retry_after_seconds(&answer.headers),
            ..Refusal::new(
                Code::UploadHostBusy,
                "The upload host is busy. Try again in a moment.",
            )
        },
        408 | 500.. => Refusal::new(
            Code::UploadHostFailed,
            format!("The upload host failed with status {status}. Try again."),
        ),
        _ => Refusal::new(
            Code::UploadRefused,
            format!(
                "The upload host refused the PUT with status {status}, and would refuse it again. The operator of the gateway must look into it."
            ),
        ),
    })
}

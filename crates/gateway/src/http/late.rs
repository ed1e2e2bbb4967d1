//! Refuses late: an answer waits until the request's body has been read.
//!
//! A browser that is answered while it still sends sees the connection break and reports a network
//! error: Firefox every time, WebKit often. So whatever a handler left of the body is read to its
//! end first, for a limited time and up to a limited size.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, EXPECT};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::shared::Shared;

/// How much is read on, in uploads of the largest size: what is refused as too large is larger than
/// one, and a person is to be told so.
const READ_ON: u64 = 8;

pub(crate) async fn answer_late(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(head, body)).await;
    }
    let waits_for_100 = head.headers.contains_key(EXPECT);
    let rest = Tap::new(body);
    let tapped = Body::new(rest.clone());
    let mut response = next.run(Request::from_parts(head, tapped)).await;

    let Some((mut body, was_read)) = rest.take() else {
        return response;
    };
    // Whoever waits to be told to go on has sent nothing, and sends nothing now.
    let is_read = if waits_for_100 && !was_read {
        false
    } else {
        let limits = &shared.config.limits;
        let read = read_to_end(&mut body, limits.upload_max_bytes.saturating_mul(READ_ON));
        timeout(limits.drain_refused_body, read).await == Ok(true)
    };
    if !is_read {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Whether its end came within this many bytes.
async fn read_to_end(body: &mut Body, mut bytes_left: u64) -> bool {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        match bytes_left.checked_sub(length) {
            Some(left) => bytes_left = left,
            None => return false,
        }
    }
    true
}

/// A body whose rest can be had back, wherever the body itself went.
#[derive(Clone)]
struct Tap(Arc<Mutex<Tapped>>);

struct Tapped {
    /// `None` at its end, and when its rest was taken back.
    body: Option<Body>,
    was_read: bool,
    was_taken_back: bool,
}

impl Tap {
    fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Tapped {
            body: Some(body),
            was_read: false,
            was_taken_back: false,
        })))
    }

    /// The rest, and whether anyone has read of it yet. `None` where nothing is left.
    fn take(&self) -> Option<(Body, bool)> {
        let mut tapped = self.lock();
        let was_read = tapped.was_read;
        tapped.was_taken_back = true;
        tapped.body.take().map(|body| (body, was_read))
    }

    fn lock(&self) -> MutexGuard<'_, Tapped> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Tap {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut tapped = self.lock();
        tapped.was_read = true;
        let Some(body) = &mut tapped.body else {
            // Half a body must not look like a whole one to whoever still reads it.
            let cut = tapped.was_taken_back;
            return Poll::Ready(cut.then(|| {
                Err(axum::Error::new(io::Error::from(
                    io::ErrorKind::UnexpectedEof,
                )))
            }));
        };
        let frame = Pin::new(body).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            tapped.body = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.lock().body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let tapped = self.lock();
        tapped
            .body
            .as_ref()
            .map_or_else(SizeHint::new, Body::size_hint)
    }
}

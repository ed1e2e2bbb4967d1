//! Delays a response until the request's body has been read.
//!
//! A browser that gets a response while it is still sending sees the connection break and reports a
//! network error: Firefox every time, WebKit often. So what a handler left of the body
//! is read before the response goes out, for a limited time and up to a limited size. Each such response
//! holds a connection, so only a limited number waits at once: the others go out without a wait.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aurous_gateway_core::{RequestHead, visitor_address};
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, EXPECT};
use axum::response::Response;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use super::state::GatewayState;

/// Has the connection closed after a response.
pub(super) fn close_after(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
}

/// A body that can be lent to a handler and taken back, wherever the handler passed it on to.
#[derive(Clone)]
pub(super) struct LentBody(Arc<Mutex<Loan>>);

struct Loan {
    /// `None` after its end, and after [`LentBody::recover`].
    body: Option<Body>,
    was_read: bool,
    was_recovered: bool,
}

impl LentBody {
    /// Returns the means to take a body back, and the body to lend.
    pub(super) fn lend(body: Body) -> (Self, Body) {
        if body.is_end_stream() {
            let nothing = Self::of(None);
            return (nothing, body);
        }
        let lender = Self::of(Some(body));
        let lent = Body::new(lender.clone());
        (lender, lent)
    }

    fn of(body: Option<Body>) -> Self {
        Self(Arc::new(Mutex::new(Loan {
            body,
            was_read: false,
            was_recovered: false,
        })))
    }

    /// Reads what is left of the body, as far as the limits allow. Returns whether nothing is left, so that
    /// the connection can be used again.
    pub(super) async fn drain_before_response(
        &self,
        state: &GatewayState,
        head: &RequestHead,
    ) -> bool {
        let Some((mut rest, was_read)) = self.recover() else {
            return true;
        };
        // A client that waits for `100 Continue` has sent no body, and now sends none.
        if head.headers.contains_key(EXPECT) && !was_read {
            return false;
        }
        let config = state.core.config();
        let slot = state.late_refusal_slots.take(visitor_address(head, config));
        let time = match slot {
            Some(_) => state.limits.drain_refused_body,
            // What has arrived is read all the same.
            None => Duration::ZERO,
        };
        let max_bytes = config.limits().drained_max_bytes();
        let is_drained = timeout(time, drain(&mut rest, max_bytes)).await == Ok(true);
        if slot.is_none() && !is_drained {
            state.metrics.count_early_refusal();
        }
        is_drained
    }

    /// Takes the rest of the body back, and says whether any of it has been read. `None` where
    /// nothing is left.
    fn recover(&self) -> Option<(Body, bool)> {
        let mut loan = self.lock();
        let was_read = loan.was_read;
        loan.was_recovered = true;
        loan.body.take().map(|body| (body, was_read))
    }

    fn lock(&self) -> MutexGuard<'_, Loan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a body and throws it away. Returns whether its end came within `bytes_left` bytes.
async fn drain(body: &mut Body, mut bytes_left: u64) -> bool {
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

impl http_body::Body for LentBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut loan = self.lock();
        loan.was_read = true;
        let Some(body) = &mut loan.body else {
            // A reader that still holds the lent body must not take half of it for the whole.
            let is_cut = loan.was_recovered;
            return Poll::Ready(is_cut.then(|| {
                Err(axum::Error::new(io::Error::from(
                    io::ErrorKind::UnexpectedEof,
                )))
            }));
        };
        let frame = Pin::new(body).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            loan.body = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.lock().body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let loan = self.lock();
        loan.body
            .as_ref()
            .map_or_else(SizeHint::new, Body::size_hint)
    }
}

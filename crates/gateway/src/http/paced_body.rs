//! A body that fails when it comes too slowly, and that knows whether it is read too slowly.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use aurous_gateway_core::{BodyFailure, Pace, PaceLimits};
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep, sleep_until};

use crate::clock;

/// A body that fails when its sender is too slow.
pub(crate) struct PacedBody {
    body: Body,
    limits: PaceLimits,
    sender: Pace,
    too_slow: Pin<Box<Sleep>>,
    progress: Arc<BodyProgress>,
}

/// The progress of a [`PacedBody`], for the code that has handed the body on.
#[derive(Debug)]
pub(crate) struct BodyProgress(Mutex<State>);

#[derive(Debug)]
struct State {
    received: u64,
    failure: Option<BodyFailure>,
    /// The pace of the body's reader, which is waited for while it does not ask for more.
    reader: Pace,
}

impl PacedBody {
    pub(crate) fn new(body: Body, limits: PaceLimits) -> (Self, Arc<BodyProgress>) {
        let mut reader = Pace::default();
        reader.wait(clock::uptime());
        let progress = Arc::new(BodyProgress(Mutex::new(State {
            received: 0,
            failure: None,
            reader,
        })));
        let paced = Self {
            body,
            limits,
            sender: Pace::default(),
            too_slow: Box::pin(sleep(limits.idle)),
            progress: Arc::clone(&progress),
        };
        (paced, progress)
    }
}

impl http_body::Body for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let now = clock::uptime();
        self.progress.state().reader.advance(0, now);
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            self.sender.wait(now);
            if let Some(deadline) = self.sender.deadline(self.limits).map(clock::instant_of)
                && self.too_slow.deadline() != deadline
            {
                self.too_slow.as_mut().reset(deadline);
            }
            ready!(self.too_slow.as_mut().poll(context));
            self.progress.state().failure = Some(BodyFailure::TooSlow);
            let error = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
            return Poll::Ready(Some(Err(axum::Error::new(error))));
        };
        let data = frame.as_ref().and_then(|it| it.as_ref().ok()?.data_ref());
        let bytes = data.map_or(0, |data| data.len() as u64);
        self.sender.advance(bytes, now);
        let is_end = frame.is_none() || self.body.is_end_stream();
        let mut state = self.progress.state();
        state.received += bytes;
        if let Some(Err(_)) = frame {
            state.failure = Some(BodyFailure::CutShort);
        }
        if is_end {
            // From here on the reader has only to respond.
            state.reader = Pace::default();
        }
        state.reader.advance(bytes, now);
        state.reader.wait(now);
        drop(state);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl BodyProgress {
    /// Returns the bytes that have come.
    pub(crate) fn received(&self) -> u64 {
        self.state().received
    }

    /// Returns why the body failed. `None` where it did not.
    pub(crate) fn failure(&self) -> Option<BodyFailure> {
        self.state().failure
    }

    /// Returns once the reader is too slow: it does not read the body, or reads too little of it, or has
    /// all of it and does not respond within the idle limit.
    pub(crate) async fn stalled_by_reader(&self, limits: PaceLimits) {
        loop {
            let now = clock::uptime();
            let deadline = self.state().reader.deadline(limits);
            // While the reader waits for the sender, it is early enough to look again later.
            let deadline = deadline.unwrap_or(now.after(limits.idle));
            if deadline <= now {
                return;
            }
            sleep_until(clock::instant_of(deadline)).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! A body that comes in time, or fails.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::config::Limits;
use crate::refusal::{Code, Refusal};

/// How slowly a body may come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Longest time without a byte.
    pub(crate) idle: Duration,
    /// Fewest bytes a second, on average, once `idle` has been spent on waiting.
    pub(crate) min_bytes_per_second: u64,
}

impl Pace {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            idle: limits.body_idle_timeout,
            min_bytes_per_second: limits.body_min_bytes_per_second.into(),
        }
    }
}

/// A body that fails when its sender is too slow. Only the time spent on waiting for the sender
/// counts: whoever reads slowly does the sender no harm.
pub(crate) struct Paced {
    body: Body,
    pace: Pace,
    idle: Pin<Box<Sleep>>,
    waiting_since: Option<Instant>,
    waited: Duration,
    received: u64,
    progress: Arc<Progress>,
}

/// How a body is coming along, for whoever has given it away.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    moved_at_ms: AtomicU64,
    waits_for_sender: AtomicBool,
    too_slow: AtomicBool,
    failed: AtomicBool,
}

impl Paced {
    pub(crate) fn new(body: Body, pace: Pace) -> (Self, Arc<Progress>) {
        let progress = Arc::new(Progress {
            start: Instant::now(),
            moved_at_ms: AtomicU64::new(0),
            waits_for_sender: AtomicBool::new(false),
            too_slow: AtomicBool::new(false),
            failed: AtomicBool::new(false),
        });
        let paced = Self {
            body,
            pace,
            idle: Box::pin(sleep(pace.idle)),
            waiting_since: None,
            waited: Duration::ZERO,
            received: 0,
            progress: Arc::clone(&progress),
        };
        (paced, progress)
    }

    fn is_too_slow(&self) -> bool {
        let least = self.waited.as_secs_f64() * self.pace.min_bytes_per_second as f64;
        self.waited >= self.pace.idle && (self.received as f64) < least
    }

    fn too_slow(&self) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.progress.too_slow.store(true, Ordering::Relaxed);
        let error = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
        Poll::Ready(Some(Err(axum::Error::new(error))))
    }
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Pending => {
                if self.waiting_since.is_none() {
                    let now = Instant::now();
                    self.waiting_since = Some(now);
                    self.progress
                        .waits_for_sender
                        .store(true, Ordering::Relaxed);
                    let deadline = now + self.pace.idle;
                    self.idle.as_mut().reset(deadline);
                }
                ready!(self.idle.as_mut().poll(context));
                self.too_slow()
            }
            Poll::Ready(frame) => {
                if let Some(since) = self.waiting_since.take() {
                    self.waited += since.elapsed();
                }
                self.progress.moved();
                match &frame {
                    Some(Ok(frame)) => {
                        self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                        if self.is_too_slow() {
                            return self.too_slow();
                        }
                    }
                    Some(Err(_)) => self.progress.failed.store(true, Ordering::Relaxed),
                    None => {}
                }
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Progress {
    /// Returns the refusal for a body that failed: its sender was too slow, or has most likely gone.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        if self.too_slow.load(Ordering::Relaxed) {
            return Some(Refusal::new(
                Code::BodyTooSlow,
                "The request's body came too slowly. Try again on a better connection.",
            ));
        }
        self.failed.load(Ordering::Relaxed).then(cut_short)
    }

    /// Ends when nothing has moved for this long and the sender is not to blame: whoever reads the
    /// body, or is to answer it, stands still.
    pub(crate) async fn stalled(&self, limit: Duration) {
        loop {
            let idle = if self.waits_for_sender.load(Ordering::Relaxed) {
                Duration::ZERO
            } else {
                let moved_at = Duration::from_millis(self.moved_at_ms.load(Ordering::Relaxed));
                self.start.elapsed().saturating_sub(moved_at)
            };
            if idle >= limit {
                return;
            }
            sleep(limit - idle).await;
        }
    }

    fn moved(&self) {
        self.waits_for_sender.store(false, Ordering::Relaxed);
        self.moved_at_ms
            .store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
}

/// Returns the refusal for a body without its end. Most likely no one is left to read it.
pub(crate) fn cut_short() -> Refusal {
    Refusal::new(
        Code::BadRequest,
        "The request's body ended before its Content-Length.",
    )
}

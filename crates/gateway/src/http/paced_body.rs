//! A body that fails when it comes too slowly.

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

use crate::config::ResourceLimits;
use crate::refusal::{Code, Refusal};

/// How slowly a body may come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PaceLimits {
    /// The longest time without a byte.
    idle: Duration,
    /// The lowest average rate, once `idle` has been spent on waiting.
    min_bytes_per_second: u64,
}

impl PaceLimits {
    pub(crate) fn new(limits: &ResourceLimits) -> Self {
        Self {
            idle: limits.body_idle_timeout,
            min_bytes_per_second: limits.body_min_bytes_per_second.into(),
        }
    }
}

/// A body that fails when its sender is too slow. Only the time spent on waiting for the sender
/// counts, so a slow reader does the sender no harm.
pub(crate) struct PacedBody {
    body: Body,
    limits: PaceLimits,
    idle: Pin<Box<Sleep>>,
    waiting_since: Option<Instant>,
    waited: Duration,
    progress: Arc<BodyProgress>,
}

/// The progress of a [`PacedBody`], for the code that has handed the body on.
#[derive(Debug)]
pub(crate) struct BodyProgress {
    start: Instant,
    moved_at_ms: AtomicU64,
    waits_for_sender: AtomicBool,
    is_too_slow: AtomicBool,
    has_failed: AtomicBool,
    received: AtomicU64,
}

impl PacedBody {
    pub(crate) fn new(body: Body, limits: PaceLimits) -> (Self, Arc<BodyProgress>) {
        let progress = Arc::new(BodyProgress {
            start: Instant::now(),
            moved_at_ms: AtomicU64::new(0),
            waits_for_sender: AtomicBool::new(false),
            is_too_slow: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            received: AtomicU64::new(0),
        });
        let paced = Self {
            body,
            limits,
            idle: Box::pin(sleep(limits.idle)),
            waiting_since: None,
            waited: Duration::ZERO,
            progress: Arc::clone(&progress),
        };
        (paced, progress)
    }

    fn is_too_slow(&self) -> bool {
        let least = self.waited.as_secs_f64() * self.limits.min_bytes_per_second as f64;
        self.waited >= self.limits.idle && (self.progress.received() as f64) < least
    }

    fn fail_as_too_slow(&self) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.progress.is_too_slow.store(true, Ordering::Relaxed);
        let error = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
        Poll::Ready(Some(Err(axum::Error::new(error))))
    }
}

impl http_body::Body for PacedBody {
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
                    self.progress.set_waiting();
                    let deadline = now + self.limits.idle;
                    self.idle.as_mut().reset(deadline);
                }
                ready!(self.idle.as_mut().poll(context));
                self.fail_as_too_slow()
            }
            Poll::Ready(frame) => {
                if let Some(since) = self.waiting_since.take() {
                    self.waited += since.elapsed();
                }
                self.progress.set_moved();
                match &frame {
                    Some(Ok(frame)) => {
                        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                        self.progress.received.fetch_add(length, Ordering::Relaxed);
                        if self.is_too_slow() {
                            return self.fail_as_too_slow();
                        }
                    }
                    Some(Err(_)) => self.progress.has_failed.store(true, Ordering::Relaxed),
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

impl BodyProgress {
    /// Returns the bytes that have come.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Returns the refusal for a body that failed, because its sender was too slow or, most likely,
    /// has gone. `None` where the body did not fail.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        if self.is_too_slow.load(Ordering::Relaxed) {
            return Some(Refusal::new(
                Code::BodyTooSlow,
                "The request's body came too slowly. Try again on a better connection.",
            ));
        }
        self.has_failed.load(Ordering::Relaxed).then(cut_short)
    }

    /// Returns once nothing has moved for `limit` and the sender is not the one to blame: the
    /// upload host does not read the body, or does not respond to it.
    pub(crate) async fn stalled_by_reader(&self, limit: Duration) {
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

    fn set_waiting(&self) {
        self.waits_for_sender.store(true, Ordering::Relaxed);
    }

    fn set_moved(&self) {
        self.waits_for_sender.store(false, Ordering::Relaxed);
        self.moved_at_ms
            .store(self.start.elapsed().as_millis() as u64, Ordering::Relaxed);
    }
}

/// Returns the refusal for a body without its end. Most likely its sender has gone and never reads
/// this.
pub(crate) fn cut_short() -> Refusal {
    Refusal::new(
        Code::ClientGone,
        "The request's body ended before its Content-Length: the page, or a proxy in between, broke it off. Try again.",
    )
}

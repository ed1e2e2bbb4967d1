//! What all requests of one gateway share.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use aurous_contract::rate::Bucket;
use tokio_util::task::TaskTracker;

use super::creates::Creates;
use super::slots::Slots;
use crate::admit::caller::Visitor;
use crate::config::Config;
use crate::observe::metrics::Metrics;
use crate::refusal::{Code, Refusal};
use crate::rules::rate::RateLimits;
use crate::upstream::Upstream;

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) upstream: Upstream,
    pub(crate) slots: Slots,
    pub(crate) creates: Creates,
    pub(crate) metrics: Metrics,
    /// What goes on when its visitor has gone, and what a drain waits for.
    pub(crate) detached: TaskTracker,
    rates: Mutex<RateLimits<Visitor>>,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            upstream: Upstream::new(&config),
            slots: Slots::new(
                config.limits.max_uploads as usize,
                config.limits.max_uploads_per_subject as usize,
            ),
            creates: Creates::default(),
            metrics: Metrics::default(),
            detached: TaskTracker::new(),
            rates: Mutex::new(RateLimits::new(config.rate.clone(), now_ms())),
            config,
        }
    }

    /// Takes a token for one call upstream.
    ///
    /// # Errors
    /// There is none, of the visitor's or of the team's.
    pub(crate) fn take_token(&self, bucket: Bucket, visitor: &Visitor) -> Result<(), Refusal> {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.take(bucket, visitor, now_ms()).map_err(|seconds| {
            Refusal::new(
                Code::TooManyRequests,
                format!("The rate limit is used up. Try again after {seconds} s."),
            )
            .retry_after(seconds)
        })
    }

    /// What the API says is left of a bucket: others spend from it, too.
    pub(crate) fn follow(&self, bucket: Bucket, remaining: u64) {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.follow(bucket, remaining, now_ms());
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds since 1970.
pub(crate) fn now_s() -> u64 {
    now_ms() / 1000
}

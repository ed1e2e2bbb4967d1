//! What all requests of one gateway share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aurous_contract::rate::Bucket;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::answer::{Answer, Told};
use super::slots::Slots;
use crate::admit::caller::Visitor;
use crate::clock::now_ms;
use crate::config::Config;
use crate::observe::metrics::Metrics;
use crate::refusal::{Code, Refusal};
use crate::rules::creates::CreateRecords;
use crate::rules::rate::RateLimits;
use crate::upstream::{ApiAnswer, ApiCall, Failed, Upstream};

const X_RATELIMIT_REMAINING: &str = "x-ratelimit-remaining";

/// How to wait for a create that is running.
pub(crate) type Waiter = watch::Receiver<Option<Told>>;

type Creates = CreateRecords<Waiter, Answer, Visitor>;

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) upstream: Upstream,
    pub(crate) slots: Slots,
    pub(crate) metrics: Arc<Metrics>,
    /// What goes on when its visitor has gone, and what a drain waits for.
    pub(crate) detached: TaskTracker,
    rates: Mutex<RateLimits<Visitor>>,
    /// What is known of the creates of the last 24 hours. Lost when the process ends.
    creates: Mutex<Creates>,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            upstream: Upstream::new(&config),
            slots: Slots::new(
                config.limits.max_uploads as usize,
                config.limits.max_uploads_per_subject as usize,
            ),
            metrics: Arc::default(),
            detached: TaskTracker::new(),
            rates: Mutex::new(RateLimits::new(config.rate.clone(), now_ms())),
            creates: Mutex::default(),
            config,
        }
    }

    /// Takes a token for one call upstream.
    ///
    /// # Errors
    /// There is none, of the visitor's or of the team's.
    pub(crate) fn take_token(&self, bucket: Bucket, visitor: &Visitor) -> Result<(), Refusal> {
        let taken = self.rates().take(bucket, visitor, now_ms());
        taken.map_err(|seconds| {
            Refusal::new(
                Code::TooManyRequests,
                format!("The rate limit is used up. Try again after {seconds} s."),
            )
            .retry_after(seconds)
        })
    }

    /// Asks the API, and follows what it says is left of the team's bucket: others spend from it, too.
    pub(crate) async fn ask(&self, bucket: Bucket, call: ApiCall) -> Result<ApiAnswer, Failed> {
        let answer = self.upstream.call(call).await?;
        let remaining = answer.headers.get(X_RATELIMIT_REMAINING);
        if let Some(remaining) = remaining.and_then(|it| it.to_str().ok()?.parse().ok()) {
            self.rates().follow(bucket, remaining, now_ms());
        }
        Ok(answer)
    }

    pub(crate) fn creates(&self) -> MutexGuard<'_, Creates> {
        self.creates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rates(&self) -> MutexGuard<'_, RateLimits<Visitor>> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

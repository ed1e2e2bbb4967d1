//! The state that all requests of one gateway share.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aurous_contract::rate::Bucket;
use axum::http::HeaderValue;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::cors::allowed_headers;
use super::response::{HandlerResult, JsonResponse};
use super::running_put::RunningPut;
use super::slots::Slots;
use crate::admit::caller::Visitor;
use crate::clock::Uptime;
use crate::config::Config;
use crate::headers::{self, RATE_LIMIT_REMAINING};
use crate::observe::metrics::Metrics;
use crate::refusal::{Code, Refusal};
use crate::rules::create_records::CreateRecords;
use crate::rules::lost_create::RecentCharacters;
use crate::rules::rate::RateLimits;
use crate::rules::upload_puts::UploadPuts;
use crate::upstream::Upstream;
use crate::upstream::api::{UpstreamFailure, UpstreamRequest, UpstreamResponse};

/// Receives the result of a create that is running.
pub(crate) type CreateReceiver = watch::Receiver<Option<HandlerResult>>;

type Creates = CreateRecords<CreateReceiver, JsonResponse, Visitor>;

pub(crate) struct GatewayState {
    pub(crate) config: Config,
    pub(crate) upstream: Upstream,
    pub(crate) upload_slots: Slots<Visitor>,
    /// The refusals that wait for the rest of a request's body, by the visitor's address.
    pub(crate) late_refusal_slots: Slots<Option<IpAddr>>,
    /// The value of `Access-Control-Allow-Headers`.
    pub(crate) allowed_headers: HeaderValue,
    pub(crate) metrics: Arc<Metrics>,
    /// Tasks that outlive their visitor's connection. A drain waits for them.
    pub(crate) detached_tasks: TaskTracker,
    rate_limits: Mutex<RateLimits<Visitor>>,
    /// The PUTs to each upload. Lost when the process ends.
    upload_puts: Mutex<UploadPuts<RunningPut>>,
    recent_characters: Mutex<RecentCharacters>,
    /// The creates of the last 24 hours. Lost when the process ends.
    create_records: Mutex<Creates>,
}

impl GatewayState {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            upstream: Upstream::new(&config),
            upload_slots: Slots::new(
                config.limits.max_uploads as usize,
                config.limits.max_uploads_per_subject as usize,
            ),
            late_refusal_slots: Slots::new(
                config.limits.max_late_refusals as usize,
                config.limits.max_late_refusals_per_address as usize,
            ),
            allowed_headers: allowed_headers(&config.allowed_headers),
            metrics: Arc::default(),
            detached_tasks: TaskTracker::new(),
            rate_limits: Mutex::new(RateLimits::new(config.rate.clone(), Uptime::now())),
            upload_puts: Mutex::new(UploadPuts::new()),
            recent_characters: Mutex::default(),
            create_records: Mutex::new(CreateRecords::new(config.limits.create_records)),
            config,
        }
    }

    /// Takes the token that one API call costs.
    ///
    /// # Errors
    /// The visitor's bucket or the team's is empty.
    pub(crate) fn take_token(&self, bucket: Bucket, visitor: &Visitor) -> Result<(), Refusal> {
        let taken = self.rate_limits().take(bucket, visitor, Uptime::now());
        taken.map_err(|seconds| {
            Refusal::new(
                Code::TooManyRequests,
                format!("The rate limit is used up. Try again after {seconds} s."),
            )
            .with_retry_after(seconds)
        })
    }

    /// Calls the API, and corrects the team's bucket by the tokens that the API says are left: the
    /// team's backend spends from it, too.
    pub(crate) async fn call_api(
        &self,
        bucket: Bucket,
        request: UpstreamRequest,
    ) -> Result<UpstreamResponse, UpstreamFailure> {
        let response = self.upstream.call_api(request).await?;
        if let Some(remaining) = headers::number(&response.headers, &RATE_LIMIT_REMAINING) {
            self.rate_limits().follow(bucket, remaining, Uptime::now());
        }
        Ok(response)
    }

    /// Logs what is cut off if the gateway stops now.
    pub(crate) fn log_cut_off(&self) {
        tracing::warn!(
            connections = self.metrics.open_connections(),
            creates = self.detached_tasks.len(),
            "stopped before everything was done"
        );
    }

    pub(crate) fn create_records(&self) -> MutexGuard<'_, Creates> {
        let records = self.create_records.lock();
        records.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn upload_puts(&self) -> MutexGuard<'_, UploadPuts<RunningPut>> {
        let puts = self.upload_puts.lock();
        puts.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn recent_characters(&self) -> MutexGuard<'_, RecentCharacters> {
        let characters = self.recent_characters.lock();
        characters.unwrap_or_else(PoisonError::into_inner)
    }

    fn rate_limits(&self) -> MutexGuard<'_, RateLimits<Visitor>> {
        let limits = self.rate_limits.lock();
        limits.unwrap_or_else(PoisonError::into_inner)
    }
}

//! The gateway's core: its configuration, and what it remembers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aurous_contract::rate::Bucket;
use http::HeaderValue;

use crate::admit::caller::Visitor;
use crate::api::{ApiCall, ApiFailure, ApiResponse, NoAnswer};
use crate::calls::create_task::CreateResult;
use crate::clock::{Moment, Uptime};
use crate::config::{Config, RateConfig};
use crate::cors::allowed_headers;
use crate::exchange::Exchange;
use crate::headers::{self, RATE_LIMIT_REMAINING};
use crate::put::RunningPut;
use crate::refusal::{Code, Refusal};
use crate::request::RequestHead;
use crate::response::Response;
use crate::rules::create_records::CreateRecords;
use crate::rules::lost_create::RecentCharacters;
use crate::rules::rate::{RateLimits, retry_after_s};
use crate::rules::upload_puts::UploadPuts;
use crate::shared::{Sharing, StoreAway, buckets, visitor_tag};
use crate::slots::Slots;
use crate::step::Outside;

type Creates = CreateRecords<CreateResult, Response, Visitor>;

/// One gateway. What it remembers is lost when it is dropped.
pub struct Core {
    pub(crate) config: Config,
    pub(crate) sharing: Sharing,
    /// The value of `Access-Control-Allow-Headers`.
    pub(crate) allowed_headers: HeaderValue,
    pub(crate) upload_slots: Slots<Visitor>,
    /// The limits of all instances together. Those of this one alone are a share of them.
    shared_rate: RateConfig,
    rate_limits: Mutex<RateLimits<Visitor>>,
    upload_puts: Mutex<UploadPuts<RunningPut>>,
    recent_characters: Mutex<RecentCharacters>,
    /// The creates of the last 24 hours.
    create_records: Mutex<Creates>,
}

impl Core {
    pub fn new(config: Config, sharing: Sharing, now: Uptime) -> Self {
        let limits = &config.limits;
        Self {
            sharing,
            allowed_headers: allowed_headers(&config.allowed_headers),
            upload_slots: Slots::new(
                limits.max_uploads as usize,
                limits.max_uploads_per_subject as usize,
            ),
            shared_rate: RateConfig {
                team_share: 1,
                ..config.rate.clone()
            },
            rate_limits: Mutex::new(RateLimits::new(config.rate.clone(), now)),
            upload_puts: Mutex::new(UploadPuts::new()),
            recent_characters: Mutex::default(),
            create_records: Mutex::new(CreateRecords::new(limits.create_records)),
            config,
        }
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Begins to decide about a request. The shell carries out the steps of the exchange, and lets it
    /// complete the response.
    pub fn begin(self: &Arc<Self>, head: RequestHead, now: Moment) -> Exchange {
        Exchange::new(self, head, now)
    }

    /// Takes the token that one API call costs.
    ///
    /// # Errors
    /// The visitor's bucket or the team's is empty.
    pub(crate) async fn take_token(
        &self,
        bucket: Bucket,
        visitor: &Visitor,
        outside: &Outside,
    ) -> Result<(), Refusal> {
        let shared = match self.sharing {
            Sharing::Store => {
                let visitor = visitor_tag(&self.config.sealing, visitor);
                buckets::take(&self.shared_rate, bucket, visitor, outside).await
            }
            Sharing::Process => Err(StoreAway),
        };
        let taken = shared.unwrap_or_else(|StoreAway| {
            lock(&self.rate_limits).take(bucket, visitor, outside.now().uptime)
        });
        taken.map_err(|wait_us| {
            let seconds = retry_after_s(wait_us);
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
        outside: &Outside,
        bucket: Bucket,
        call: ApiCall,
    ) -> Result<ApiResponse, ApiFailure> {
        let request = call.into_request(&self.config);
        let request = request.ok_or(ApiFailure::NoAnswer(NoAnswer::Unreachable))?;
        let answer = outside.call_api(request).await;
        let response = answer.map_err(ApiFailure::NoAnswer)?.into_response()?;
        if let Some(remaining) = headers::number(&response.headers, &RATE_LIMIT_REMAINING) {
            lock(&self.rate_limits).follow(bucket, remaining, outside.now().uptime);
            if self.sharing == Sharing::Store {
                // Where the store is away, the process's own buckets decide.
                let _ = buckets::follow(&self.shared_rate, bucket, remaining, outside).await;
            }
        }
        Ok(response)
    }

    pub(crate) fn create_records(&self) -> MutexGuard<'_, Creates> {
        lock(&self.create_records)
    }

    pub(crate) fn upload_puts(&self) -> MutexGuard<'_, UploadPuts<RunningPut>> {
        lock(&self.upload_puts)
    }

    pub(crate) fn recent_characters(&self) -> MutexGuard<'_, RecentCharacters> {
        lock(&self.recent_characters)
    }
}

/// Locks a mutex, also after a panic: one failed request must not fail all later ones.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

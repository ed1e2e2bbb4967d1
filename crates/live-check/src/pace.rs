//! When the next request may go out: within the documented rate limits, and after what a refusal asked for.

use std::collections::HashMap;
use std::time::Duration;

use aurous_contract::header::{RATE_LIMIT_REMAINING, RETRY_AFTER};
use aurous_contract::rate::{Bucket, TokenBucket};

use crate::call::Step;
use crate::reply::Reply;

/// The attempts after the first, if the rate limit or an outage refuses a request.
const RETRIES: u32 = 5;
/// The longest wait that a refusal may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// The wait after a 429 that doesn't say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// The team's buckets, as far as this run knows them. Times are milliseconds of any clock that only grows.
#[derive(Clone, Debug, Default)]
pub struct Pace(HashMap<Bucket, TokenBucket>);

impl Pace {
    fn bucket(&mut self, bucket: Bucket, now_ms: u64) -> &mut TokenBucket {
        let full = || TokenBucket::full(bucket, now_ms);
        self.0.entry(bucket).or_insert_with(full)
    }

    /// Takes the token that a request needs.
    ///
    /// # Errors
    /// How long to wait before the next attempt, if there is none.
    pub fn take(&mut self, step: Step, now_ms: u64) -> Result<(), Duration> {
        let Some(bucket) = step.bucket() else {
            return Ok(());
        };
        match self.bucket(bucket, now_ms).take(now_ms) {
            Ok(_) => Ok(()),
            Err(refused) => Err(Duration::from_secs(refused.retry_after_seconds)),
        }
    }

    /// Follows what a response says of its bucket: the team's other programs take from it, too.
    pub fn follow(&mut self, step: Step, reply: &Reply, now_ms: u64) {
        if let (Some(bucket), Some(left)) = (step.bucket(), reply.number(RATE_LIMIT_REMAINING)) {
            self.bucket(bucket, now_ms).follow(left, now_ms);
        }
    }
}

/// Returns how long to wait before a request is sent again; `None` if its response stands. `retries`: the
/// attempts after the first so far.
pub fn wait_before_retry(step: Step, reply: &Reply, retries: u32) -> Option<Duration> {
    if step.bucket().is_none() || retries >= RETRIES {
        return None;
    }
    let asked = reply.number(RETRY_AFTER).map(Duration::from_secs);
    match reply.status.as_u16() {
        429 => Some(asked.unwrap_or(DEFAULT_WAIT).min(LONGEST_WAIT)),
        // Such a create may have been carried out.
        500..=599 if step.makes_a_character() || step == Step::Regenerate => None,
        500..=599 => Some(Duration::from_secs(1 << retries)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &'static str)]) -> Reply {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: Bytes::new(),
        }
    }

    #[test]
    fn no_more_goes_out_than_the_bucket_holds() {
        let mut pace = Pace::default();
        let sent = (0..100)
            .filter(|_| pace.take(Step::Init, 0).is_ok())
            .count();
        assert_eq!(sent, 60);
        assert_eq!(pace.take(Step::Init, 0), Err(Duration::from_secs(2)));
        assert_eq!(pace.take(Step::Init, 2000), Ok(()));
        assert_eq!(pace.take(Step::Get, 0), Ok(()));
        assert_eq!(pace.take(Step::Put, 0), Ok(()));
    }

    #[test]
    fn a_bucket_that_others_have_emptied_is_waited_for() {
        let mut pace = Pace::default();
        let left = reply(200, &[(RATE_LIMIT_REMAINING, "1")]);
        pace.follow(Step::Init, &left, 0);
        assert_eq!(pace.take(Step::Classify, 0), Ok(()));
        assert_eq!(pace.take(Step::Classify, 0), Err(Duration::from_secs(2)));
    }

    #[test]
    fn a_429_is_waited_for_as_long_as_it_asks() {
        let wait =
            |headers: &[_], retries| wait_before_retry(Step::Create, &reply(429, headers), retries);
        assert_eq!(wait(&[(RETRY_AFTER, "7")], 0), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[(RETRY_AFTER, "9999")], 0), Some(LONGEST_WAIT));
        assert_eq!(wait(&[], 4), Some(DEFAULT_WAIT));
        assert_eq!(wait(&[], 5), None);
    }

    #[test]
    fn a_create_that_may_have_happened_is_not_sent_again() {
        let outage = reply(503, &[]);
        assert_eq!(wait_before_retry(Step::Create, &outage, 0), None);
        assert_eq!(wait_before_retry(Step::Regenerate, &outage, 0), None);
        assert_eq!(
            wait_before_retry(Step::Get, &outage, 2),
            Some(Duration::from_secs(4))
        );
        assert_eq!(wait_before_retry(Step::Put, &outage, 0), None);
        assert_eq!(wait_before_retry(Step::Get, &reply(404, &[]), 0), None);
    }
}

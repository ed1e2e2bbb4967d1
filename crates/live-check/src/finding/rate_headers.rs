//! The `X-RateLimit-*` headers that a run has seen.

use std::collections::BTreeMap;
use std::fmt;

use aurous_contract::header::{RATE_LIMIT, RATE_LIMIT_REMAINING, RATE_LIMIT_RESET};
use aurous_contract::rate::Bucket;
use serde::Serialize;

use crate::reply::Reply;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RateLimitHeaders {
    /// The responses of the API.
    pub responses: u32,
    /// Those with all three headers.
    pub with_headers: u32,
    /// Those with status 429.
    pub refused: u32,
    pub buckets: BTreeMap<&'static str, BucketHeaders>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BucketHeaders {
    /// The last `X-RateLimit-Limit`.
    pub limit: u64,
    /// The lowest `X-RateLimit-Remaining`.
    pub lowest_remaining: u64,
}

impl RateLimitHeaders {
    pub fn see(&mut self, bucket: Bucket, reply: &Reply) {
        self.responses += 1;
        self.refused += u32::from(reply.status == 429);
        let headers = (
            reply.number(RATE_LIMIT),
            reply.number(RATE_LIMIT_REMAINING),
            reply.number(RATE_LIMIT_RESET),
        );
        let (Some(limit), Some(remaining), Some(_)) = headers else {
            return;
        };
        self.with_headers += 1;
        let first = BucketHeaders {
            limit,
            lowest_remaining: remaining,
        };
        let seen = self.buckets.entry(bucket.name()).or_insert(first);
        seen.limit = limit;
        seen.lowest_remaining = seen.lowest_remaining.min(remaining);
    }
}

impl fmt::Display for RateLimitHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            responses,
            with_headers,
            refused,
            buckets,
        } = self;
        write!(formatter, "on {with_headers} of {responses} responses")?;
        for (
            name,
            BucketHeaders {
                limit,
                lowest_remaining,
            },
        ) in buckets
        {
            write!(formatter, "; {name}: {limit}, down to {lowest_remaining}")?;
        }
        write!(formatter, "; {refused} × 429")
    }
}

//! The rate limits of all instances: the team's buckets and the visitors' parts of them.
//!
//! Where the store is away, or others are always faster, the process's own buckets decide.

use aurous_contract::rate::{Bucket, TokenBucket};

use super::{ATTEMPTS, StoreAway, StoreChange};
use crate::admit::caller::Visitor;
use crate::config::RateConfig;
use crate::rules::rate::{bucket_size, take_for_visitor};
use crate::step::Outside;

/// A bucket is kept until it has been full for this long.
const TTL_BEYOND_FULL_MS: u64 = 60_000;

/// Takes a token of the visitor's from the shared buckets. The inner error is the seconds until there is one.
pub(crate) async fn take(
    config: &RateConfig,
    bucket: Bucket,
    visitor: &Visitor,
    outside: &Outside,
) -> Result<Result<(), u64>, StoreAway> {
    let share = config.subject_share;
    for _ in 0..ATTEMPTS {
        let now_ms = outside.now().epoch_ms;
        let mut team = Entry::new(team_key(bucket), config, bucket, 1, now_ms);
        let mut own = Entry::new(visitor_key(bucket, visitor), config, bucket, share, now_ms);
        read(outside, &mut [&mut team, &mut own]).await?;
        let taken = take_for_visitor(&mut own.bucket, &mut team.bucket, share, now_ms);
        if taken.is_err() || write(outside, &[&team, &own], now_ms).await? {
            return Ok(taken);
        }
    }
    Err(StoreAway)
}

/// Sets the team's shared bucket to the tokens that the API says are left.
pub(crate) async fn follow(
    config: &RateConfig,
    bucket: Bucket,
    remaining: u64,
    outside: &Outside,
) -> Result<(), StoreAway> {
    let now_ms = outside.now().epoch_ms;
    let mut team = Entry::new(team_key(bucket), config, bucket, 1, now_ms);
    read(outside, &mut [&mut team]).await?;
    let before = team.bucket.peek(now_ms).remaining;
    if u64::from(before) <= remaining {
        return Ok(());
    }
    team.bucket.follow(remaining, now_ms);
    // Another instance that was faster has heard of it, too.
    write(outside, &[&team], now_ms).await.map(|_| ())
}

/// One bucket in the store.
struct Entry {
    key: String,
    /// What the store held.
    held: Option<String>,
    bucket: TokenBucket,
}

impl Entry {
    /// A full bucket, until it is read.
    fn new(key: String, config: &RateConfig, bucket: Bucket, share: u32, now_ms: u64) -> Self {
        let size = bucket_size(config, bucket, share);
        Self {
            key,
            held: None,
            bucket: TokenBucket::full_of(size, now_ms),
        }
    }
}

async fn read(outside: &Outside, entries: &mut [&mut Entry]) -> Result<(), StoreAway> {
    let keys = entries.iter().map(|it| it.key.clone()).collect();
    let held = outside.read_store(keys).await?;
    for (entry, held) in entries.iter_mut().zip(held) {
        if let Some((level, at_ms)) = held.as_deref().and_then(parse) {
            entry.bucket.restore(level, at_ms);
        }
        entry.held = held;
    }
    Ok(())
}

async fn write(outside: &Outside, entries: &[&Entry], now_ms: u64) -> Result<bool, StoreAway> {
    let changes = entries.iter().map(|entry| {
        let (level, at_ms) = entry.bucket.content();
        let full_at_ms = entry.bucket.peek(now_ms).reset_at.saturating_mul(1000);
        StoreChange {
            key: entry.key.clone(),
            expected: entry.held.clone(),
            value: Some(format!("{level}@{at_ms}")),
            ttl_ms: full_at_ms.saturating_sub(now_ms) + TTL_BEYOND_FULL_MS,
        }
    });
    outside.write_store(changes.collect()).await
}

fn parse(text: &str) -> Option<(u64, u64)> {
    let (level, at_ms) = text.split_once('@')?;
    Some((level.parse().ok()?, at_ms.parse().ok()?))
}

fn team_key(bucket: Bucket) -> String {
    format!("rate:{}:team", bucket.name())
}

fn visitor_key(bucket: Bucket, visitor: &Visitor) -> String {
    let visitor = match visitor {
        Visitor::Subject(tag) => tag.to_string(),
        Visitor::Address(Some(address)) => address.to_string(),
        Visitor::Address(None) => "anonymous".to_owned(),
    };
    format!("rate:{}:{visitor}", bucket.name())
}

//! The rate limits: a bucket of the team's for each kind of call, and in it a share for each visitor.
//!
//! The rule: **a visitor may spend its own share and, beyond it, what the others leave of the team's
//! bucket, down to a reserve of one share.** So a visitor who is alone has nearly all of the bucket, and
//! one who comes while another spends finds a whole share. When many want more than the team has, the
//! bucket stays below the reserve, and each has its share alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use aurous_contract::rate::{Bucket, Size, TokenBucket};

use crate::clock::Uptime;
use crate::config::RateConfig;

/// The most visitors with buckets of their own, which then take 12 MB.
const VISITORS_MAX: usize = 100_000;

/// The shortest time between two searches for full buckets.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// The buckets of the team and of its visitors. A call takes a token from the team's and, unless it
/// borrows, one from the visitor's.
pub(crate) struct RateLimits<V> {
    config: RateConfig,
    team: Vec<(Bucket, TokenBucket)>,
    visitors: HashMap<(Bucket, V), TokenBucket>,
    /// Shared by the visitors that came after [`VISITORS_MAX`] others, so that a flood of visitors
    /// slows the flood and not the others.
    overflow: HashMap<Bucket, TokenBucket>,
    swept_at: Uptime,
}

impl<V: Clone + Eq + Hash> RateLimits<V> {
    pub(crate) fn new(config: RateConfig, now: Uptime) -> Self {
        let team = Bucket::ALL.map(|bucket| {
            let size = bucket_size(&config, bucket, 1);
            (bucket, TokenBucket::full_of(size, now.as_ms()))
        });
        Self {
            config,
            team: team.to_vec(),
            visitors: HashMap::new(),
            overflow: HashMap::new(),
            swept_at: now,
        }
    }

    /// Takes a token from the team's bucket, and one from the visitor's unless the visitor borrows.
    ///
    /// # Errors
    /// The visitor's share is spent and the others leave nothing, or the team's bucket is empty. Returns
    /// the seconds until there is a token for the visitor.
    pub(crate) fn take(&mut self, bucket: Bucket, visitor: &V, now: Uptime) -> Result<(), u64> {
        self.forget_full_buckets(now);
        let full = TokenBucket::full_of(
            bucket_size(&self.config, bucket, self.config.subject_share),
            now.as_ms(),
        );
        let has_room = self.visitors.len() < VISITORS_MAX;
        let key = (bucket, visitor.clone());
        // Those who share a bucket do not borrow: they are too many.
        let (own, may_borrow) = if has_room || self.visitors.contains_key(&key) {
            (self.visitors.entry(key).or_insert(full), true)
        } else {
            (self.overflow.entry(bucket).or_insert(full), false)
        };
        let Some((_, team)) = self.team.iter_mut().find(|(it, _)| *it == bucket) else {
            return Ok(());
        };
        if may_borrow {
            take_for_visitor(own, team, self.config.subject_share, now.as_ms())
        } else {
            take_own(own, team, now.as_ms())
        }
    }

    /// Sets the team's bucket to the tokens that the API says are left. The team's backend takes from
    /// it, too.
    pub(crate) fn follow(&mut self, bucket: Bucket, remaining: u64, now: Uptime) {
        for (it, team) in &mut self.team {
            if *it == bucket {
                team.follow(remaining, now.as_ms());
            }
        }
    }

    /// Forgets full buckets where there are too many: a full bucket is as good as a new one.
    fn forget_full_buckets(&mut self, now: Uptime) {
        let is_due = now.since(self.swept_at) >= SWEEP_EVERY;
        if self.visitors.len() >= VISITORS_MAX && is_due {
            self.swept_at = now;
            self.visitors.retain(|_, bucket| {
                let state = bucket.peek(now.as_ms());
                state.remaining < state.limit
            });
        }
    }
}

/// Takes a token of a visitor's: from its own bucket and the team's, or, borrowed, from the team's alone.
///
/// # Errors
/// There is none. Returns the seconds until there is one.
pub(crate) fn take_for_visitor(
    own: &mut TokenBucket,
    team: &mut TokenBucket,
    subject_share: u32,
    now_ms: u64,
) -> Result<(), u64> {
    let capacity = team.peek(now_ms).limit;
    let reserve = capacity.div_ceil(subject_share);
    take_own(own, team, now_ms).or_else(|seconds| {
        if reserve < capacity {
            take(team, reserve, now_ms).map_err(|until_lent| until_lent.min(seconds))
        } else {
            Err(seconds)
        }
    })
}

/// Takes a token from both buckets or from neither.
fn take_own(own: &mut TokenBucket, team: &mut TokenBucket, now_ms: u64) -> Result<(), u64> {
    let (mut own_after, mut team_after) = (*own, *team);
    match (
        take(&mut own_after, 0, now_ms),
        take(&mut team_after, 0, now_ms),
    ) {
        (Ok(()), Ok(())) => {
            (*own, *team) = (own_after, team_after);
            Ok(())
        }
        (one, other) => Err(one.err().max(other.err()).unwrap_or_default()),
    }
}

/// Takes a token, or returns the seconds until there is one above the reserve.
fn take(bucket: &mut TokenBucket, reserve: u32, now_ms: u64) -> Result<(), u64> {
    let taken = bucket.take_above(reserve, now_ms);
    taken
        .map(|_| ())
        .map_err(|refused| refused.retry_after_seconds)
}

pub(crate) fn bucket_size(config: &RateConfig, bucket: Bucket, share: u32) -> Size {
    let limits = config.limits.iter().find(|it| it.bucket == bucket);
    let whole = limits.map_or(Size::of(bucket), |it| Size {
        per_minute: it.per_minute,
        burst: it.burst,
        share: 1,
    });
    Size {
        share: config.team_share.saturating_mul(share),
        ..whole
    }
}

#[cfg(test)]
mod tests;

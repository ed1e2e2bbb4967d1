//! The rate limits: a bucket of the team's for each kind of call, and in it a share for each visitor.
//!
//! The rule: **a visitor may spend its own share and, beyond it, what the others leave of the team's
//! bucket, down to a reserve of one share.** So a visitor who is alone has nearly all of the bucket, and
//! one who comes while another spends finds a whole share. When many want more than the team has, the
//! bucket stays below the reserve, and each has its share alone.
//!
//! A bucket is a [`mark`](crate::rules::mark): the time at which it will be full. So the rule is a few numbers,
//! and whoever keeps the marks, this process or a store, only moves them.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use aurous_contract::rate::Bucket;

use crate::clock::Uptime;
use crate::config::RateConfig;
use crate::rules::mark::{MAX_US, Move, move_all};

/// The most visitors with buckets of their own, which then take 12 MB.
const VISITORS_MAX: usize = 100_000;

/// The shortest time between two searches for full buckets.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

const MINUTE_US: u64 = 60_000_000;

/// How the marks of one kind of call move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moves {
    /// A token of the visitor's own share moves the visitor's mark and the team's.
    pub(crate) own: [Move; 2],
    /// A token that the others leave moves the team's mark alone. None is lent where a share is the whole.
    pub(crate) lent: Option<Move>,
}

impl Moves {
    pub(crate) fn new(config: &RateConfig, bucket: Bucket) -> Self {
        let visitor = Share::new(config, bucket, config.subject_share);
        let team = Share::new(config, bucket, 1);
        let tokens = team.full_us / team.token_us;
        let reserve = tokens.div_ceil(u64::from(config.subject_share));
        Self {
            own: [visitor.take(0), team.take(0)],
            lent: (reserve < tokens).then(|| team.take(reserve)),
        }
    }

    /// Moves the team's mark to the tokens that the API says are left of the whole bucket. The team's backend
    /// takes from it, too.
    pub(crate) fn follow(config: &RateConfig, bucket: Bucket, remaining: u64) -> Move {
        let (whole, team) = (Whole::new(config, bucket), Share::new(config, bucket, 1));
        let left_us = remaining.saturating_mul(whole.token_us);
        Move {
            at_least_us: team.full_us.saturating_sub(left_us),
            by_us: 0,
            at_most_us: team.full_us,
        }
    }
}

/// A whole bucket of the API's, in microseconds.
struct Whole {
    /// The time in which a token comes back.
    token_us: u64,
    /// The time in which the empty bucket becomes full.
    full_us: u64,
}

impl Whole {
    fn new(config: &RateConfig, bucket: Bucket) -> Self {
        let limit = config.limits.iter().find(|it| it.bucket == bucket);
        let (per_minute, burst) = limit.map_or((bucket.per_minute(), bucket.burst()), |it| {
            (it.per_minute, it.burst)
        });
        let token_us = MINUTE_US.div_ceil(u64::from(per_minute.max(1)));
        Self {
            token_us,
            full_us: token_us.saturating_mul(u64::from(burst)).min(MAX_US),
        }
    }
}

/// A share of a bucket. It becomes full in the same time as the whole, so its tokens take longer.
struct Share {
    token_us: u64,
    /// However small the share is, it holds a token when it is full.
    full_us: u64,
}

impl Share {
    fn new(config: &RateConfig, bucket: Bucket, of_process: u32) -> Self {
        let whole = Whole::new(config, bucket);
        let parts = u64::from(config.team_share).saturating_mul(u64::from(of_process));
        let token_us = whole.token_us.saturating_mul(parts.max(1)).min(MAX_US);
        Self {
            token_us,
            full_us: whole.full_us.max(token_us),
        }
    }

    /// Takes a token, and leaves so many.
    fn take(&self, reserve: u64) -> Move {
        Move {
            at_least_us: 0,
            by_us: self.token_us,
            at_most_us: self
                .full_us
                .saturating_sub(reserve.saturating_mul(self.token_us)),
        }
    }
}

/// Returns the seconds of a `Retry-After` for a wait in microseconds.
pub(crate) fn retry_after_s(wait_us: u64) -> u64 {
    wait_us.div_ceil(1_000_000).max(1)
}

/// The buckets of the team and of its visitors in this process.
pub(crate) struct RateLimits<V> {
    config: RateConfig,
    team: HashMap<Bucket, u64>,
    visitors: HashMap<(Bucket, V), u64>,
    /// Shared by the visitors that came after [`VISITORS_MAX`] others, so that a flood of visitors
    /// slows the flood and not the others.
    overflow: HashMap<Bucket, u64>,
    swept_at: Uptime,
}

impl<V: Clone + Eq + Hash> RateLimits<V> {
    pub(crate) fn new(config: RateConfig, now: Uptime) -> Self {
        Self {
            config,
            team: HashMap::new(),
            visitors: HashMap::new(),
            overflow: HashMap::new(),
            swept_at: now,
        }
    }

    /// Takes a token from the team's bucket, and one from the visitor's unless the visitor borrows.
    ///
    /// # Errors
    /// The visitor's share is spent and the others leave nothing, or the team's bucket is empty. Returns
    /// the microseconds until there is a token for the visitor.
    pub(crate) fn take(&mut self, bucket: Bucket, visitor: &V, now: Uptime) -> Result<(), u64> {
        self.forget_full_buckets(now);
        let moves = Moves::new(&self.config, bucket);
        let has_room = self.visitors.len() < VISITORS_MAX;
        let key = (bucket, visitor.clone());
        // Those who share a bucket do not borrow: they are too many.
        let (own, lent) = if has_room || self.visitors.contains_key(&key) {
            (self.visitors.entry(key).or_default(), moves.lent)
        } else {
            (self.overflow.entry(bucket).or_default(), None)
        };
        let team = self.team.entry(bucket).or_default();
        let now_us = now.as_us();
        let [for_own, for_team] = moves.own;
        move_all([(own, for_own), (&mut *team, for_team)], now_us).or_else(|wait_us| {
            let lent = lent.ok_or(wait_us)?;
            move_all([(team, lent)], now_us).map_err(|until_lent| until_lent.min(wait_us))
        })
    }

    /// Sets the team's bucket to the tokens that the API says are left.
    pub(crate) fn follow(&mut self, bucket: Bucket, remaining: u64, now: Uptime) {
        let moved = Moves::follow(&self.config, bucket, remaining);
        let team = self.team.entry(bucket).or_default();
        // A mark that is farther ahead already knows of it.
        let _ = move_all([(team, moved)], now.as_us());
    }

    /// Forgets full buckets where there are too many: a full bucket is as good as a new one.
    fn forget_full_buckets(&mut self, now: Uptime) {
        let is_due = now.since(self.swept_at) >= SWEEP_EVERY;
        if self.visitors.len() >= VISITORS_MAX && is_due {
            self.swept_at = now;
            self.visitors.retain(|_, mark| *mark > now.as_us());
        }
    }
}

#[cfg(test)]
mod tests;

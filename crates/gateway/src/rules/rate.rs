//! The rate limits: a bucket of the team's for each kind of call, and in it a share for each visitor.

use std::collections::HashMap;
use std::hash::Hash;

use aurous_contract::rate::{Bucket, Size, TokenBucket};

use crate::config::RateConfig;

/// The most visitors with buckets of their own, which then take 12 MB.
const VISITORS_MAX: usize = 100_000;

/// The shortest time between two searches for full buckets, in milliseconds.
const SWEEP_EVERY_MS: u64 = 1_000;

/// The buckets of the team and of its visitors. A call takes a token from both or from neither.
pub(crate) struct RateLimits<V> {
    config: RateConfig,
    team: Vec<(Bucket, TokenBucket)>,
    visitors: HashMap<(Bucket, V), TokenBucket>,
    /// Shared by the visitors that came after [`VISITORS_MAX`] others, so that a flood of visitors
    /// slows the flood and not the others.
    overflow: HashMap<Bucket, TokenBucket>,
    swept_at_ms: u64,
}

impl<V: Clone + Eq + Hash> RateLimits<V> {
    pub(crate) fn new(config: RateConfig, now_ms: u64) -> Self {
        let team = Bucket::ALL.map(|bucket| {
            let size = bucket_size(&config, bucket, 1);
            (bucket, TokenBucket::full_of(size, now_ms))
        });
        Self {
            config,
            team: team.to_vec(),
            visitors: HashMap::new(),
            overflow: HashMap::new(),
            swept_at_ms: 0,
        }
    }

    /// Takes a token from the team's bucket and from the visitor's.
    ///
    /// # Errors
    /// One of them is empty. Returns the seconds until both hold a token again.
    pub(crate) fn take(&mut self, bucket: Bucket, visitor: &V, now_ms: u64) -> Result<(), u64> {
        self.forget_full_buckets(now_ms);
        let full = TokenBucket::full_of(
            bucket_size(&self.config, bucket, self.config.subject_share),
            now_ms,
        );
        let has_room = self.visitors.len() < VISITORS_MAX;
        let key = (bucket, visitor.clone());
        let own = if has_room || self.visitors.contains_key(&key) {
            self.visitors.entry(key).or_insert(full)
        } else {
            self.overflow.entry(bucket).or_insert(full)
        };
        let Some((_, team)) = self.team.iter_mut().find(|(it, _)| *it == bucket) else {
            return Ok(());
        };
        // Takes from copies first: where one bucket is empty, the other keeps its token.
        let (mut own_after, mut team_after) = (*own, *team);
        let waits = [own_after.take(now_ms), team_after.take(now_ms)]
            .map(|taken| taken.err().map(|refused| refused.retry_after_seconds));
        match waits.into_iter().flatten().max() {
            Some(seconds) => Err(seconds),
            None => {
                (*own, *team) = (own_after, team_after);
                Ok(())
            }
        }
    }

    /// Sets the team's bucket to the tokens that the API says are left. The team's backend takes from
    /// it, too.
    pub(crate) fn follow(&mut self, bucket: Bucket, remaining: u64, now_ms: u64) {
        for (it, team) in &mut self.team {
            if *it == bucket {
                team.follow(remaining, now_ms);
            }
        }
    }

    /// Forgets full buckets where there are too many: a full bucket is as good as a new one.
    fn forget_full_buckets(&mut self, now_ms: u64) {
        let is_due = now_ms.abs_diff(self.swept_at_ms) >= SWEEP_EVERY_MS;
        if self.visitors.len() >= VISITORS_MAX && is_due {
            self.swept_at_ms = now_ms;
            self.visitors.retain(|_, bucket| {
                let state = bucket.peek(now_ms);
                state.remaining < state.limit
            });
        }
    }
}

fn bucket_size(config: &RateConfig, bucket: Bucket, share: u32) -> Size {
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::TeamLimit;

    const POST: Bucket = Bucket::CharactersPost;
    const START: u64 = 1_778_234_400_000;

    fn limits(team_share: u32, subject_share: u32) -> RateLimits<u32> {
        let config = RateConfig {
            limits: Bucket::ALL.map(TeamLimit::documented),
            team_share,
            subject_share,
        };
        RateLimits::new(config, START)
    }

    /// Returns how many calls a visitor may make at one moment.
    fn burst(limits: &mut RateLimits<u32>, visitor: u32, now_ms: u64) -> usize {
        let tries = (0..1000).map(|_| limits.take(POST, &visitor, now_ms));
        tries.take_while(Result::is_ok).count()
    }

    #[test]
    fn a_visitor_gets_a_third_of_the_teams_tokens_and_leaves_the_rest_to_others() {
        let mut limits = limits(1, 3);
        assert_eq!(burst(&mut limits, 1, START), 20);
        assert_eq!(burst(&mut limits, 2, START), 20);
        assert_eq!(burst(&mut limits, 3, START), 20);
        assert_eq!(burst(&mut limits, 4, START), 0);
    }

    #[test]
    fn a_refusal_says_when_to_come_back_and_costs_nothing() {
        let mut limits = limits(1, 3);
        burst(&mut limits, 1, START);
        // A third of 30 a minute is a token every six seconds.
        assert_eq!(limits.take(POST, &1, START), Err(6));
        assert_eq!(limits.take(POST, &1, START + 5_999), Err(1));
        assert_eq!(limits.take(POST, &1, START + 6_000), Ok(()));
    }

    #[test]
    fn a_replica_spends_its_share_of_the_team() {
        let mut limits = limits(2, 1);
        assert_eq!(burst(&mut limits, 1, START), 30);
    }

    #[test]
    fn even_the_smallest_share_has_one_token() {
        let mut limits = limits(5, 30);
        assert_eq!(burst(&mut limits, 1, START), 1);
    }

    #[test]
    fn buckets_are_independent() {
        let mut limits = limits(1, 3);
        burst(&mut limits, 1, START);
        assert_eq!(limits.take(Bucket::CharactersGet, &1, START), Ok(()));
        assert_eq!(limits.take(Bucket::CharactersSynthesize, &1, START), Ok(()));
    }

    #[test]
    fn visitors_cannot_spend_what_the_backend_has_spent() {
        let mut limits = limits(1, 1);
        limits.follow(POST, 2, START);
        assert_eq!(burst(&mut limits, 1, START), 2);
        limits.follow(POST, 60, START);
        assert_eq!(burst(&mut limits, 1, START), 0);
    }

    #[test]
    fn visitors_beyond_the_most_share_one_bucket() {
        let roomy = TeamLimit {
            bucket: POST,
            per_minute: 1,
            burst: 600_000,
        };
        let config = RateConfig {
            limits: [roomy; 3],
            team_share: 1,
            // Three tokens each.
            subject_share: 200_000,
        };
        let mut limits = RateLimits::new(config, START);
        for visitor in 0..VISITORS_MAX as u32 {
            assert_eq!(limits.take(POST, &visitor, START), Ok(()));
        }
        let newcomers = 1_000_000..1_000_009;
        let passed = newcomers.filter(|it| limits.take(POST, it, START).is_ok());
        assert_eq!(passed.count(), 3);
        assert_eq!(
            limits.take(POST, &7, START),
            Ok(()),
            "an earlier visitor keeps a bucket of its own"
        );
    }

    #[test]
    fn a_visitor_with_a_full_bucket_is_forgotten() {
        let mut limits = limits(1, 3);
        for visitor in 0..VISITORS_MAX as u32 {
            let _ = limits.take(POST, &visitor, START);
        }
        let later = START + 3_600_000;
        assert_eq!(burst(&mut limits, 1_000_000, later), 20);
        assert!(limits.visitors.len() < 10);
    }

    proptest! {
        #[test]
        fn no_sequence_of_calls_takes_more_than_the_team_has(
            calls in proptest::collection::vec((0..5_u32, 0..600_000_u64), 1..600),
            team_share in 1..4_u32,
            subject_share in 1..5_u32,
        ) {
            let mut limits = limits(team_share, subject_share);
            let passed = calls
                .iter()
                .filter(|(visitor, ms)| limits.take(POST, visitor, START + ms).is_ok())
                .count() as u64;
            let longest = calls.iter().map(|(_, ms)| *ms).max().unwrap_or(0);
            let most = (60 + longest * 30 / 60_000) / u64::from(team_share);
            prop_assert!(passed <= most + 1);
        }
    }
}

//! The rate limits: a bucket of the team's for each kind of call, and in it a share for each visitor.
//!
//! The rule: **a visitor may spend its own share and, beyond it, what the others leave of the team's
//! bucket, down to a reserve of one share.** So a visitor who is alone has nearly all of the bucket, and
//! one who comes while another spends finds a whole share. When many want more than the team has, the
//! bucket stays below the reserve, and each has its share alone.


use std::collections::HashMap;
use std::hash::Hash;

use aurous_contract::rate::{Bucket, Size, TokenBucket};

use crate::config::RateConfig;

/// The most visitors with buckets of their own, which then take 12 MB.
const VISITORS_MAX: usize = 100_000;

/// The shortest time between two searches for full buckets, in milliseconds.
const SWEEP_EVERY_MS: u64 = 1_000;

/// The buckets of the team and of its visitors. A call takes a token from the team's and, unless it
/// borrows, one from the visitor's.
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

    /// Takes a token from the team's bucket, and one from the visitor's unless the visitor borrows.
    ///
    /// # Errors
    /// The visitor's share is spent and the others leave nothing, or the team's bucket is empty. Returns
    /// the seconds until there is a token for the visitor.
    pub(crate) fn take(&mut self, bucket: Bucket, visitor: &V, now_ms: u64) -> Result<(), u64> {
        self.forget_full_buckets(now_ms);
        let full = TokenBucket::full_of(
            bucket_size(&self.config, bucket, self.config.subject_share),
            now_ms,
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
        let capacity = team.peek(now_ms).limit;
        let reserve = capacity.div_ceil(self.config.subject_share);
        take_own(own, team, now_ms).or_else(|seconds| {
            if may_borrow && reserve < capacity {
                take(team, reserve, now_ms).map_err(|until_lent| until_lent.min(seconds))
            } else {
                Err(seconds)
            }
        })
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

/// Takes a token from both buckets or from neither.
fn take_own(own: &mut TokenBucket, team: &mut TokenBucket, now_ms: u64) -> Result<(), u64> {
    let (mut own_after, mut team_after) = (*own, *team);
    match (take(&mut own_after, 0, now_ms), take(&mut team_after, 0, now_ms)) {
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
    fn a_visitor_who_is_alone_leaves_a_newcomer_a_whole_share() {
        let mut limits = limits(1, 3);
        assert_eq!(burst(&mut limits, 1, START), 40);
        assert_eq!(burst(&mut limits, 2, START), 20);
        assert_eq!(burst(&mut limits, 3, START), 0);
    }

    #[test]
    fn visitors_who_come_together_get_a_share_each() {
        let mut limits = limits(1, 3);
        let mut passed = [0; 3];
        for _ in 0..30 {
            for visitor in 0..3_u32 {
                let taken = limits.take(POST, &visitor, START);
                passed[visitor as usize] += usize::from(taken.is_ok());
            }
        }
        assert_eq!(passed, [20, 20, 20]);
    }

    #[test]
    fn three_characters_of_six_photos_in_a_row_pass_at_once() {
        let mut limits = limits(1, 3);
        // Six times init, six times classify, one create.
        let calls = 3 * (6 + 6 + 1);
        assert!((0..calls).all(|_| limits.take(POST, &1, START).is_ok()));
    }

    #[test]
    fn a_visitor_who_is_alone_goes_on_at_the_teams_whole_rate() {
        let mut limits = limits(1, 3);
        burst(&mut limits, 1, START);
        let minute = (1..=60_000).filter(|ms| limits.take(POST, &1, START + ms).is_ok());
        assert_eq!(minute.count(), 30);
        assert!(burst(&mut limits, 2, START + 60_000) >= 20);
    }

    #[test]
    fn a_share_binds_while_others_want_more_than_there_is() {
        let mut limits = limits(1, 3);
        for visitor in 1..=3 {
            burst(&mut limits, visitor, START);
        }
        let mut passed = [0; 4];
        for ms in 1..=60_000 {
            // The first visitor asks first, each time.
            for visitor in 1..=3_u32 {
                let taken = limits.take(POST, &visitor, START + ms);
                passed[visitor as usize] += usize::from(taken.is_ok());
            }
        }
        assert_eq!(passed.iter().sum::<usize>(), 30);
        // A third of 30 a minute each.
        assert!(passed[1..].iter().all(|it| (9..=11).contains(it)), "{passed:?}");
    }

    #[test]
    fn a_refusal_says_when_to_come_back_and_costs_nothing() {
        let mut limits = limits(1, 3);
        burst(&mut limits, 1, START);
        // The team's 30 a minute are a token every two seconds, and the visitor is alone.
        assert_eq!(limits.take(POST, &1, START), Err(2));
        assert_eq!(limits.take(POST, &1, START + 1_999), Err(1));
        assert_eq!(limits.take(POST, &1, START + 2_000), Ok(()));
    }

    #[test]
    fn a_share_of_everything_and_a_share_below_one_token_lend_nothing() {
        let mut whole = limits(1, 1);
        assert_eq!(burst(&mut whole, 1, START), 60);
        assert_eq!(whole.take(POST, &1, START), Err(2));
        let mut least = limits(60, 3);
        assert_eq!(burst(&mut least, 1, START), 1);
        // One token for three minutes of a sixtieth of the team's rate: 6 minutes.
        assert_eq!(least.take(POST, &1, START), Err(360));
    }

    #[test]
    fn a_replica_spends_its_share_of_the_team() {
        let mut limits = limits(2, 1);
        assert_eq!(burst(&mut limits, 1, START), 30);
    }

    #[test]
    fn even_the_smallest_share_has_one_token() {
        let mut limits = limits(5, 30);
        burst(&mut limits, 1, START);
        assert_eq!(burst(&mut limits, 2, START), 1);
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
        assert_eq!(burst(&mut limits, 1_000_000, later), 40);
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

        #[test]
        fn a_newcomer_finds_a_whole_share_whatever_one_visitor_does(
            times in proptest::collection::vec(0..600_000_u64, 1..600),
            subject_share in 1..8_u32,
        ) {
            let mut limits = limits(1, subject_share);
            let mut times = times;
            times.sort_unstable();
            for ms in &times {
                let _ = limits.take(POST, &1, START + ms);
            }
            let last = START + times.last().copied().unwrap_or(0);
            let passed = burst(&mut limits, 2, last);
            let share = if subject_share == 1 { 0 } else { 60 / subject_share as usize };
            // Of its own share the visitor may have spent the token that came back last.
            prop_assert!(passed + 1 >= share, "{passed} of {share}");
        }

        #[test]
        fn a_take_succeeds_once_the_wait_is_over(
            calls in proptest::collection::vec((0..5_u32, 0..120_000_u64), 1..400),
            team_share in 1..4_u32,
            subject_share in 1..5_u32,
        ) {
            let mut limits = limits(team_share, subject_share);
            let mut calls = calls;
            calls.sort_unstable_by_key(|(_, ms)| *ms);
            for (visitor, ms) in calls {
                if let Err(seconds) = limits.take(POST, &visitor, START + ms) {
                    let mut later = RateLimits { visitors: limits.visitors.clone(), ..RateLimits::new(limits.config.clone(), START) };
                    later.team.clone_from(&limits.team);
                    prop_assert!(later.take(POST, &visitor, START + ms + seconds * 1000).is_ok());
                }
            }
        }
    }
}

use proptest::prelude::*;

use super::*;
use crate::config::TeamLimit;

const POST: Bucket = Bucket::CharactersPost;
const START: Uptime = Uptime::from_ms(7_000);

/// Returns the moment this many milliseconds after [`START`].
fn after(ms: u64) -> Uptime {
    START.after(Duration::from_millis(ms))
}

fn limits(team_share: u32, subject_share: u32) -> RateLimits<u32> {
    let config = RateConfig {
        limits: Bucket::ALL.map(TeamLimit::documented),
        team_share,
        subject_share,
    };
    RateLimits::new(config, START)
}

/// Returns how many calls a visitor may make at one moment.
fn burst(limits: &mut RateLimits<u32>, visitor: u32, now: Uptime) -> usize {
    let tries = (0..1000).map(|_| limits.take(POST, &visitor, now));
    tries.take_while(Result::is_ok).count()
}

/// Takes a token, or returns the seconds until there is one.
fn take(limits: &mut RateLimits<u32>, visitor: u32, now: Uptime) -> Result<(), u64> {
    let taken = limits.take(POST, &visitor, now);
    taken.map_err(retry_after_s)
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
    let minute = (1..=60_000).filter(|ms| limits.take(POST, &1, after(*ms)).is_ok());
    assert_eq!(minute.count(), 30);
    assert!(burst(&mut limits, 2, after(60_000)) >= 20);
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
            let taken = limits.take(POST, &visitor, after(ms));
            passed[visitor as usize] += usize::from(taken.is_ok());
        }
    }
    assert_eq!(passed.iter().sum::<usize>(), 30);
    // A third of 30 a minute each.
    assert!(
        passed[1..].iter().all(|it| (9..=11).contains(it)),
        "{passed:?}"
    );
}

#[test]
fn a_refusal_says_when_to_come_back_and_costs_nothing() {
    let mut limits = limits(1, 3);
    burst(&mut limits, 1, START);
    // The team's 30 a minute are a token every two seconds, and the visitor is alone.
    assert_eq!(take(&mut limits, 1, START), Err(2));
    assert_eq!(take(&mut limits, 1, after(1_999)), Err(1));
    assert_eq!(take(&mut limits, 1, after(2_000)), Ok(()));
}

#[test]
fn a_share_of_everything_and_a_share_below_one_token_lend_nothing() {
    let mut whole = limits(1, 1);
    assert_eq!(burst(&mut whole, 1, START), 60);
    assert_eq!(take(&mut whole, 1, START), Err(2));
    let mut least = limits(60, 3);
    assert_eq!(burst(&mut least, 1, START), 1);
    // One token for three minutes of a sixtieth of the team's rate: 6 minutes.
    assert_eq!(take(&mut least, 1, START), Err(360));
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
fn a_rate_that_is_no_whole_number_of_microseconds_gives_its_burst_and_not_more() {
    let odd = TeamLimit {
        bucket: POST,
        per_minute: 7,
        burst: 13,
    };
    let config = RateConfig {
        limits: [odd; 3],
        team_share: 1,
        subject_share: 1,
    };
    let mut limits = RateLimits::new(config, START);
    assert_eq!(burst(&mut limits, 1, START), 13);
    let hour = (1..=3_600_000).filter(|ms| take(&mut limits, 1, after(*ms)).is_ok());
    assert_eq!(hour.count(), 7 * 60 - 1);
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
    let later = after(3_600_000);
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
            .filter(|(visitor, ms)| limits.take(POST, visitor, after(*ms)).is_ok())
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
            let _ = limits.take(POST, &1, after(*ms));
        }
        let last = after(times.last().copied().unwrap_or(0));
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
            if let Err(seconds) = take(&mut limits, visitor, after(ms)) {
                let mut later = RateLimits { visitors: limits.visitors.clone(), ..RateLimits::new(limits.config.clone(), START) };
                later.team.clone_from(&limits.team);
                prop_assert!(later.take(POST, &visitor, after(ms + seconds * 1000)).is_ok());
            }
        }
    }
}

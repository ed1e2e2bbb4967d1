//! What holds for retries whatever happens.

use aurous_contract::outcome::{Outcome, Repeat};
use aurous_flow::retry::{
    Attempt, Backoff, Decision, GiveUp, LONGEST_WAIT_MS, RetryPolicy, parse_retry_after,
    put_stall_limit_ms,
};
use proptest::prelude::*;

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        prop::sample::select(vec![408, 429, 500, 502, 503, 504]).prop_map(Outcome::Status),
        any::<u16>().prop_map(Outcome::Status),
        any::<u16>().prop_map(Outcome::ForeignStatus),
        Just(Outcome::ProxyError),
        Just(Outcome::Final),
        Just(Outcome::InFlight),
        Just(Outcome::NoResponse),
        Just(Outcome::Stalled),
        Just(Outcome::Offline),
    ]
}

/// What is worth another attempt and uses up a retry.
fn counted() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![
        Outcome::Status(429),
        Outcome::Status(503),
        Outcome::InFlight,
        Outcome::NoResponse,
        Outcome::Stalled,
    ])
}

/// Usual values, and any.
fn ms() -> impl Strategy<Value = u64> {
    prop_oneof![0..200_000_u64, any::<u64>()]
}

prop_compose! {
    fn policy()(
        max_retries in prop_oneof![0..10_u32, any::<u32>()],
        base_ms in ms(),
        cap_ms in ms(),
        deadline_ms in prop::option::of(ms()),
    ) -> RetryPolicy {
        let backoff = Backoff { base_ms, cap_ms };
        RetryPolicy { max_retries, backoff, in_flight: backoff, deadline_ms }
    }
}

prop_compose! {
    fn attempt()(
        outcome in outcome(),
        number in prop_oneof![1..10_u32, any::<u32>()],
        elapsed_ms in ms(),
        retry_after_ms in prop::option::of(ms()),
        freely in any::<bool>(),
        random in prop_oneof![0.0..1.0, any::<f64>()],
    ) -> Attempt {
        let repeat = if freely { Repeat::Freely } else { Repeat::OnlyIfNotCarriedOut };
        Attempt { outcome, number, elapsed_ms, retry_after_ms, repeat, random }
    }
}

proptest! {
    #[test]
    fn a_wait_ends_before_the_deadline_and_fits_a_timer(policy in policy(), attempt in attempt()) {
        let (wait_ms, may_end_with_it) = match policy.decide(attempt) {
            Decision::RetryIn { ms } => (ms, false),
            Decision::WaitForOnline { at_most_ms } => (at_most_ms, true),
            Decision::GiveUp(_) => return Ok(()),
        };
        prop_assert!(wait_ms <= LONGEST_WAIT_MS);
        if let Some(deadline_ms) = policy.deadline_ms {
            let end_ms = attempt.elapsed_ms + wait_ms;
            prop_assert!(end_ms < deadline_ms || (may_end_with_it && end_ms == deadline_ms));
        }
    }

    #[test]
    fn a_wait_is_never_shorter_than_retry_after_nor_longer_than_it_and_the_cap(
        policy in policy(),
        attempt in attempt(),
    ) {
        if let Decision::RetryIn { ms } = policy.decide(attempt) {
            let said_ms = attempt.retry_after_ms.unwrap_or(0);
            prop_assert!(ms >= said_ms);
            prop_assert!(ms <= said_ms.saturating_add(policy.backoff.cap_ms));
        }
    }

    #[test]
    fn no_request_follows_the_last_retry(policy in policy(), attempt in attempt()) {
        let retries = attempt.number.saturating_sub(1);
        let is_asked_to_wait = attempt.retry_after_ms.is_some() && policy.max_retries > 0;
        if retries >= policy.max_retries && !is_asked_to_wait {
            let decision = policy.decide(attempt);
            prop_assert!(matches!(decision, Decision::GiveUp(_)), "{decision:?}");
        }
    }

    #[test]
    fn a_call_that_always_fails_ends_within_its_retries_and_its_deadline(
        outcomes in prop::collection::vec((counted(), 0..40_000_u64, 0.0..1.0), 8)
    ) {
        let policy = RetryPolicy::API_CALL;
        let (mut number, mut elapsed_ms) = (0, 0);
        for (outcome, took_ms, random) in outcomes {
            number += 1;
            elapsed_ms += took_ms;
            let attempt = Attempt {
                outcome, number, elapsed_ms, retry_after_ms: None, repeat: Repeat::Freely, random,
            };
            match policy.decide(attempt) {
                Decision::RetryIn { ms } => elapsed_ms += ms,
                _ => return Ok(()),
            }
            prop_assert!(elapsed_ms < 120_000);
        }
        prop_assert!(false, "a call of eight failures did not end");
    }

    #[test]
    fn a_costly_request_is_not_repeated_after_silence(
        policy in policy(),
        attempt in attempt(),
        outcome in prop::sample::select(vec![Outcome::NoResponse, Outcome::Stalled, Outcome::Offline]),
    ) {
        let attempt = Attempt { outcome, repeat: Repeat::OnlyIfNotCarriedOut, ..attempt };
        prop_assert_eq!(policy.decide(attempt), Decision::GiveUp(GiveUp::OutcomeUnknown));
    }

    #[test]
    fn waits_grow_up_to_the_cap(base_ms in ms(), cap_ms in ms(), retries in 0..200_u32) {
        let backoff = Backoff { base_ms, cap_ms };
        prop_assert!(backoff.longest_ms(retries) <= backoff.longest_ms(retries + 1));
        prop_assert!(backoff.longest_ms(retries) <= cap_ms);
    }

    #[test]
    fn any_header_gets_an_answer(
        value in prop_oneof![any::<String>(), "[A-Z][a-z]{2}, [0-9]{2} (Jan|Feb|Dec) [0-9]{4} [0-9:]{8} GMT"],
        date_ms in any::<f64>(),
        now_ms in any::<u64>(),
    ) {
        let _ = parse_retry_after(&value, date_ms, now_ms);
    }

    #[test]
    fn more_bytes_never_get_less_time(timeout_ms in ms(), bytes in any::<u64>()) {
        let limit_ms = put_stall_limit_ms(timeout_ms, bytes);
        prop_assert!(limit_ms >= timeout_ms);
        prop_assert!(put_stall_limit_ms(timeout_ms, bytes.saturating_add(1)) >= limit_ms);
    }
}

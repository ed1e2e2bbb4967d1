use super::*;
use Decision::{RetryIn, WaitForOnline};

/// The latest moment, to the millisecond, that full jitter can pick.
const LATEST: f64 = 0.999_999_999;

const FIRST: Attempt = Attempt {
    outcome: Outcome::NoResponse,
    number: 1,
    elapsed_ms: 0,
    retry_after_ms: None,
    repeat: Repeat::Freely,
    random: LATEST,
};

fn decide(attempt: Attempt) -> Decision {
    RetryPolicy::API_CALL.decide(attempt)
}

fn after(outcome: Outcome) -> Decision {
    decide(Attempt { outcome, ..FIRST })
}

#[test]
fn what_may_pass_is_tried_again_within_half_a_second() {
    for outcome in [Outcome::NoResponse, Outcome::Stalled]
        .into_iter()
        .chain([408, 425, 429, 500, 502, 503, 504].map(Outcome::Status))
        .chain([502, 503, 504, 520, 524, 530, 561, 599].map(Outcome::ForeignStatus))
    {
        assert_eq!(after(outcome), RetryIn { ms: 499 }, "{outcome:?}");
    }
}

#[test]
fn any_other_status_is_final() {
    for status in [
        0, 200, 302, 400, 401, 402, 403, 404, 409, 410, 413, 422, 501, 505, 511,
    ] {
        for outcome in [Outcome::Status(status), Outcome::ForeignStatus(status)] {
            assert_eq!(
                after(outcome),
                Decision::GiveUp(GiveUp::Final),
                "{outcome:?}"
            );
        }
    }
}

#[test]
fn a_final_answer_is_final_whatever_retry_after_says() {
    for outcome in [Outcome::Status(404), Outcome::Final] {
        let attempt = Attempt {
            outcome,
            retry_after_ms: Some(1),
            ..FIRST
        };
        assert_eq!(decide(attempt), Decision::GiveUp(GiveUp::Final));
    }
}

#[test]
fn that_the_api_refuses_the_gateways_key_is_final() {
    let attempt = Attempt {
        outcome: Outcome::of_answer(502, Some("gateway_key_refused")),
        ..FIRST
    };
    assert_eq!(decide(attempt), Decision::GiveUp(GiveUp::Final));
}

#[test]
fn an_outcome_that_the_gateway_does_not_know_is_asked_for_again_where_that_does_no_harm() {
    let unknown = |repeat| {
        decide(Attempt {
            outcome: Outcome::of_answer(502, Some("gateway_create_outcome_unknown")),
            repeat,
            ..FIRST
        })
    };
    assert_eq!(unknown(Repeat::Freely), RetryIn { ms: 499 });
    assert_eq!(
        unknown(Repeat::OnlyIfNotCarriedOut),
        Decision::GiveUp(GiveUp::OutcomeUnknown)
    );
}

#[test]
fn waits_double_up_to_thirty_seconds_and_are_full_jitter() {
    let policy = RetryPolicy {
        max_retries: 100,
        deadline_ms: None,
        ..RetryPolicy::API_CALL
    };
    for (number, longest) in [
        (1, 500),
        (2, 1_000),
        (3, 2_000),
        (4, 4_000),
        (5, 8_000),
        (6, 16_000),
        (7, 30_000),
        (8, 30_000),
        (100, 30_000),
    ] {
        for (random, ms) in [(0.0, 0), (0.5, longest / 2), (LATEST, longest - 1)] {
            let attempt = Attempt {
                number,
                random,
                ..FIRST
            };
            assert_eq!(policy.decide(attempt), RetryIn { ms }, "{number}, {random}");
        }
    }
}

#[test]
fn six_retries_are_made_and_no_seventh() {
    let number = |number| decide(Attempt { number, ..FIRST });
    assert!(matches!(number(6), RetryIn { .. }));
    assert_eq!(number(7), Decision::GiveUp(GiveUp::RetriesUsedUp));
}

#[test]
fn retry_after_is_obeyed_with_jitter_on_top() {
    for (random, ms) in [(0.0, 2_000), (0.5, 2_250), (LATEST, 2_499)] {
        let attempt = Attempt {
            outcome: Outcome::Status(429),
            retry_after_ms: Some(2_000),
            random,
            ..FIRST
        };
        assert_eq!(decide(attempt), RetryIn { ms });
    }
}

#[test]
fn retry_after_that_reaches_the_deadline_fails_at_once() {
    let said = |ms| {
        decide(Attempt {
            outcome: Outcome::Status(429),
            retry_after_ms: Some(ms),
            elapsed_ms: 20_000,
            ..FIRST
        })
    };
    assert_eq!(said(99_999), RetryIn { ms: 99_999 });
    assert_eq!(said(100_000), Decision::GiveUp(GiveUp::Deadline));
    assert_eq!(said(u64::MAX), Decision::GiveUp(GiveUp::Deadline));
}

#[test]
fn without_a_deadline_only_what_no_timer_can_wait_for_fails() {
    let said = |ms| {
        RetryPolicy::PUT.decide(Attempt {
            retry_after_ms: Some(ms),
            elapsed_ms: u64::MAX,
            ..FIRST
        })
    };
    assert_eq!(said(86_400_000), RetryIn { ms: 86_400_499 });
    assert_eq!(said(LONGEST_WAIT_MS), Decision::GiveUp(GiveUp::Deadline));
}

#[test]
fn a_backoff_near_the_deadline_is_spread_over_what_is_left() {
    let at = |elapsed_ms, random| {
        decide(Attempt {
            number: 6,
            elapsed_ms,
            random,
            ..FIRST
        })
    };
    assert_eq!(at(119_000, 0.5), RetryIn { ms: 500 });
    assert_eq!(at(119_000, LATEST), RetryIn { ms: 999 });
    assert_eq!(at(119_999, LATEST), RetryIn { ms: 0 });
    assert_eq!(at(120_000, 0.0), Decision::GiveUp(GiveUp::Deadline));
}

#[test]
fn a_key_in_flight_is_waited_for_from_half_a_second_to_eight() {
    for (number, ms) in [
        (1, 500),
        (2, 1_000),
        (3, 2_000),
        (4, 4_000),
        (5, 8_000),
        (6, 8_000),
    ] {
        for random in [0.0, LATEST] {
            let attempt = Attempt {
                outcome: Outcome::InFlight,
                number,
                random,
                ..FIRST
            };
            assert_eq!(decide(attempt), RetryIn { ms });
        }
    }
}

#[test]
fn a_key_in_flight_waits_as_long_as_retry_after_says() {
    let said = |retry_after_ms| {
        decide(Attempt {
            outcome: Outcome::InFlight,
            retry_after_ms,
            ..FIRST
        })
    };
    assert_eq!(said(Some(3_000)), RetryIn { ms: 3_000 });
    assert_eq!(said(Some(0)), RetryIn { ms: 500 });
}

#[test]
fn offline_waits_for_online_longer_each_time_and_up_to_the_deadline() {
    for (number, elapsed_ms, at_most_ms) in
        [(1, 0, 10_000), (3, 50_000, 40_000), (6, 115_000, 5_000)]
    {
        let attempt = Attempt {
            outcome: Outcome::Offline,
            number,
            elapsed_ms,
            ..FIRST
        };
        assert_eq!(decide(attempt), WaitForOnline { at_most_ms });
    }
    let late = Attempt {
        outcome: Outcome::Offline,
        elapsed_ms: 120_000,
        ..FIRST
    };
    assert_eq!(decide(late), Decision::GiveUp(GiveUp::Deadline));
}

#[test]
fn without_retries_nothing_is_waited_for() {
    let policy = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::PUT
    };
    for outcome in [Outcome::Offline, Outcome::NoResponse, Outcome::InFlight] {
        assert_eq!(
            policy.decide(Attempt { outcome, ..FIRST }),
            Decision::GiveUp(GiveUp::RetriesUsedUp)
        );
    }
}

#[test]
fn a_costly_request_is_repeated_only_where_it_was_not_carried_out() {
    let costly = |outcome| {
        decide(Attempt {
            outcome,
            repeat: Repeat::OnlyIfNotCarriedOut,
            ..FIRST
        })
    };
    for outcome in [Outcome::NoResponse, Outcome::Stalled, Outcome::Offline]
        .into_iter()
        .chain([500, 502, 504].map(Outcome::Status))
    {
        assert_eq!(
            costly(outcome),
            Decision::GiveUp(GiveUp::OutcomeUnknown),
            "{outcome:?}"
        );
    }
    for outcome in [408, 429, 503].map(Outcome::Status) {
        assert_eq!(costly(outcome), RetryIn { ms: 499 }, "{outcome:?}");
    }
    assert_eq!(costly(Outcome::InFlight), RetryIn { ms: 500 });
    assert_eq!(
        costly(Outcome::Status(402)),
        Decision::GiveUp(GiveUp::Final)
    );
}

#[test]
fn a_random_number_out_of_range_counts_as_the_nearest() {
    for (random, ms) in [
        (-1.0, 0),
        (f64::NAN, 0),
        (f64::NEG_INFINITY, 0),
        (1.0, 499),
        (7.0, 499),
        (f64::INFINITY, 499),
    ] {
        assert_eq!(decide(Attempt { random, ..FIRST }), RetryIn { ms });
    }
}

#[test]
fn attempt_number_zero_counts_as_the_first() {
    assert_eq!(decide(Attempt { number: 0, ..FIRST }), RetryIn { ms: 499 });
}

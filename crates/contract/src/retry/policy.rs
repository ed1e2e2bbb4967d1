use crate::answer::{is_final, is_retryable};
use crate::error::ErrorCode;

/// Longest wait that is ever decided, in milliseconds (24.8 days): a browser's `setTimeout` counts
/// in 32 bits, and fires at once where it is given more.
pub const LONGEST_WAIT_MS: u64 = i32::MAX as u64;

/// How often, how fast and for how long one call tries again.
///
/// ```
/// use aurous_contract::retry::{Attempt, Decision, Outcome, Repeat, RetryPolicy};
///
/// let policy = RetryPolicy { max_retries: 2, ..RetryPolicy::API_CALL };
/// let failed = Attempt {
///     outcome: Outcome::Status(503),
///     number: 1,
///     elapsed_ms: 120,
///     retry_after_ms: Some(3_000),
///     repeat: Repeat::Freely,
///     random: 0.5,
/// };
/// assert_eq!(policy.decide(failed), Decision::RetryIn { ms: 3_250 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Requests after the first; 0 turns retries off, and with them the wait for `online`.
    pub max_retries: u32,
    /// The waits between attempts, of which a random part is taken.
    pub backoff: Backoff,
    /// The waits while an earlier request with the same idempotency key is being carried out. Taken
    /// whole: the key is this call's own, so there is nobody to keep out of step with.
    pub in_flight: Backoff,
    /// When the whole call must have ended, in milliseconds since it began.
    pub deadline_ms: Option<u64>,
}

impl RetryPolicy {
    /// Of a call to the API or the gateway: six retries, two minutes in all.
    pub const API_CALL: Self = Self {
        max_retries: 6,
        // The SDK's design; the vendor asks for at most 30 s as well.
        backoff: Backoff {
            base_ms: 500,
            cap_ms: 30_000,
        },
        // The vendor's table of errors, 409.
        in_flight: Backoff {
            base_ms: 500,
            cap_ms: 8_000,
        },
        deadline_ms: Some(120_000),
    };

    /// Of a PUT: six retries and no deadline, since a large file on a slow line takes its time.
    pub const PUT: Self = Self {
        deadline_ms: None,
        ..Self::API_CALL
    };

    /// What to do after an attempt that did not succeed.
    ///
    /// A wait always ends before the deadline. One that `Retry-After` or a request in flight asks
    /// for is never cut short for it: the call is given up at once instead.
    ///
    /// ```
    /// use aurous_contract::retry::{Attempt, Decision, GiveUp, Outcome, Repeat, RetryPolicy};
    ///
    /// let lost = Attempt {
    ///     outcome: Outcome::NoResponse,
    ///     number: 3,
    ///     elapsed_ms: 4_000,
    ///     retry_after_ms: None,
    ///     repeat: Repeat::Freely,
    ///     random: 0.25,
    /// };
    /// let decide = |attempt| RetryPolicy::API_CALL.decide(attempt);
    /// assert_eq!(decide(lost), Decision::RetryIn { ms: 500 });
    ///
    /// let offline = Attempt { outcome: Outcome::Offline, ..lost };
    /// assert_eq!(decide(offline), Decision::WaitForOnline { at_most_ms: 116_000 });
    ///
    /// let costly = Attempt { repeat: Repeat::OnlyIfNotCarriedOut, ..lost };
    /// assert_eq!(decide(costly), Decision::GiveUp(GiveUp::OutcomeUnknown));
    /// ```
    pub fn decide(&self, attempt: Attempt) -> Decision {
        if attempt.outcome.is_final() {
            return Decision::GiveUp(GiveUp::Final);
        }
        if attempt.repeat == Repeat::OnlyIfNotCarriedOut
            && attempt.outcome.may_have_been_carried_out()
        {
            return Decision::GiveUp(GiveUp::OutcomeUnknown);
        }
        let left_ms = self.left_ms(attempt.elapsed_ms);
        if left_ms == 0 {
            return Decision::GiveUp(GiveUp::Deadline);
        }
        if attempt.outcome == Outcome::Offline && self.max_retries > 0 {
            return Decision::WaitForOnline {
                at_most_ms: left_ms,
            };
        }
        let retries = attempt.number.saturating_sub(1);
        if retries >= self.max_retries {
            return Decision::GiveUp(GiveUp::RetriesUsedUp);
        }
        let (step_ms, spread_ms) = match attempt.outcome {
            Outcome::InFlight => (self.in_flight.longest_ms(retries), 0),
            _ => (0, self.backoff.longest_ms(retries)),
        };
        let least_ms = step_ms.max(attempt.retry_after_ms.unwrap_or(0));
        if least_ms >= left_ms {
            return Decision::GiveUp(GiveUp::Deadline);
        }
        let spread_ms = spread_ms.min(left_ms.saturating_sub(least_ms));
        Decision::RetryIn {
            ms: least_ms.saturating_add(random_part(spread_ms, attempt.random)),
        }
    }

    fn left_ms(&self, elapsed_ms: u64) -> u64 {
        self.deadline_ms
            .map_or(LONGEST_WAIT_MS, |deadline| {
                deadline.saturating_sub(elapsed_ms)
            })
            .min(LONGEST_WAIT_MS)
    }
}

/// Waits that double: `base_ms`, twice that, four times that … and never more than `cap_ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait, in milliseconds.
    pub base_ms: u64,
    /// The longest wait, in milliseconds.
    pub cap_ms: u64,
}

impl Backoff {
    /// The whole wait, in milliseconds, where `retries` were made already.
    ///
    /// ```
    /// use aurous_contract::retry::RetryPolicy;
    ///
    /// let waits: Vec<_> = (0..8).map(|n| RetryPolicy::PUT.backoff.longest_ms(n)).collect();
    /// assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    /// ```
    pub fn longest_ms(self, retries: u32) -> u64 {
        self.base_ms
            .saturating_mul(2_u64.saturating_pow(retries))
            .min(self.cap_ms)
    }
}

/// One attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    pub outcome: Outcome,
    /// 1 for the first. An attempt that ended in [`Decision::WaitForOnline`] gives its number to
    /// the next.
    pub number: u32,
    /// Milliseconds since the whole call began, waits included.
    pub elapsed_ms: u64,
    /// What `Retry-After` said, in milliseconds from now: see
    /// [`parse_retry_after`](super::parse_retry_after).
    pub retry_after_ms: Option<u64>,
    pub repeat: Repeat,
    /// From 0 to less than 1, a new one for each attempt. Anything outside counts as the nearest.
    pub random: f64,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// An answer with this status came.
    Status(u16),
    /// An answer came whose code says that it stays the same, whatever its status says.
    Final,
    /// 409 `idempotency_key_in_use`: an earlier request with the same key is being carried out.
    InFlight,
    /// The connection failed, at whatever point.
    NoResponse,
    /// No answer came in time, or a PUT stood still.
    Stalled,
    /// The connection failed, and the browser says that it is offline. (It is asked after a failure
    /// only: it says so on a machine without a network too, where loopback works.)
    Offline,
}

impl Outcome {
    /// The outcome of an answer with this status and, where its body is the API's error envelope,
    /// this `code`.
    ///
    /// ```
    /// use aurous_contract::retry::Outcome;
    ///
    /// let of = Outcome::of_answer;
    /// assert_eq!(of(503, None), Outcome::Status(503));
    /// assert_eq!(of(409, Some("idempotency_key_in_use")), Outcome::InFlight);
    /// // The same key with another body: no wait helps.
    /// assert_eq!(of(409, Some("invalid_request")), Outcome::Status(409));
    /// // A gateway's 502 may pass; that the API refuses its key doesn't.
    /// assert_eq!(of(502, Some("gateway_upstream_unreachable")), Outcome::Status(502));
    /// assert_eq!(of(502, Some("gateway_key_refused")), Outcome::Final);
    /// ```
    pub fn of_answer(status: u16, code: Option<&str>) -> Self {
        if status == 409 && code == Some(ErrorCode::IdempotencyKeyInUse.as_str()) {
            Self::InFlight
        } else if code.is_some_and(is_final) {
            Self::Final
        } else {
            Self::Status(status)
        }
    }

    /// Whether the same request would end the same way.
    const fn is_final(self) -> bool {
        match self {
            Self::Status(status) => !is_retryable(status),
            Self::Final => true,
            Self::InFlight | Self::NoResponse | Self::Stalled | Self::Offline => false,
        }
    }

    /// Whether the request may have been carried out although it was not answered with success. Of
    /// the statuses that are worth another attempt, three say that it was not (RFC 9110, 15.5.9 and
    /// 15.6.4; RFC 6585, 4): 408, not received whole; 429, turned away; 503, not handled. 500, 502
    /// and 504 say nothing of the sort.
    ///
    /// ```
    /// use aurous_contract::retry::Outcome;
    ///
    /// assert!(Outcome::NoResponse.may_have_been_carried_out());
    /// assert!(Outcome::Status(502).may_have_been_carried_out());
    /// assert!(!Outcome::Status(503).may_have_been_carried_out());
    /// assert!(!Outcome::Status(400).may_have_been_carried_out());
    /// ```
    pub const fn may_have_been_carried_out(self) -> bool {
        match self {
            Self::Status(500 | 502 | 504) => true,
            Self::Status(_) | Self::InFlight | Self::Final => false,
            Self::NoResponse | Self::Stalled | Self::Offline => true,
        }
    }
}

/// Whether carrying a request out twice does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// It does none: a read, an init, a PUT, a create that consumes its tickets.
    Freely,
    /// It costs credits and nothing but a key, whose effect is not documented, stands against it:
    /// a create of the synthesize flow.
    OnlyIfNotCarriedOut,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send the request again after this many milliseconds.
    RetryIn { ms: u64 },
    /// Send it again when the browser says that it is online, and give up after this many
    /// milliseconds. The attempt doesn't count.
    WaitForOnline { at_most_ms: u64 },
    /// Report the failure.
    GiveUp(GiveUp),
}

/// Why a call is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiveUp {
    /// The answer would be the same.
    Final,
    /// The request may have been carried out, and may not be carried out twice.
    OutcomeUnknown,
    /// All retries were made.
    RetriesUsedUp,
    /// The deadline has passed, or the wait that was asked for reaches past it.
    Deadline,
}

/// A random part of `whole_ms`, less than all of it.
fn random_part(whole_ms: u64, random: f64) -> u64 {
    // `as` saturates and makes 0 of NaN.
    let part = (whole_ms as f64 * random) as u64;
    part.min(whole_ms.saturating_sub(1))
}

#[cfg(test)]
mod tests {
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
            .chain([408, 429, 500, 502, 503, 504].map(Outcome::Status))
        {
            assert_eq!(after(outcome), RetryIn { ms: 499 }, "{outcome:?}");
        }
    }

    #[test]
    fn any_other_status_is_final() {
        for status in [
            0, 200, 302, 400, 401, 402, 403, 404, 409, 410, 413, 422, 501, 505,
        ] {
            assert_eq!(
                after(Outcome::Status(status)),
                Decision::GiveUp(GiveUp::Final),
                "{status}"
            );
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
    fn offline_waits_for_online_up_to_the_deadline_and_counts_as_nothing() {
        for number in [1, 7, 1_000] {
            let attempt = Attempt {
                outcome: Outcome::Offline,
                number,
                elapsed_ms: 50_000,
                ..FIRST
            };
            assert_eq!(decide(attempt), WaitForOnline { at_most_ms: 70_000 });
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
}

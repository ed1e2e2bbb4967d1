use crate::answer::{is_final, is_retryable};
use crate::error::ErrorCode;

/// Longest wait that is ever decided, in milliseconds (24.8 days): a browser's `setTimeout` counts
/// in 32 bits, and fires at once where it is given more.
pub const LONGEST_WAIT_MS: u64 = i32::MAX as u64;

/// How often the network is tried while the browser says that there is none, in milliseconds.
const OFFLINE_LOOK_MS: u64 = 20_000;

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
    /// assert_eq!(decide(offline), Decision::WaitForOnline { at_most_ms: 20_000 });
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
                at_most_ms: left_ms.min(OFFLINE_LOOK_MS),
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
        // Not `saturating_mul`, which the page pays for with a multiplication of 128 bits.
        let retries = retries.min(63);
        if retries < self.base_ms.leading_zeros() {
            (self.base_ms << retries).min(self.cap_ms)
        } else {
            self.cap_ms
        }
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
    pub(crate) const fn is_final(self) -> bool {
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

impl Outcome {
    /// Whether a call that ends here leaves open if what it asked for was done: by this request, or by
    /// an earlier one with the same key, which is being carried out.
    pub(crate) const fn leaves_it_open(self) -> bool {
        self.may_have_been_carried_out() || matches!(self, Self::InFlight)
    }

    /// The same outcome, of a browser that says that it is offline.
    pub(crate) const fn seen_offline(self, is_offline: bool) -> Self {
        match self {
            Self::NoResponse if is_offline => Self::Offline,
            outcome => outcome,
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
    /// Send it again when the browser says that it is online, or after this many milliseconds: what
    /// browsers say of the network isn't always true. The attempt doesn't count.
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
mod tests;

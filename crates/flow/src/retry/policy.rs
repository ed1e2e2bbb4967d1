use aurous_contract::outcome::{Outcome, Repeat};

/// The longest wait, in milliseconds (24.8 days): a browser's `setTimeout` counts in 32 bits, and fires at
/// once where it gets more.
pub const LONGEST_WAIT_MS: u64 = i32::MAX as u64;

/// The waits for `online`, in milliseconds, before the network is tried all the same: behind some VPNs a
/// browser reports for ever that it is offline. Six of them take ten minutes.
const OFFLINE_LOOKS: Backoff = Backoff {
    base_ms: 10_000,
    cap_ms: 300_000,
};

/// The shortest wait that a server can ask for, in milliseconds: `Retry-After` counts in seconds, and 0 asks
/// for none.
const LEAST_ASKED_WAIT_MS: u64 = 1_000;

/// How often, how fast and for how long one call tries again.
///
/// ```
/// use aurous_contract::outcome::{Outcome, Repeat};
/// use aurous_flow::retry::{Attempt, Decision, RetryPolicy};
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
    /// The waits while an earlier request with the same idempotency key is being carried out. They are taken
    /// whole: the key is this call's own, so no other client waits in step with it.
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

    /// Decides what to do after an attempt that did not succeed.
    ///
    /// A wait that the server asks for (`Retry-After`) is no failed attempt: it spends the deadline, not the
    /// retries; where there is no deadline, for the first two minutes.
    ///
    /// A wait always ends before the deadline. A wait that `Retry-After` or a request in flight asks for is
    /// never cut short: where it would reach past the deadline, the call is given up at once.
    ///
    /// ```
    /// use aurous_contract::outcome::{Outcome, Repeat};
    /// use aurous_flow::retry::{Attempt, Decision, GiveUp, RetryPolicy};
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
    /// assert_eq!(decide(offline), Decision::WaitForOnline { at_most_ms: 40_000 });
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
        let retries = attempt.number.saturating_sub(1);
        let max_retries = match attempt.outcome {
            // A second attempt tells a gateway that was just restarted from one that is not there.
            Outcome::ProxyError => self.max_retries.min(1),
            _ if self.is_asked_to_wait(&attempt) => u32::MAX,
            _ => self.max_retries,
        };
        if retries >= max_retries {
            return Decision::GiveUp(GiveUp::RetriesUsedUp);
        }
        if attempt.outcome == Outcome::Offline {
            return Decision::WaitForOnline {
                at_most_ms: left_ms.min(OFFLINE_LOOKS.longest_ms(retries)),
            };
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

    /// Returns whether the server asked for the wait after this attempt.
    pub(super) fn is_asked_to_wait(&self, attempt: &Attempt) -> bool {
        let is_asked = attempt
            .retry_after_ms
            .is_some_and(|it| it >= LEAST_ASKED_WAIT_MS);
        let limit_ms = self.deadline_ms.or(Self::API_CALL.deadline_ms);
        is_asked && self.max_retries > 0 && limit_ms.is_some_and(|it| attempt.elapsed_ms < it)
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
    /// Returns the whole wait, in milliseconds, after `retries` earlier ones.
    ///
    /// ```
    /// use aurous_flow::retry::RetryPolicy;
    ///
    /// let waits: Vec<_> = (0..8).map(|n| RetryPolicy::PUT.backoff.longest_ms(n)).collect();
    /// assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    /// ```
    pub fn longest_ms(self, retries: u32) -> u64 {
        let factor = 1_u64.checked_shl(retries).unwrap_or(u64::MAX);
        self.base_ms.saturating_mul(factor).min(self.cap_ms)
    }
}

/// One attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    pub outcome: Outcome,
    /// 1 for the first. An attempt after which the server asked for a wait gives its number to the next.
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

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send the request again after this many milliseconds.
    RetryIn { ms: u64 },
    /// Send it again when the browser reports that it is online, or after this many milliseconds: such
    /// reports are not always true.
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

/// Returns a random part of `whole_ms`, less than all of it.
fn random_part(whole_ms: u64, random: f64) -> u64 {
    // `as` saturates and makes 0 of NaN.
    let part = (whole_ms as f64 * random) as u64;
    part.min(whole_ms.saturating_sub(1))
}

#[cfg(test)]
mod tests;

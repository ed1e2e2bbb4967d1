use aurous_contract::outcome::{Outcome, Repeat};

use super::{Attempt, Decision, RetryPolicy};
use crate::failure::{Failure, Step};

/// The attempts of one step.
///
/// ```
/// use aurous_flow::answer::{NoAnswer, Server, no_answer};
/// use aurous_flow::failure::Step;
/// use aurous_flow::retry::{Attempts, Circumstances, Decision, RetryPolicy};
///
/// let policy = RetryPolicy::API_CALL;
/// let mut attempts = Attempts::default();
/// let now = Circumstances { elapsed_ms: 80, random: 0.5, ..Circumstances::default() };
/// let lost = no_answer(Step::Init, Server::Api, NoAnswer::Network);
/// assert_eq!(attempts.count_failed(&policy, &lost, now), Decision::RetryIn { ms: 250 });
/// let offline = Circumstances { is_offline: true, ..now };
/// assert_eq!(
///     attempts.count_failed(&policy, &lost, offline),
///     Decision::WaitForOnline { at_most_ms: 20_000 }
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Attempts {
    repeat: Repeat,
    /// Requests that were sent.
    sent: u32,
    /// Of these, the retries that count.
    retries: u32,
    has_renewed_token: bool,
    may_have_been_carried_out: bool,
}

/// The circumstances under which an attempt failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Milliseconds since the whole call began, waits included.
    pub elapsed_ms: u64,
    /// From 0 to less than 1, a new one for each attempt.
    pub random: f64,
    /// What the browser reports. It counts only after a failure without an answer: browsers report so on a
    /// machine without a network as well, where loopback works.
    pub is_offline: bool,
    /// The turn that the request has among those that the server turned away, in milliseconds from now.
    pub turn_in_ms: Option<u64>,
    /// Whether the page has a function that gives another session token.
    pub can_renew_token: bool,
}

impl Default for Attempts {
    fn default() -> Self {
        Self::of(Repeat::Freely)
    }
}

impl Attempts {
    /// Returns the attempts of a request, none made yet.
    pub const fn of(repeat: Repeat) -> Self {
        Self {
            repeat,
            sent: 0,
            retries: 0,
            has_renewed_token: false,
            may_have_been_carried_out: false,
        }
    }

    /// Returns the number of requests that were sent and have failed.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// Returns the number of the next attempt, or the one under way: 1 for the first.
    pub fn number(&self) -> u32 {
        self.sent.saturating_add(1)
    }

    /// Counts an attempt that ended in `failure`, and decides what to do next.
    pub fn count_failed(
        &mut self,
        policy: &RetryPolicy,
        failure: &Failure,
        circumstances: Circumstances,
    ) -> Decision {
        self.sent = self.sent.saturating_add(failure.attempts);
        // A request in flight is an earlier one of ours, which may succeed.
        self.may_have_been_carried_out |=
            failure.outcome.may_have_been_carried_out() || failure.outcome == Outcome::InFlight;
        // A session token runs out while a page stays open.
        let is_renewable = failure.status == Some(401) && circumstances.can_renew_token;
        if is_renewable && !self.has_renewed_token {
            self.has_renewed_token = true;
            return Decision::RetryIn { ms: 0 };
        }
        let attempt = Attempt {
            outcome: match failure.outcome {
                Outcome::NoResponse if circumstances.is_offline => Outcome::Offline,
                outcome => outcome,
            },
            number: self.retries.saturating_add(1),
            elapsed_ms: circumstances.elapsed_ms,
            retry_after_ms: circumstances.turn_in_ms.or(failure.retry_after_ms),
            repeat: self.repeat,
            random: circumstances.random,
        };
        let decision = policy.decide(attempt);
        if !policy.is_asked_to_wait(&attempt) {
            self.retries = self.retries.saturating_add(1);
        }
        decision
    }

    /// Makes the failure of the last attempt the one to report, given the earlier attempts.
    ///
    /// `are_tickets_unspent`: the create names tickets that this page minted and filled, and that no answer
    /// has reported as spent.
    pub fn report(&self, step: Step, failure: &mut Failure, are_tickets_unspent: bool) {
        failure.attempts = self.sent;
        // A browser sends a request again by itself when a kept-alive connection dies, and shows the second
        // answer alone.
        let is_spent_unseen = are_tickets_unspent && failure.is_upload_invalid();
        if let Some(unknown) = step.unknown_outcome()
            && (self.may_have_been_carried_out || is_spent_unseen)
        {
            failure.leave_outcome_unknown(unknown);
        }
    }

    /// Returns whether one of them may have been carried out although no success was reported.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.may_have_been_carried_out
    }
}

#[cfg(test)]
mod tests;

use super::{Attempt, Decision, Repeat, RetryPolicy};
use crate::answer;
use crate::failure::{Failure, Step};

/// The attempts of one call, and what it does after each that failed.
///
/// ```
/// use aurous_contract::answer::{NoAnswer, no_answer};
/// use aurous_contract::failure::Step;
/// use aurous_contract::retry::{Attempts, Decision, Moment, RetryPolicy};
///
/// let policy = RetryPolicy::API_CALL;
/// let mut attempts = Attempts::default();
/// let moment = Moment { elapsed_ms: 80, random: 0.5, ..Moment::default() };
/// let lost = no_answer(Step::Init, NoAnswer::Network);
/// assert_eq!(attempts.failed(&policy, &lost, moment), Decision::RetryIn { ms: 250 });
/// let offline = Moment { is_offline: true, ..moment };
/// assert_eq!(attempts.failed(&policy, &lost, offline), Decision::WaitForOnline { at_most_ms: 20_000 });
/// ```
#[derive(Clone, Debug, Default)]
pub struct Attempts {
    /// The request may be carried out only once.
    is_only_once: bool,
    /// Requests that were sent.
    sent: u32,
    /// Of these, the retries that count.
    retries: u32,
    has_renewed_token: bool,
    may_have_been_carried_out: bool,
}

/// What is the case when an attempt has failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Milliseconds since the whole call began, waits included.
    pub elapsed_ms: u64,
    /// From 0 to less than 1, a new one for each attempt.
    pub random: f64,
    /// What the browser says. Believed after a failure without an answer only: it says so on a machine
    /// without a network, too, where loopback works.
    pub is_offline: bool,
    /// Whether another session token can be asked for.
    pub can_renew_token: bool,
}

impl Attempts {
    /// Of a request that may be carried out only once.
    pub fn only_once() -> Self {
        Self {
            is_only_once: true,
            ..Self::default()
        }
    }

    /// The number of the attempt under way, 1 for the first.
    pub fn number(&self) -> u32 {
        self.sent + 1
    }

    /// What to do after an attempt that ended in `failure`.
    pub fn failed(&mut self, policy: &RetryPolicy, failure: &Failure, moment: Moment) -> Decision {
        self.sent = self.sent.saturating_add(failure.attempts);
        self.may_have_been_carried_out |= failure.outcome.leaves_it_open();
        // A session token runs out while a page stays open: another is asked for, once.
        if failure.status == Some(401) && moment.can_renew_token && !self.has_renewed_token {
            self.has_renewed_token = true;
            return Decision::RetryIn { ms: 0 };
        }
        let decision = policy.decide(Attempt {
            outcome: failure.outcome.seen_offline(moment.is_offline),
            number: self.retries.saturating_add(1),
            elapsed_ms: moment.elapsed_ms,
            retry_after_ms: failure.retry_after_ms.map(|ms| ms as u64),
            repeat: if self.is_only_once {
                Repeat::OnlyIfNotCarriedOut
            } else {
                Repeat::Freely
            },
            random: moment.random,
        });
        if matches!(decision, Decision::RetryIn { .. }) {
            self.retries = self.retries.saturating_add(1);
        }
        decision
    }

    /// What the call is reported with, given that it ended in `failure`. `are_tickets_unspent`: a create
    /// is about tickets that this client minted, filled and never spent.
    pub fn report(&self, step: Step, failure: &mut Failure, are_tickets_unspent: bool) {
        failure.attempts = self.sent;
        if step != Step::Create {
            return;
        }
        // Browsers send a request again by themselves when a kept-alive connection dies: then the second
        // answer is the only one that is seen.
        let is_spent_unseen = are_tickets_unspent && failure.code == answer::UPLOAD_INVALID;
        if self.may_have_been_carried_out || is_spent_unseen {
            answer::outcome_unknown(failure);
        }
    }
}

#[cfg(test)]
mod tests;

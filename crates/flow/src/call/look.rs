//! Looks at a character until it is synthesized.

use super::{Action, Activity, Call, Moment, Progressed};
use crate::failure::{Code, Failure};
use crate::message::decimal;
use crate::page::Page;
use crate::retry::{Attempts, Backoff, LONGEST_WAIT_MS, Patience};

/// The waits between two looks, in milliseconds. A synthesis takes 30 to 90 s (the vendor's guide), which is
/// 6 to 14 looks; the team's bucket for reads has 240.
const LOOKS: Backoff = Backoff {
    base_ms: 2_000,
    cap_ms: 8_000,
};

impl<V: Clone> Call<V> {
    /// The character is still being synthesized: looks again after a while.
    pub(super) fn look_again(&mut self, moment: Moment) -> Progressed {
        let wait_ms = LOOKS.longest_ms(self.looks);
        self.looks = self.looks.saturating_add(1);
        if self.left_ms().is_some_and(|it| it <= wait_ms) {
            return Err(self.still_synthesizing());
        }
        self.activity = Activity::AwaitLook;
        self.patience = Patience::wait(moment.now_ms, wait_ms);
        self.actions.push(Action::Wait);
        Ok(())
    }

    /// Looks, once the page is visible: a page that nobody sees asks for nothing.
    pub(super) fn look(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        if moment.is_hidden {
            self.activity = Activity::WaitForVisible;
            self.patience = Patience::wait(moment.now_ms, LONGEST_WAIT_MS);
            self.actions.push(Action::WaitForVisible);
            return Ok(());
        }
        self.attempts = Attempts::default();
        self.first_attempt(moment, page)
    }

    fn still_synthesizing(&self) -> Box<Failure> {
        let deadline_ms = decimal(self.limits.deadline_ms.unwrap_or_default());
        let message = "The character is still being synthesized, and the next look would come after the deadline ({} ms). Wait for it again.";
        let mut failure = Failure::new(Code::Timeout, message, &[&deadline_ms]);
        failure.retryable = true;
        failure.attempts = self.looks;
        failure
    }
}

//! Failed attempts: another one, or the end of the call.

use super::{Action, Activity, Call, Moment, Progressed, Stage};
use crate::failure::{Code, Failure, Step};
use crate::ledger::TicketLedger;
use crate::refusal;
use crate::retry::{Circumstances, Decision, Patience};

impl<V: Clone> Call<V> {
    /// An attempt has failed: decides whether there is another.
    pub(super) fn fail_attempt(
        &mut self,
        failure: Box<Failure>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        let step = self.step();
        let circumstances = Circumstances {
            elapsed_ms: self.spent_ms,
            random: moment.random,
            is_offline: moment.is_offline,
            can_renew_token: step != Step::Put && self.client.token_function().is_some(),
        };
        let policy = self.limits.policy(step);
        let attempts = match step {
            Step::Put => &mut self.put_attempts,
            Step::Init | Step::Classify | Step::Create => &mut self.attempts,
        };
        match attempts.count_failed(&policy, &failure, circumstances) {
            Decision::RetryIn { ms } => {
                self.activity = Activity::BackOff;
                self.patience = Patience::wait(moment.now_ms, ms);
                self.actions.push_back(Action::Wait);
                Ok(())
            }
            Decision::WaitForOnline { at_most_ms } => {
                self.activity = Activity::WaitForOnline(failure);
                self.patience = Patience::wait(moment.now_ms, at_most_ms);
                self.actions.push_back(Action::WaitForOnline);
                Ok(())
            }
            Decision::GiveUp(_) => self.give_up(failure, moment, ledger),
        }
    }

    pub(super) fn fail_token(
        &mut self,
        message: &str,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        let failure = Failure::new(Code::SessionTokenFailed, message, &[]).about("sessionToken");
        self.fail_attempt(failure, moment, ledger)
    }

    /// The file cannot be read any more: that is why its PUT failed.
    pub(super) fn fail_probe(&mut self, moment: Moment, ledger: &mut TicketLedger) -> Progressed {
        let mut failure = refusal::unreadable_file(self.file_name());
        failure.attempts = 1;
        self.fail_attempt(failure, moment, ledger)
    }

    /// Ends the call with a failure, unless a new ticket may mend it.
    pub(super) fn give_up(
        &mut self,
        mut failure: Box<Failure>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        if failure.code == Code::UploadUrlExpired.as_str() && self.renew_ticket(moment) {
            return Ok(());
        }
        let are_tickets_unspent = match &self.stage {
            Stage::Create(request) => {
                let is_unspent = |id| ledger.is_filled_and_unspent(id, moment.now_ms);
                !request.upload_ids.is_empty() && request.upload_ids.iter().all(is_unspent)
            }
            _ => false,
        };
        let attempts = self.attempts_of_step();
        attempts.report(self.step(), &mut failure, are_tickets_unspent);
        Err(failure)
    }

    /// Mints another ticket in the place of an upload's expired one, once. Returns whether it does.
    fn renew_ticket(&mut self, moment: Moment) -> bool {
        let (Some(upload), Some(file)) = (&mut self.upload, &self.file) else {
            return false;
        };
        let Some(format) = file.format.filter(|_| !upload.is_ticket_renewed) else {
            return false;
        };
        upload.is_ticket_renewed = true;
        let stage = Stage::init(file, format);
        self.begin_step(stage);
        self.attempt(moment);
        true
    }
}

/// Reports that the browser lacks something, by its name in the standard.
pub(super) fn unsupported_browser(name: &str) -> Box<Failure> {
    let message = "This browser has no `{}`, which the SDK needs. A newer version of it has.";
    Failure::new(Code::UnsupportedBrowser, message, &[name])
}

//! Failed attempts: another one, or the end of the call.

use aurous_contract::error::ErrorCode;
use aurous_contract::id::CharacterId;

use super::{Action, Activity, Call, Moment, Output, Progressed, Stage};
use crate::character_call::Operation;
use crate::failure::{Code, Failure, Step};
use crate::page::Page;
use crate::progress::WaitReason;
use crate::refusal;
use crate::retry::{Circumstances, Decision};

impl<V: Clone> Call<V> {
    /// An attempt has failed: decides whether there is another.
    pub(super) fn fail_attempt(
        &mut self,
        failure: Box<Failure>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let step = self.step();
        let turn_in_ms = match (self.queue(), failure.retry_after_ms) {
            (Some(bucket), Some(ms)) if failure.status == Some(429) => {
                let root = &self.client.root;
                Some(page.turns.take_after(root, bucket, ms, moment.now_ms))
            }
            _ => None,
        };
        let circumstances = Circumstances {
            turn_in_ms,
            elapsed_ms: self.spent_ms,
            random: moment.random,
            is_offline: moment.is_offline,
            can_renew_token: step != Step::Put && self.client.token_function().is_some(),
        };
        let policy = self.limits.policy(step);
        let attempts = match step {
            Step::Put => &mut self.put_attempts,
            _ => &mut self.attempts,
        };
        match attempts.count_failed(&policy, &failure, circumstances) {
            Decision::RetryIn { ms } => {
                let reason = match failure.retry_after_ms {
                    Some(_) => WaitReason::RateLimit,
                    None => WaitReason::BackOff,
                };
                self.wait(Activity::BackOff, reason, ms, moment);
                Ok(())
            }
            Decision::WaitForOnline { at_most_ms } => {
                let activity = Activity::WaitForOnline(failure);
                self.wait(activity, WaitReason::Offline, at_most_ms, moment);
                Ok(())
            }
            Decision::GiveUp(_) => self.give_up(failure, moment, page),
        }
    }

    pub(super) fn fail_token(
        &mut self,
        message: &str,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        let failure = Failure::new(Code::SessionTokenFailed, message, &[]).about("sessionToken");
        self.fail_attempt(failure, moment, page)
    }

    /// The file cannot be read any more: that is why its PUT failed.
    pub(super) fn fail_probe(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        let mut failure = refusal::unreadable_file(self.file_name());
        failure.attempts = 1;
        self.fail_attempt(failure, moment, page)
    }

    /// Ends the call with a failure, unless a new ticket may mend it.
    pub(super) fn give_up(
        &mut self,
        mut failure: Box<Failure>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        if failure.code == Code::UploadUrlExpired.as_str() && self.can_renew_ticket() {
            return self.mint_again(moment, page);
        }
        if let Some(id) = self.deleted_unseen(&failure) {
            self.end(Action::Finish(Output::Deleted(id)));
            return Ok(());
        }
        let are_tickets_unspent = match &self.stage {
            Stage::Create(request) => {
                let is_unspent = |id| page.tickets.is_filled_and_unspent(id, moment.now_ms);
                !request.upload_ids.is_empty() && request.upload_ids.iter().all(is_unspent)
            }
            _ => false,
        };
        let attempts = self.attempts_of_step();
        attempts.report(self.step(), &mut failure, are_tickets_unspent);
        self.report_or_find(failure, moment, page)
    }

    /// Returns the character that an earlier attempt has deleted, whose answer was lost: the API answers a second
    /// delete with 404.
    fn deleted_unseen(&self, failure: &Failure) -> Option<CharacterId> {
        match &self.stage {
            Stage::Character(call)
                if call.operation == Operation::Delete
                    && failure.code == ErrorCode::ResourceNotFound.as_str()
                    && self.attempts.may_have_been_carried_out() =>
            {
                call.id.clone()
            }
            _ => None,
        }
    }

    /// Returns whether another ticket may take the place of an upload's expired one: once.
    fn can_renew_ticket(&self) -> bool {
        self.upload.as_ref().is_some_and(|it| !it.is_ticket_renewed)
    }

    /// Mints another ticket in the place of an upload's.
    pub(super) fn mint_again(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        if let Some(upload) = &mut self.upload {
            upload.is_ticket_renewed = true;
        }
        let format = self.format();
        if let (Some(file), Some(format)) = (&mut self.file, format) {
            let stage = Stage::init(file, format, self.client.server());
            self.begin_step(stage);
        }
        self.first_attempt(moment, page)
    }
}

/// Reports that the browser lacks something, by its name in the standard.
pub(super) fn unsupported_browser(name: &str) -> Box<Failure> {
    let message = "This browser has no `{}`, which the SDK needs. A newer version of it has.";
    Failure::new(Code::UnsupportedBrowser, message, &[name])
}

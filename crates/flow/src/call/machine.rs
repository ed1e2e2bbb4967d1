//! What follows on which event.

use std::mem;

use aurous_contract::image::SNIFF_LENGTH;

use super::ending::unsupported_browser;
use super::{Action, Activity, Call, Event, Moment, Progressed};
use crate::answer::{NoAnswer, no_answer};
use crate::failure::Step;
use crate::ledger::TicketLedger;
use crate::read::HeaderValue;
use crate::retry::Check;

impl<V: Clone> Call<V> {
    /// Takes an event, and queues the actions that follow. `ledger` holds the tickets of the whole page.
    pub fn handle(&mut self, event: Event<V>, moment: Moment, ledger: &mut TicketLedger) {
        if self.activity == Activity::End {
            return;
        }
        if let Err(mut failure) = self.advance(event, moment, ledger) {
            failure.step.get_or_insert(self.step());
            self.end(Action::Fail(failure));
        }
    }

    fn advance(
        &mut self,
        event: Event<V>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        match event {
            Event::Started => self.start(moment),
            Event::Sent(bytes) => {
                self.count_sent(bytes, moment);
                Ok(())
            }
            Event::Copied { first_bytes, size } => self.take_copy(&first_bytes, size, moment),
            Event::CopyFailed => Err(self.unreadable_file()),
            Event::Unsupported(name) => Err(unsupported_browser(name)),
            Event::TimedOut => match self.patience.check(moment.now_ms) {
                Check::NotYet => Ok(()),
                Check::Over { after_ms } => {
                    self.spend_time(moment);
                    self.time_out(after_ms, moment, ledger)
                }
            },
            event => {
                self.spend_time(moment);
                self.leave_activity(event, moment, ledger)
            }
        }
    }

    /// Takes the event that the activity under way was waiting for.
    fn leave_activity(
        &mut self,
        event: Event<V>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        let step = self.step();
        match (&self.activity, event) {
            (Activity::ReadFile, Event::FirstBytes(bytes)) => self.look_at_file(&bytes, moment),
            (Activity::ReadFile, Event::FileUnreadable) => Err(self.unreadable_file()),
            (Activity::ProbeFile, Event::FirstBytes(_)) => {
                self.fail_attempt(no_answer(step, NoAnswer::Network), moment, ledger)
            }
            (Activity::ProbeFile, Event::FileUnreadable) => self.fail_probe(moment, ledger),
            (Activity::AskForToken, Event::Token(text)) => {
                match text.as_deref().and_then(HeaderValue::parse) {
                    Some(token) => {
                        self.send(Some(&token), moment);
                        Ok(())
                    }
                    None => self.fail_token(
                        "`sessionToken` must give a string of printable ASCII. Nothing was sent.",
                        moment,
                        ledger,
                    ),
                }
            }
            (Activity::AskForToken, Event::TokenFailed) => self.fail_token(
                "`sessionToken` threw or rejected: see `cause`. Nothing was sent.",
                moment,
                ledger,
            ),
            (Activity::Send, Event::Answered(answer)) => match self.judge(answer) {
                Ok(content) => self.take_result(content, moment, ledger),
                Err(failure) => self.fail_attempt(failure, moment, ledger),
            },
            (Activity::Send, Event::ConnectionFailed) if step == Step::Put => {
                self.begin(Activity::ProbeFile, self.limits.stall_timeout_ms, moment);
                self.actions.push_back(Action::ReadFile {
                    length: SNIFF_LENGTH,
                });
                Ok(())
            }
            (Activity::Send, Event::ConnectionFailed) => {
                self.fail_attempt(no_answer(step, NoAnswer::Network), moment, ledger)
            }
            (Activity::WaitForOnline(_), Event::Online) => {
                self.attempt(moment);
                Ok(())
            }
            // An event of an activity that has been left.
            _ => Ok(()),
        }
    }

    /// Ends the activity under way, which took too long.
    fn time_out(&mut self, after_ms: u64, moment: Moment, ledger: &mut TicketLedger) -> Progressed {
        match mem::replace(&mut self.activity, Activity::NotStarted) {
            Activity::ReadFile | Activity::CopyFile => Err(self.file_not_read_in(after_ms)),
            // The deadline left no time to look at the file: the connection did fail.
            Activity::ProbeFile if self.left_ms() == Some(0) => {
                self.fail_attempt(no_answer(self.step(), NoAnswer::Network), moment, ledger)
            }
            Activity::ProbeFile => self.fail_probe(moment, ledger),
            Activity::AskForToken => self.fail_token(
                "`sessionToken` did not answer in time. Nothing was sent.",
                moment,
                ledger,
            ),
            Activity::Send => {
                let failure = no_answer(self.step(), NoAnswer::Timeout(after_ms));
                self.fail_attempt(failure, moment, ledger)
            }
            Activity::WaitForOnline(failure) if self.left_ms() == Some(0) => {
                self.give_up(failure, moment, ledger)
            }
            Activity::BackOff | Activity::WaitForOnline(_) => {
                self.attempt(moment);
                Ok(())
            }
            Activity::NotStarted | Activity::End => Ok(()),
        }
    }
}

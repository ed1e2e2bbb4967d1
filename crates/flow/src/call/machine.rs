//! What follows on which event.

use std::mem;

use aurous_contract::image::SNIFF_LENGTH;

use super::ending::unsupported_browser;
use super::{Action, Activity, Call, Event, Moment, Progressed};
use crate::answer::NoAnswer;
use crate::failure::Step;
use crate::page::Page;
use crate::read::HeaderValue;
use crate::retry::Check;

impl<V: Clone> Call<V> {
    /// Takes an event, and queues the actions that follow. `page` is what all calls of a page share.
    pub fn handle(&mut self, event: Event<V>, moment: Moment, page: &mut Page) {
        if self.activity == Activity::End {
            return;
        }
        if let Err(mut failure) = self.advance(event, moment, page) {
            failure.step.get_or_insert(self.step());
            if self.step() == Step::Classify {
                let ticket = self.upload.as_ref().and_then(|it| it.ticket.as_ref());
                failure.filled_ticket = ticket.map(|it| it.upload_id.clone());
            }
            self.end(Action::Fail(failure));
        }
    }

    fn advance(&mut self, event: Event<V>, moment: Moment, page: &mut Page) -> Progressed {
        match event {
            Event::Started => self.start(moment, page),
            Event::Sent { bytes, total } => {
                self.count_sent(bytes, total, moment);
                Ok(())
            }
            Event::Copied { first_bytes, size } => self.take_copy(&first_bytes, size, moment, page),
            Event::CopyFailed => Err(self.unreadable_file()),
            Event::Unsupported(name) => Err(unsupported_browser(name)),
            Event::TimedOut => match self.patience.check(moment.now_ms) {
                Check::NotYet => Ok(()),
                Check::Over { after_ms } => {
                    self.spend_time(moment);
                    self.time_out(self.limit_reached(after_ms), moment, page)
                }
            },
            event => {
                self.spend_time(moment);
                self.leave_activity(event, moment, page)
            }
        }
    }

    /// Takes the event that the activity under way was waiting for.
    fn leave_activity(&mut self, event: Event<V>, moment: Moment, page: &mut Page) -> Progressed {
        let step = self.step();
        match (&self.activity, event) {
            (Activity::ReadFile, Event::FileBytes(bytes)) => {
                self.look_at_file(&bytes, moment, page)
            }
            (Activity::ReadFile, Event::FileUnreadable) => Err(self.unreadable_file()),
            (Activity::ProbeFile, Event::FileBytes(_)) => {
                self.fail_attempt(self.no_answer(NoAnswer::Network), moment, page)
            }
            (Activity::ProbeFile, Event::FileUnreadable) => self.fail_probe(moment, page),
            (Activity::AskForToken, Event::Token(text)) => {
                match text.as_deref().and_then(HeaderValue::parse) {
                    Some(token) => self.send(Some(&token), moment, page),
                    None => self.fail_token(
                        "`sessionToken` must give a string of printable ASCII. Nothing was sent.",
                        moment,
                        page,
                    ),
                }
            }
            (Activity::AskForToken, Event::TokenFailed) => self.fail_token(
                "`sessionToken` threw or rejected: see `cause`. Nothing was sent.",
                moment,
                page,
            ),
            (Activity::Send, Event::Answered(answer)) => {
                self.note_remaining_tokens(&answer.head, moment, page);
                match self.judge(answer) {
                    Ok(content) => self.take_result(content, moment, page),
                    Err(failure) => self.fail_attempt(failure, moment, page),
                }
            }
            (Activity::Send, Event::ConnectionFailed) if step == Step::Put => {
                self.looks_for_redirect = !self.looks_for_redirect;
                self.begin(Activity::ProbeFile, self.limits.stall_timeout_ms, moment);
                self.actions.push(Action::ReadFile {
                    start: 0,
                    length: SNIFF_LENGTH,
                });
                Ok(())
            }
            (Activity::Send, Event::ConnectionFailed) => {
                self.fail_attempt(self.no_answer(NoAnswer::Network), moment, page)
            }
            (Activity::WaitForOnline(_), Event::Online) => self.attempt(moment, page),
            (Activity::WaitForVisible, Event::Visible) => self.look(moment, page),
            // An event of an activity that has been left.
            _ => Ok(()),
        }
    }

    /// Ends the activity under way, which took too long.
    fn time_out(&mut self, after_ms: u64, moment: Moment, page: &mut Page) -> Progressed {
        match mem::replace(&mut self.activity, Activity::NotStarted) {
            Activity::ReadFile | Activity::CopyFile => Err(self.file_not_read_in(after_ms)),
            // The deadline left no time to look at the file: the connection did fail.
            Activity::ProbeFile if self.left_ms() == Some(0) => {
                self.fail_attempt(self.no_answer(NoAnswer::Network), moment, page)
            }
            Activity::ProbeFile => self.fail_probe(moment, page),
            Activity::AskForToken if self.left_ms() == Some(0) => {
                self.give_up(self.out_of_time(), moment, page)
            }
            Activity::AskForToken => self.fail_token(
                "`sessionToken` did not answer in time. Nothing was sent.",
                moment,
                page,
            ),
            Activity::Send => {
                self.fail_attempt(self.no_answer(NoAnswer::Timeout(after_ms)), moment, page)
            }
            Activity::WaitForOnline(failure) if self.left_ms() == Some(0) => {
                self.give_up(failure, moment, page)
            }
            Activity::AwaitTurn | Activity::BackOff | Activity::WaitForOnline(_) => {
                self.attempt(moment, page)
            }
            Activity::AwaitLook | Activity::WaitForVisible => self.look(moment, page),
            Activity::NotStarted | Activity::End => Ok(()),
        }
    }
}

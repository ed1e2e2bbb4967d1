use aurous_contract::image::{ImageFacts, SNIFF_LENGTH, sniff};

use super::{Action, Activity, Call, Event, Moment, Output, Stage, Upload};
use crate::answer::{
    Answer, Content, NoAnswer, Ticket, Unreadable, accepted_put, no_answer, redirected_put,
    refused, refused_put, unreadable,
};
use crate::arguments::Task;
use crate::failure::{Code, Failure, Step};
use crate::ledger::TicketLedger;
use crate::progress::{Phase, Progress};
use crate::read::HeaderValue;
use crate::refusal;
use crate::retry::{
    Attempts, Check, Circumstances, Decision, LONGEST_WAIT_MS, Patience, put_stall_limit_ms,
};

/// The failure that ends the call, where there is one.
type Progressed = Result<(), Box<Failure>>;

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
        match std::mem::replace(&mut self.activity, Activity::BackOff) {
            Activity::ReadFile | Activity::CopyFile => Err(self.unreadable_file()),
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
            Activity::End => Ok(()),
        }
    }

    // --- The file ------------------------------------------------------------------------------

    fn start(&mut self, moment: Moment) -> Progressed {
        if self.file.is_none() {
            self.attempt(moment);
            return Ok(());
        }
        let still_limit_ms = match self.task {
            Task::Upload(_) => {
                self.report(Phase::Preparing);
                LONGEST_WAIT_MS
            }
            Task::PutFile { .. } => self.limits.stall_timeout_ms,
            _ => self.limits.timeout_ms,
        };
        self.begin_with_file(Activity::ReadFile, still_limit_ms, moment);
        self.actions.push_back(Action::ReadFile {
            length: SNIFF_LENGTH,
        });
        Ok(())
    }

    /// Finds out what the file is, and begins the step that it is for.
    fn look_at_file(&mut self, first_bytes: &[u8], moment: Moment) -> Progressed {
        self.restart_deadline();
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let format = sniff(first_bytes).map_err(|kind| refusal::unsupported(&file.name, kind))?;
        file.format = Some(format);
        self.stage = match &self.task {
            Task::PutFile { target, .. } => {
                let url = target.url.href.clone();
                if let Some(minted_for) = target.content_type
                    && minted_for.format() != format
                {
                    return Err(refusal::mismatched(&file.name, format, minted_for));
                }
                let content_type = format.content_type();
                Stage::Put { url, content_type }
            }
            _ => Stage::init(file, format),
        };
        if matches!(&self.task, Task::Upload(upload) if upload.is_copied) {
            // While the ticket is minted: reading 3 MB takes 10 ms.
            file.is_being_copied = true;
            self.actions.push_back(Action::CopyFile);
        }
        self.attempt(moment);
        Ok(())
    }

    /// The copy is complete. The file may have changed since its first bytes were read.
    fn take_copy(&mut self, first_bytes: &[u8], size: f64, moment: Moment) -> Progressed {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        if sniff(first_bytes).ok() != file.format {
            return Err(self.unreadable_file());
        }
        file.is_being_copied = false;
        file.size = size;
        file.bytes.set_total(size);
        if self.activity == Activity::CopyFile {
            self.spend_time(moment);
            self.attempt(moment);
        }
        Ok(())
    }

    fn unreadable_file(&self) -> Box<Failure> {
        let mut failure = refusal::unreadable(self.file_name());
        failure.attempts = self.attempts_of_step().sent();
        if self.activity == Activity::Send {
            failure.attempts += 1;
        }
        failure
    }

    fn file_name(&self) -> &str {
        self.file.as_ref().map_or("", |it| &it.name)
    }

    // --- Attempts ------------------------------------------------------------------------------

    /// Begins an attempt of the step at hand.
    fn attempt(&mut self, moment: Moment) {
        let step = self.step();
        if let Some(phase) = Phase::of(step) {
            self.report(phase);
        }
        if step == Step::Put && self.file.as_ref().is_some_and(|it| it.is_being_copied) {
            self.begin_with_file(Activity::CopyFile, LONGEST_WAIT_MS, moment);
            self.actions.push_back(Action::Wait);
            return;
        }
        let function = self.client.token_function().filter(|_| step != Step::Put);
        if let Some(function) = function.cloned() {
            self.begin(Activity::AskForToken, self.limits.timeout_ms, moment);
            self.actions.push_back(Action::AskForToken(function));
            return;
        }
        self.send(None, moment);
    }

    fn send(&mut self, token: Option<&HeaderValue>, moment: Moment) {
        let Some(mut request) = self.stage.request(&self.client, token) else {
            return;
        };
        let is_put = self.step() == Step::Put;
        request.reports_progress = is_put && self.is_watched;
        let still_limit_ms = if is_put {
            self.silent_put_limit_ms()
        } else {
            self.limits.timeout_ms
        };
        self.begin(Activity::Send, still_limit_ms, moment);
        self.actions.push_back(Action::Send(Box::new(request)));
    }

    /// Returns how long a PUT may take while nothing reports how far it is.
    fn silent_put_limit_ms(&self) -> u64 {
        let bytes = self.file.as_ref().map_or(0.0, |it| it.size);
        put_stall_limit_ms(self.limits.stall_timeout_ms, bytes as u64)
    }

    /// The request under way has sent so many bytes.
    fn count_sent(&mut self, bytes: f64, moment: Moment) {
        let Some(file) = &mut self.file else {
            return;
        };
        // After the last byte the browser reports nothing more.
        let is_whole = bytes >= file.size;
        let grown = file.bytes.add_sent(bytes).is_some();
        let still_limit_ms = if is_whole {
            self.silent_put_limit_ms()
        } else {
            self.limits.stall_timeout_ms
        };
        self.patience.restart(moment.now_ms, still_limit_ms);
        if grown {
            self.report(Phase::Uploading);
        }
    }

    /// Tells a success from a failure.
    fn judge(&self, answer: Answer<V>) -> Result<Content<V>, Box<Failure>> {
        let Answer { head, content } = answer;
        let (step, server) = (self.step(), self.client.server());
        if let Stage::Put { url, .. } = &self.stage {
            if head.is_redirected {
                return Err(redirected_put());
            }
            if !head.is_success() {
                return Err(refused_put(&head, content.into_envelope()));
            }
            accepted_put(server, url, &head)?;
            return Ok(content);
        }
        match content {
            content if !head.is_success() => {
                Err(refused(step, server, &head, content.into_envelope()))
            }
            Content::NotJson => Err(unreadable(step, server, &head, Unreadable::NotJson)),
            Content::WrongShape => Err(unreadable(step, server, &head, Unreadable::WrongShape)),
            content => Ok(content),
        }
    }

    /// The step has succeeded: begins the next one, or ends the call.
    fn take_result(
        &mut self,
        content: Content<V>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        let now_ms = moment.now_ms;
        match (&self.stage, content) {
            (Stage::Init(_), Content::Ticket(ticket)) => {
                let url = ticket.url.href.clone();
                ledger.add_minted(ticket.upload_id.clone(), url, now_ms);
                self.take_ticket(ticket, moment)?;
            }
            (Stage::Put { url, .. }, _) => {
                ledger.mark_filled(url);
                self.take_put(moment);
            }
            (Stage::Classify(_), Content::Classification(document)) => match self.upload() {
                Some(mut upload) => {
                    upload.classification = Some(document);
                    self.end(Action::Finish(Output::Upload(upload)));
                }
                None => self.end(Action::Finish(Output::Classification(document))),
            },
            (Stage::Create(request), Content::Character(document)) => {
                for upload_id in &request.upload_ids {
                    ledger.remove_spent(upload_id, now_ms);
                }
                self.end(Action::Finish(Output::Character(document)));
            }
            // A content is read as its request expects it: there is no other pair.
            _ => {}
        }
        Ok(())
    }

    fn take_ticket(&mut self, ticket: Ticket<V>, moment: Moment) -> Progressed {
        let format = match (&self.task, &self.file) {
            (Task::Upload(_), Some(file)) => file.format,
            _ => None,
        };
        let Some(format) = format else {
            self.end(Action::Finish(Output::Ticket(ticket)));
            return Ok(());
        };
        let content_type = format.content_type();
        let url = ticket.url.href.clone();
        let minted_for = ticket.content_type;
        self.ticket = Some(ticket);
        self.begin_step(Stage::Put { url, content_type });
        if minted_for != content_type {
            return Err(refusal::mismatched(self.file_name(), format, minted_for));
        }
        self.attempt(moment);
        Ok(())
    }

    fn take_put(&mut self, moment: Moment) {
        let grown = self.file.as_mut().and_then(|it| it.bytes.complete());
        if grown.is_some() {
            self.report(Phase::Uploading);
        }
        let Some(upload) = self.upload() else {
            self.end(Action::Finish(Output::Put));
            return;
        };
        if matches!(&self.task, Task::Upload(request) if request.classify) {
            self.begin_step(Stage::Classify(upload.ticket.upload_id));
            self.attempt(moment);
        } else {
            self.end(Action::Finish(Output::Upload(upload)));
        }
    }

    /// Returns the result of an upload whose file was PUT; `None` for any other call.
    fn upload(&self) -> Option<Box<Upload<V>>> {
        let (ticket, file) = (self.ticket.clone()?, self.file.as_ref()?);
        Some(Box::new(Upload {
            ticket,
            image: ImageFacts::of(file.format?, file.size),
            classification: None,
        }))
    }

    // --- Failures ------------------------------------------------------------------------------

    /// An attempt has failed: decides whether there is another.
    fn fail_attempt(
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

    fn fail_token(
        &mut self,
        message: &str,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        let failure = Failure::new(Code::SessionTokenFailed, message, &[]).about("sessionToken");
        self.fail_attempt(failure, moment, ledger)
    }

    /// The file cannot be read any more: that is why its PUT failed.
    fn fail_probe(&mut self, moment: Moment, ledger: &mut TicketLedger) -> Progressed {
        let mut failure = refusal::unreadable(self.file_name());
        failure.attempts = 1;
        self.fail_attempt(failure, moment, ledger)
    }

    /// Ends the call with a failure, unless a new ticket may mend it.
    fn give_up(
        &mut self,
        mut failure: Box<Failure>,
        moment: Moment,
        ledger: &mut TicketLedger,
    ) -> Progressed {
        if failure.code == Code::UploadUrlExpired.as_str()
            && !self.is_ticket_renewed
            && self.ticket.is_some()
            && let Some(file) = &self.file
            && let Some(format) = file.format
        {
            self.is_ticket_renewed = true;
            self.begin_step(Stage::init(file, format));
            self.attempt(moment);
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

    // --- Activities and their time -------------------------------------------------------------

    /// Begins an activity that may stand still for so many milliseconds, and take no longer than the
    /// deadline.
    fn begin(&mut self, activity: Activity, still_limit_ms: u64, moment: Moment) {
        let left_ms = self.left_ms();
        self.activity = activity;
        self.patience = Patience::new(moment.now_ms, still_limit_ms, left_ms);
    }

    /// Begins an activity of the file alone: the default deadlines are those of requests.
    fn begin_with_file(&mut self, activity: Activity, still_limit_ms: u64, moment: Moment) {
        let deadline_ms = self.limits.deadline_ms;
        let left_ms = deadline_ms.map(|it| it.saturating_sub(self.spent_ms));
        self.activity = activity;
        self.patience = Patience::new(moment.now_ms, still_limit_ms, left_ms);
    }

    fn begin_step(&mut self, stage: Stage) {
        self.stage = stage;
        self.attempts = Attempts::default();
        self.restart_deadline();
    }

    /// A default deadline is that of a step, a given one that of the call.
    fn restart_deadline(&mut self) {
        if self.limits.deadline_ms.is_none() {
            self.spent_ms = 0;
        }
    }

    /// Counts the time that the activity took.
    fn spend_time(&mut self, moment: Moment) {
        let took_ms = self.patience.spent_ms(moment.now_ms);
        self.spent_ms = self.spent_ms.saturating_add(took_ms);
    }

    /// Returns what is left of the deadline, in milliseconds.
    fn left_ms(&self) -> Option<u64> {
        let deadline_ms = self.limits.policy(self.step()).deadline_ms?;
        Some(deadline_ms.saturating_sub(self.spent_ms))
    }

    fn attempts_of_step(&self) -> &Attempts {
        match self.step() {
            Step::Put => &self.put_attempts,
            Step::Init | Step::Classify | Step::Create => &self.attempts,
        }
    }

    fn end(&mut self, action: Action<V>) {
        self.activity = Activity::End;
        self.actions.push_back(action);
    }

    /// Reports how far the upload is, where the page listens.
    fn report(&mut self, phase: Phase) {
        let Some(file) = self.file.as_ref().filter(|_| self.is_watched) else {
            return;
        };
        self.actions.push_back(Action::Report(Progress {
            phase,
            loaded: file.bytes.loaded(),
            total: file.bytes.total(),
            attempt: match phase {
                Phase::Preparing => 1,
                _ => self.attempts_of_step().number(),
            },
        }));
    }
}

fn unsupported_browser(name: &str) -> Box<Failure> {
    let message = "This browser has no `{}`, which the SDK needs. A newer version of it has.";
    Failure::new(Code::UnsupportedBrowser, message, &[name])
}

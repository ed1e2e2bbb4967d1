//! Attempts of a step, and the time that they take.

use aurous_contract::rate::Bucket;

use super::{Action, Activity, Call, Moment, Progressed, Stage};
use crate::answer::{Head, NoAnswer, no_answer};
use crate::failure::{Failure, Step};
use crate::page::Page;
use crate::progress::{Phase, Progress, WaitReason, Waiting};
use crate::read::HeaderValue;
use crate::retry::{Attempts, LONGEST_WAIT_MS, Patience, put_stall_limit_ms};

impl<V: Clone> Call<V> {
    /// Begins the first attempt of the step at hand, when it is its turn.
    pub(super) fn first_attempt(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        let now_ms = moment.now_ms;
        let wait_ms = match self.queue() {
            Some(bucket) => page.turns.take(&self.client.root, bucket, now_ms),
            None => 0,
        };
        // A turn after the deadline helps no more than an answer that says so.
        if wait_ms == 0 || self.left_ms().is_some_and(|it| it <= wait_ms) {
            return self.attempt(moment, page);
        }
        self.wait(Activity::AwaitTurn, WaitReason::RateLimit, wait_ms, moment);
        Ok(())
    }

    /// Returns the bucket whose queue the step at hand stands in; none where the call is not to wait at all.
    pub(super) fn queue(&self) -> Option<Bucket> {
        self.stage.bucket().filter(|_| self.limits.max_retries > 0)
    }

    /// Begins an attempt of the step at hand.
    pub(super) fn attempt(&mut self, moment: Moment, page: &mut Page) -> Progressed {
        let step = self.step();
        if step == Step::Put && self.file.as_ref().is_some_and(|it| it.is_being_copied) {
            self.begin_with_file(Activity::CopyFile, LONGEST_WAIT_MS, moment);
            self.actions.push(Action::Wait);
            return Ok(());
        }
        if step == Step::Put && self.is_other_size_announced() {
            return self.mint_again(moment, page);
        }
        if let Some(file) = &mut self.file {
            file.bytes.begin_attempt();
        }
        if let Some(phase) = Phase::of(step) {
            self.report(phase);
        }
        let function = self.client.token_function().filter(|_| step != Step::Put);
        if let Some(function) = function.cloned() {
            self.begin(Activity::AskForToken, self.limits.timeout_ms, moment);
            self.actions.push(Action::AskForToken(function));
            return Ok(());
        }
        self.send(None, moment, page)
    }

    pub(super) fn send(
        &mut self,
        token: Option<&HeaderValue>,
        moment: Moment,
        page: &mut Page,
    ) -> Progressed {
        if self.left_ms() == Some(0) {
            return self.give_up(self.out_of_time(), moment, page);
        }
        let Some(mut request) = self.stage.request(&self.client, token) else {
            return Ok(());
        };
        let is_put = self.step() == Step::Put;
        request.reports_progress = is_put && self.is_watched && !self.looks_for_redirect;
        let still_limit_ms = if is_put {
            self.silent_put_limit_ms()
        } else {
            self.limits.timeout_ms
        };
        self.begin(Activity::Send, still_limit_ms, moment);
        self.actions.push(Action::Send(Box::new(request)));
        Ok(())
    }

    /// Waits for so many milliseconds, and tells the page why.
    pub(super) fn wait(&mut self, activity: Activity, reason: WaitReason, ms: u64, moment: Moment) {
        let action = match activity {
            Activity::WaitForOnline(_) => Action::WaitForOnline,
            _ => Action::Wait,
        };
        self.activity = activity;
        self.patience = Patience::wait(moment.now_ms, ms);
        let until_ms = moment.now_ms.saturating_add(ms);
        if let Some(phase) = Phase::of(self.step()).filter(|_| ms > 0) {
            self.report_progress(phase, Some(Waiting { reason, until_ms }));
        }
        self.actions.push(action);
    }

    /// Notes how many more requests the server would take at once.
    pub(super) fn note_remaining_tokens(&self, head: &Head, moment: Moment, page: &mut Page) {
        if let (Some(bucket), Some(tokens)) = (self.stage.bucket(), head.remaining_tokens) {
            let root = &self.client.root;
            page.turns
                .note_remaining(root, bucket, tokens, moment.now_ms);
        }
    }

    /// Returns how long a PUT may take while nothing reports how far it is.
    pub(super) fn silent_put_limit_ms(&self) -> u64 {
        let bytes = self.file.as_ref().map_or(0.0, |it| it.size);
        put_stall_limit_ms(self.limits.stall_timeout_ms, bytes as u64)
    }

    /// The request under way has sent so many bytes.
    pub(super) fn count_sent(&mut self, bytes: f64, total: f64, moment: Moment) {
        // A service worker takes the whole body, and the browser reports none of it while the bytes travel.
        if bytes == 0.0 && moment.is_controlled {
            return;
        }
        let Some(file) = &mut self.file else {
            return;
        };
        // Some files say that they have no bytes, or another number of them: one that is dragged out of a ZIP
        // archive, say.
        if total > 0.0 && total != file.size {
            file.set_size(total);
        }
        // After the last byte the browser reports nothing more.
        let is_whole = bytes >= file.size;
        let has_grown = file.bytes.add_sent(bytes);
        let still_limit_ms = if is_whole {
            self.silent_put_limit_ms()
        } else {
            self.limits.stall_timeout_ms
        };
        self.patience.restart(moment.now_ms, still_limit_ms);
        if has_grown {
            self.report(Phase::Uploading);
        }
    }

    /// Begins an activity that may stand still for so many milliseconds, and take no longer than the
    /// deadline.
    pub(super) fn begin(&mut self, activity: Activity, still_limit_ms: u64, moment: Moment) {
        let left_ms = self.left_ms();
        self.activity = activity;
        self.patience = Patience::new(moment.now_ms, still_limit_ms, left_ms);
    }

    /// Begins an activity of the file alone: the default deadlines are those of requests.
    pub(super) fn begin_with_file(
        &mut self,
        activity: Activity,
        still_limit_ms: u64,
        moment: Moment,
    ) {
        let deadline_ms = self.limits.deadline_ms;
        let left_ms = deadline_ms.map(|it| it.saturating_sub(self.spent_ms));
        self.activity = activity;
        self.patience = Patience::new(moment.now_ms, still_limit_ms, left_ms);
    }

    pub(super) fn begin_step(&mut self, stage: Stage) {
        self.stage = stage;
        self.attempts = Attempts::default();
        self.restart_deadline();
    }

    /// A default deadline is that of a step, a given one that of the call.
    pub(super) fn restart_deadline(&mut self) {
        if self.limits.deadline_ms.is_none() {
            self.spent_ms = 0;
        }
    }

    /// Counts the time that the activity took, but for the time that the page was hidden.
    pub(super) fn spend_time(&mut self, moment: Moment) {
        if self.activity == Activity::WaitForVisible {
            return;
        }
        let took_ms = self.patience.spent_ms(moment.now_ms);
        self.spent_ms = self.spent_ms.saturating_add(took_ms);
    }

    /// Returns what is left of the deadline, in milliseconds.
    pub(super) fn left_ms(&self) -> Option<u64> {
        let deadline_ms = self.limits.policy(self.step()).deadline_ms?;
        Some(deadline_ms.saturating_sub(self.spent_ms))
    }

    pub(super) fn attempts_of_step(&self) -> &Attempts {
        match self.step() {
            Step::Put => &self.put_attempts,
            _ => &self.attempts,
        }
    }

    pub(super) fn end(&mut self, action: Action<V>) {
        self.activity = Activity::End;
        self.actions.push(action);
    }

    /// Returns the limit that was reached after so many milliseconds: of the whole call, or of the activity
    /// alone.
    pub(super) fn limit_reached(&self, after_ms: u64) -> u64 {
        let deadline_ms = match self.activity {
            Activity::ReadFile | Activity::CopyFile => self.limits.deadline_ms,
            _ => self.limits.policy(self.step()).deadline_ms,
        };
        deadline_ms
            .filter(|it| self.spent_ms >= *it)
            .unwrap_or(after_ms)
    }

    /// Reports a call whose deadline came before its request.
    pub(super) fn out_of_time(&self) -> Box<Failure> {
        let deadline_ms = self.limit_reached(0);
        let mut failure = self.no_answer(NoAnswer::Timeout(deadline_ms));
        failure.attempts = self.attempts_of_step().sent();
        failure
    }

    /// Reports a request that has no answer.
    pub(super) fn no_answer(&self, why: NoAnswer) -> Box<Failure> {
        no_answer(self.step(), self.client.server(), why)
    }

    /// Reports how far the upload is, where the page listens.
    pub(super) fn report(&mut self, phase: Phase) {
        self.report_progress(phase, None);
    }

    fn report_progress(&mut self, phase: Phase, waiting: Option<Waiting>) {
        let Some(file) = self.file.as_ref().filter(|_| self.is_watched) else {
            return;
        };
        self.actions.push(Action::Report(Progress {
            phase,
            bytes: file.bytes,
            attempt: match phase {
                Phase::Preparing => 1,
                _ => self.attempts_of_step().number(),
            },
            waiting,
        }));
    }
}

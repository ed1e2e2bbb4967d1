//! Attempts of a step, and the time that they take.

use super::{Action, Activity, Call, Moment, Stage};
use crate::failure::Step;
use crate::progress::{Phase, Progress};
use crate::read::HeaderValue;
use crate::retry::{Attempts, LONGEST_WAIT_MS, Patience, put_stall_limit_ms};

impl<V: Clone> Call<V> {
    /// Begins an attempt of the step at hand.
    pub(super) fn attempt(&mut self, moment: Moment) {
        let step = self.step();
        if step == Step::Put && self.file.as_ref().is_some_and(|it| it.is_being_copied) {
            self.begin_with_file(Activity::CopyFile, LONGEST_WAIT_MS, moment);
            self.actions.push_back(Action::Wait);
            return;
        }
        if let Some(phase) = Phase::of(step) {
            self.report(phase);
        }
        let function = self.client.token_function().filter(|_| step != Step::Put);
        if let Some(function) = function.cloned() {
            self.begin(Activity::AskForToken, self.limits.timeout_ms, moment);
            self.actions.push_back(Action::AskForToken(function));
            return;
        }
        self.send(None, moment);
    }

    pub(super) fn send(&mut self, token: Option<&HeaderValue>, moment: Moment) {
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
    pub(super) fn silent_put_limit_ms(&self) -> u64 {
        let bytes = self.file.as_ref().map_or(0.0, |it| it.size);
        put_stall_limit_ms(self.limits.stall_timeout_ms, bytes as u64)
    }

    /// The request under way has sent so many bytes.
    pub(super) fn count_sent(&mut self, bytes: f64, moment: Moment) {
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

    /// Counts the time that the activity took.
    pub(super) fn spend_time(&mut self, moment: Moment) {
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
            Step::Init | Step::Classify | Step::Create => &self.attempts,
        }
    }

    pub(super) fn end(&mut self, action: Action<V>) {
        self.activity = Activity::End;
        self.actions.push_back(action);
    }

    /// Reports how far the upload is, where the page listens.
    pub(super) fn report(&mut self, phase: Phase) {
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

use super::arguments::upload_id_of;
use super::{Action, Call, Happened, Job, Task, file_name};
use crate::access::is_header_value;
use crate::answer::{NoAnswer, no_answer};
use crate::failure::{Code, Failure, Step};
use crate::image::{self, sniff};
use crate::progress::{Event, Phase, Progress};
use crate::retry::{
    Attempts, Check, Decision, LONGEST_WAIT_MS, Moment, Patience, put_stall_limit_ms,
};
use crate::tickets::Tickets;
use crate::world::World;

/// How a job ended.
#[derive(Clone, Copy, PartialEq)]
enum Ended {
    Done,
    Threw,
    TimedOut { after_ms: u64 },
}

impl Call {
    /// What is to be done, now that this has happened. `tickets`: those of all clients of the page.
    pub fn next(&mut self, happened: Happened, world: &dyn World, tickets: &mut Tickets) -> Action {
        self.advance(happened, world, tickets)
            .unwrap_or_else(|mut failure| {
                failure.step.get_or_insert(self.step());
                Action::Fail(failure)
            })
    }

    fn advance(
        &mut self,
        happened: Happened,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        let now_ms = world.now_ms();
        let Some((job, patience)) = &mut self.job else {
            return self.look_at_file(world);
        };
        let job = *job;
        let ended = match happened {
            Happened::Sent(bytes) => {
                self.moved(bytes, world);
                return Ok(Action::Await);
            }
            Happened::TimerFired => match patience.check(now_ms) {
                Check::NextIn(_) => return Ok(Action::Await),
                Check::Over { after_ms } => Ended::TimedOut { after_ms },
            },
            Happened::Threw => Ended::Threw,
            Happened::Nothing | Happened::Done => Ended::Done,
        };
        let took_ms = patience.spent_ms(now_ms);
        self.spent_ms = self.spent_ms.saturating_add(took_ms);
        let step = self.step();
        match job {
            Job::Copy if ended == Ended::Done => Ok(self.begin_reading(Job::Read, now_ms)),
            Job::Read if self.is_probing => {
                self.is_probing = false;
                let failure = if ended == Ended::Done {
                    no_answer(step, NoAnswer::Network)
                } else {
                    let mut failure = self.unreadable(world);
                    failure.attempts = 1; // the PUT was sent
                    failure
                };
                self.failed(failure, world, tickets)
            }
            Job::Read if ended == Ended::Done => {
                self.looked_at(world)?;
                self.attempt(world, tickets)
            }
            Job::Copy | Job::Read => Err(self.unreadable(world)),
            Job::Ask => match self.asked(ended, world) {
                Ok(()) => Ok(self.send(step, now_ms)),
                Err(failure) => self.failed(failure, world, tickets),
            },
            Job::Send(_) => self.sent(step, ended, world, tickets),
            Job::WaitForOnline => {
                let is_over = ended != Ended::Done && self.left_ms(step) == Some(0);
                match self.failure.take().filter(|_| is_over) {
                    Some(failure) => self.give_up(failure, world, tickets),
                    None => self.attempt(world, tickets),
                }
            }
            Job::Wait => self.attempt(world, tickets),
        }
    }

    /// The step at hand.
    pub fn step(&self) -> Step {
        let step = self.steps.get(self.done).copied();
        step.unwrap_or(self.task.first_step())
    }

    fn attempts(&mut self, step: Step) -> &mut Attempts {
        match step {
            Step::Put => &mut self.put_attempts,
            _ => &mut self.attempts,
        }
    }

    /// What is left of the deadline.
    fn left_ms(&self, step: Step) -> Option<u64> {
        let deadline_ms = self.options.limits.policy(step).deadline_ms?;
        Some(deadline_ms.saturating_sub(self.spent_ms))
    }

    fn begin(&mut self, job: Job, patience: Patience) -> Action {
        self.job = Some((job, patience));
        Action::Begin(job)
    }

    /// A job that may stand still for so many milliseconds, and take no longer than the deadline.
    fn begin_within(&mut self, job: Job, still_limit_ms: u64, now_ms: u64) -> Action {
        let left_ms = self.left_ms(self.step());
        self.begin(job, Patience::new(now_ms, still_limit_ms, left_ms))
    }

    fn look_at_file(&mut self, world: &dyn World) -> Result<Action, Box<Failure>> {
        let Some(size) = self.size else {
            return self.attempt_from(world);
        };
        let now_ms = world.now_ms();
        if self.task != Task::Upload {
            return Ok(self.begin_reading(Job::Read, now_ms));
        }
        self.tell(world, Phase::Preparing);
        // A small file is copied first, so that what is looked at here is what is sent, each time.
        let is_small = size <= self.options.snapshot_bytes;
        let job = if is_small { Job::Copy } else { Job::Read };
        Ok(self.begin_reading(job, now_ms))
    }

    fn begin_reading(&mut self, job: Job, now_ms: u64) -> Action {
        let limits = &self.options.limits;
        let still_limit_ms = match self.task {
            Task::Upload => LONGEST_WAIT_MS,
            Task::PutFile => limits.stall_timeout_ms,
            _ => limits.timeout_ms,
        };
        let deadline_ms = limits.deadline_ms;
        let left_ms = deadline_ms.map(|it| it.saturating_sub(self.spent_ms));
        self.begin(job, Patience::new(now_ms, still_limit_ms, left_ms))
    }

    /// What the file's bytes say it is.
    fn looked_at(&mut self, world: &dyn World) -> Result<(), Box<Failure>> {
        self.begin_time();
        let format = sniff(&world.bytes());
        self.format = Some(format.map_err(|kind| image::unsupported(&file_name(world), kind))?);
        self.size = Some(world.number("blobSize"));
        Ok(())
    }

    fn unreadable(&self, world: &dyn World) -> Box<Failure> {
        image::unreadable(&file_name(world))
    }

    /// One more attempt of the step at hand.
    fn attempt(
        &mut self,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        match self.attempt_from(world) {
            Ok(action) => Ok(action),
            Err(failure) => self.failed(failure, world, tickets),
        }
    }

    fn attempt_from(&mut self, world: &dyn World) -> Result<Action, Box<Failure>> {
        let (step, now_ms) = (self.step(), world.now_ms());
        if let Some(phase) = Phase::of(step) {
            self.tell(world, phase);
        }
        if step != Step::Put && self.client.asks_for_token {
            let timeout_ms = self.options.limits.timeout_ms;
            return Ok(self.begin_within(Job::Ask, timeout_ms, now_ms));
        }
        if let (Step::Put, Some(format), Some(minted_for)) = (step, self.format, self.minted_for)
            && minted_for.format() != format
        {
            return Err(image::mismatched(&file_name(world), format, minted_for));
        }
        Ok(self.send(step, now_ms))
    }

    fn asked(&self, ended: Ended, world: &dyn World) -> Result<(), Box<Failure>> {
        let message = match ended {
            Ended::Done => {
                if world.text("token").as_deref().is_some_and(is_header_value) {
                    return Ok(());
                }
                "`sessionToken` must give a string of printable ASCII. Nothing was sent."
            }
            Ended::TimedOut { .. } => "`sessionToken` did not answer in time. Nothing was sent.",
            Ended::Threw => "`sessionToken` threw or rejected: see `cause`. Nothing was sent.",
        };
        Err(Failure::new(Code::SessionTokenFailed, message, &[]).about("sessionToken"))
    }

    fn send(&mut self, step: Step, now_ms: u64) -> Action {
        let still_limit_ms = match step {
            Step::Put => self.silence_ms(),
            _ => self.options.limits.timeout_ms,
        };
        self.begin_within(Job::Send(step), still_limit_ms, now_ms)
    }

    /// How long nothing need be heard of a PUT, where nothing tells how far it is.
    fn silence_ms(&self) -> u64 {
        let bytes = self.size.unwrap_or_default() as u64;
        put_stall_limit_ms(self.options.limits.stall_timeout_ms, bytes)
    }

    /// The request at hand has sent so many bytes.
    fn moved(&mut self, bytes: f64, world: &dyn World) {
        let is_whole = self.size.is_none_or(|size| bytes >= size);
        let still_limit_ms = if is_whole {
            self.silence_ms()
        } else {
            self.options.limits.stall_timeout_ms
        };
        if let Some((_, patience)) = &mut self.job {
            patience.moved(world.now_ms(), still_limit_ms);
        }
        self.update(world, |it| it.sent(bytes as u64));
    }

    /// A request has ended.
    fn sent(
        &mut self,
        step: Step,
        ended: Ended,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        let failure = match ended {
            Ended::Done => match self.judge(step, world) {
                Ok(()) => return self.took(step, world, tickets),
                Err(failure) => failure,
            },
            // A file that vanished after it was picked looks like a failed connection.
            Ended::Threw if step == Step::Put => {
                self.is_probing = true;
                let still_limit_ms = self.options.limits.stall_timeout_ms;
                return Ok(self.begin_within(Job::Read, still_limit_ms, world.now_ms()));
            }
            Ended::Threw => no_answer(step, NoAnswer::Network),
            Ended::TimedOut { after_ms } => no_answer(step, NoAnswer::Timeout(after_ms)),
        };
        self.failed(failure, world, tickets)
    }

    /// A step is done.
    fn took(
        &mut self,
        step: Step,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        let text = |path: &str| world.text(path).unwrap_or_default();
        let (url, now_ms) = (text("target.href"), world.now_ms());
        match step {
            Step::Init => tickets.minted(text("answer.body.upload_id"), url, now_ms),
            Step::Put => {
                tickets.filled(&url);
                self.update(world, Progress::answered);
            }
            Step::Classify => {}
            Step::Create => {
                for index in 0..self.upload_count {
                    tickets.forget(&text(&upload_id_of(index)), now_ms);
                }
            }
        }
        if step != Step::Put {
            world.keep(step);
        }
        self.begin_step(self.done + 1);
        if self.done < self.steps.len() {
            self.attempt(world, tickets)
        } else {
            Ok(Action::Finish)
        }
    }

    fn begin_step(&mut self, place: usize) {
        self.done = place;
        self.attempts = Attempts::default();
        self.begin_time();
    }

    fn begin_time(&mut self) {
        if self.options.limits.deadline_ms.is_none() {
            self.spent_ms = 0;
        }
    }

    /// An attempt has failed.
    fn failed(
        &mut self,
        failure: Box<Failure>,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        let step = self.step();
        let moment = Moment {
            elapsed_ms: self.spent_ms,
            random: world.random(),
            is_offline: world.flag("isOffline"),
            can_renew_token: step != Step::Put && self.client.asks_for_token,
        };
        let policy = self.options.limits.policy(step);
        let (job, ms) = match self.attempts(step).failed(&policy, &failure, moment) {
            Decision::RetryIn { ms } => (Job::Wait, ms),
            Decision::WaitForOnline { at_most_ms } => (Job::WaitForOnline, at_most_ms),
            Decision::GiveUp(_) => return self.give_up(failure, world, tickets),
        };
        self.failure = Some(failure);
        Ok(self.begin(job, Patience::wait(world.now_ms(), ms)))
    }

    fn give_up(
        &mut self,
        mut failure: Box<Failure>,
        world: &dyn World,
        tickets: &mut Tickets,
    ) -> Result<Action, Box<Failure>> {
        if self.task == Task::Upload
            && !self.is_ticket_new
            && failure.code == Code::UploadUrlExpired.as_str()
        {
            self.is_ticket_new = true;
            self.begin_step(0);
            return self.attempt(world, tickets);
        }
        let step = self.step();
        let is_unspent = |index| {
            let id = world.text(&upload_id_of(index)).unwrap_or_default();
            tickets.is_filled_and_unspent(&id, world.now_ms())
        };
        let are_unspent = self.upload_count > 0 && (0..self.upload_count).all(is_unspent);
        self.attempts(step).report(step, &mut failure, are_unspent);
        Err(failure)
    }

    /// Tells what is new of the PUT.
    fn update(&mut self, world: &dyn World, change: impl FnOnce(&mut Progress) -> u64) {
        let before = self.progress.loaded();
        if change(&mut self.progress) > before {
            self.tell(world, Phase::Uploading);
        }
    }

    fn tell(&mut self, world: &dyn World, phase: Phase) {
        if self.is_watched() {
            let number = match phase {
                Phase::Preparing => 1,
                _ => self.attempts(self.step()).number(),
            };
            world.tell(Event::new(phase, self.progress, number));
        }
    }
}

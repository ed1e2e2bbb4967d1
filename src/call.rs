//! One call to one server: what its attempts have in common, and what is done after one that failed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aurous_contract::failure::Step;
use aurous_contract::retry::{Attempts, Decision, LONGEST_WAIT_MS, Moment, Patience, RetryPolicy};
use js_sys::{Function, Math, Promise};
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::attempt::{Attempt, Interrupt, now_ms};
use crate::call_options::{Context, Signal};
use crate::js;
use crate::on_progress::OnProgress;
use crate::stop::Stop;
use crate::ticket;

pub struct Call {
    pub step: Step,
    pub signal: Option<Signal>,
    attempts: RefCell<Attempts>,
    /// What its attempts and waits took, in milliseconds. Shared by the calls that have one deadline.
    spent_ms: Rc<Cell<u64>>,
    on_progress: Option<Rc<OnProgress>>,
    /// The uploads that a create would use up.
    pub upload_ids: Vec<String>,
}

impl Call {
    pub fn new(step: Step, context: &Context, policy: RetryPolicy) -> Self {
        Self {
            step,
            signal: context.signal.clone(),
            attempts: RefCell::new(Attempts::new(context.limits.policy(policy))),
            spent_ms: context.spent_ms(),
            on_progress: context.on_progress.clone(),
            upload_ids: Vec::new(),
        }
    }

    /// The request may be carried out only once.
    pub fn only_once(&mut self) {
        self.attempts.get_mut().only_once();
    }

    /// The number of the attempt under way.
    pub fn number(&self) -> u32 {
        self.attempts.borrow().number()
    }

    /// Something that may stand still for so many milliseconds, and take no longer than the deadline.
    pub fn attempt(&self, still_limit_ms: u64) -> Result<Attempt, Stop> {
        self.start(Patience::new(now_ms(), still_limit_ms, self.left_ms()))
    }

    /// Tells the page that the next attempt begins.
    pub fn announce(&self) {
        if let Some(on_progress) = &self.on_progress {
            on_progress.begins(self.step, self.number());
        }
    }

    /// After an attempt that failed: returns when it is time for another one, or with what the call
    /// rejects with.
    pub async fn again(&self, stop: Stop, can_renew_token: bool) -> Result<(), Stop> {
        let (mut failure, cause) = match stop {
            Stop::Failed(failure, cause) => (failure, cause),
            rejected => return Err(rejected),
        };
        let moment = Moment {
            elapsed_ms: self.spent_ms.get(),
            random: Math::random(),
            is_offline: is_offline(),
            can_renew_token,
        };
        let decision = self.attempts.borrow_mut().failed(&failure, moment);
        let goes_on = match decision {
            Decision::RetryIn { ms } => {
                self.wait(ms, &never()).await?;
                true
            }
            Decision::WaitForOnline { at_most_ms } => {
                self.wait_for_online(at_most_ms).await? || self.left_ms() != Some(0)
            }
            Decision::GiveUp(_) => false,
        };
        if goes_on {
            return Ok(());
        }
        failure.step = Some(self.step);
        let are_unspent = ticket::are_filled_and_unspent(&self.upload_ids);
        self.attempts
            .borrow()
            .report(self.step, &mut failure, are_unspent);
        Err(Stop::Failed(failure, cause))
    }

    /// What is left of the deadline.
    fn left_ms(&self) -> Option<u64> {
        self.attempts.borrow().left_ms(self.spent_ms.get())
    }

    fn start(&self, patience: Patience) -> Result<Attempt, Stop> {
        Attempt::start(self.signal.as_ref(), patience, self.spent_ms.clone())
    }

    /// Whether `sooner` came, and not the time.
    async fn wait(&self, ms: u64, sooner: &Promise) -> Result<bool, Stop> {
        let wait = self.start(Patience::wait(now_ms(), ms))?;
        match wait.run(sooner).await {
            Err(Interrupt::Cancelled(stop)) => Err(stop),
            ended => Ok(ended.is_ok()),
        }
    }

    async fn wait_for_online(&self, at_most_ms: u64) -> Result<bool, Stop> {
        let mut resolve: Option<Function> = None;
        let online = Promise::new(&mut |its_resolve, _| resolve = Some(its_resolve));
        let Some(resolve) = resolve else {
            return Ok(false);
        };
        let global: EventTarget = js_sys::global().unchecked_into();
        let _ = global.add_event_listener_with_callback("online", &resolve);
        let came = self.wait(at_most_ms, &online).await;
        let _ = global.remove_event_listener_with_callback("online", &resolve);
        came
    }
}

/// Waits as long as a shared flight takes: that has its own limits.
pub fn patient(signal: Option<&Signal>) -> Result<Attempt, Stop> {
    let patience = Patience::wait(now_ms(), LONGEST_WAIT_MS);
    Attempt::start(signal, patience, Rc::default())
}

fn never() -> Promise {
    Promise::new(&mut |_, _| {})
}

fn is_offline() -> bool {
    let navigator = js::get(&js_sys::global(), "navigator");
    js::get(&navigator, "onLine").as_bool() == Some(false)
}

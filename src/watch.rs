//! What is told of a job while it is under way: that its time may be up, or how much of a file was sent.

use std::cell::Cell;
use std::rc::Rc;

use aurous_contract::failure::Step;
use aurous_contract::progress::{Event, Phase, Progress};
use aurous_contract::retry::{Check, Patience, put_stall_limit_ms};
use js_sys::Date;
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::limits::Limits;
use crate::platform;

pub struct Watch {
    /// With the job at hand.
    patience: Cell<Patience>,
    over_after_ms: Cell<Option<u64>>,
    /// The number of the attempt under way.
    attempt: Cell<u32>,
    /// A function, or `undefined`.
    listener: JsValue,
    progress: Cell<Progress>,
    /// Of the file, in bytes.
    size: f64,
    stall_timeout_ms: u64,
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    Date::now() as u64
}

impl Watch {
    /// `size`: of the file, in bytes.
    pub fn new(limits: &Limits, listener: JsValue, size: f64) -> Rc<Self> {
        Rc::new(Self {
            patience: Cell::new(Patience::wait(0, 0)),
            over_after_ms: Cell::new(None),
            attempt: Cell::new(1),
            listener,
            progress: Cell::new(Progress::of(size as u64)),
            size,
            stall_timeout_ms: limits.stall_timeout_ms,
        })
    }

    /// A job begins.
    pub fn start(&self, patience: Patience) {
        self.patience.set(patience);
        self.over_after_ms.set(None);
    }

    /// How long the job took, and whether its time was up: after so many milliseconds.
    pub fn end(&self) -> (u64, Option<u64>) {
        let spent_ms = self.patience.get().spent_ms(now_ms());
        (spent_ms, self.over_after_ms.get())
    }

    /// Called by the job, with a negative number by its timer, else with the bytes sent so far. Gives
    /// when the timer calls again, in milliseconds; a negative number: the time is up.
    pub fn look(&self, sent: f64) -> f64 {
        let mut patience = self.patience.get();
        let next = if sent >= 0.0 {
            let is_whole = sent >= self.size;
            patience.moved(
                now_ms(),
                if is_whole {
                    self.silence_ms()
                } else {
                    self.stall_timeout_ms
                },
            );
            0.0
        } else {
            match patience.check(now_ms()) {
                Check::NextIn(ms) => ms as f64,
                Check::Over { after_ms } => {
                    self.over_after_ms.set(Some(after_ms));
                    -1.0
                }
            }
        };
        self.patience.set(patience);
        if sent >= 0.0 {
            self.update(|it| it.sent(sent as u64));
        }
        next
    }

    /// How long nothing need be heard of a PUT, where nothing tells how far it is.
    pub fn silence_ms(&self) -> u64 {
        put_stall_limit_ms(self.stall_timeout_ms, self.size as u64)
    }

    /// An attempt of a step begins.
    pub fn begins(&self, step: Step, attempt: u32) {
        self.attempt.set(attempt);
        if let Some(phase) = Phase::of(step) {
            self.tell(phase);
        }
    }

    /// The server took the file.
    pub fn answered(&self) {
        self.update(Progress::answered);
    }

    /// Tells what is new.
    fn update(&self, change: impl FnOnce(&mut Progress) -> u64) {
        let mut progress = self.progress.get();
        let before = progress.loaded();
        if change(&mut progress) > before {
            self.progress.set(progress);
            self.tell(Phase::Uploading);
        }
    }

    /// Whether anybody listens.
    pub fn tells(&self) -> bool {
        !self.listener.is_undefined()
    }

    pub fn tell(&self, phase: Phase) {
        if self.tells() {
            let event = Event::new(phase, self.progress.get(), self.attempt.get());
            let _ = platform::tell(&self.listener, &argument::object(&event));
        }
    }
}

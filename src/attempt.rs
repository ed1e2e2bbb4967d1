//! One attempt at something that JavaScript does in its own time: it ends with a result, with an
//! exception, when its time is up, or when the caller cancels, whichever is first.
//!
//! The request gets an abort signal of our own, never the caller's: WebKit's `fetch` rejects with its
//! own `AbortError` instead of the signal's reason, and gloo-net panics on a reason that is no
//! `Error`. Dropping an attempt ends its request, removes its listener and clears its timer.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use aurous_contract::failure::{Code, Failure};
use aurous_contract::retry::{Check, LONGEST_WAIT_MS, Patience};
use js_sys::{Array, Date, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::call_options::Signal;
use crate::js;
use crate::stop::Stop;

pub enum Interrupt {
    Cancelled(Stop),
    /// After this many milliseconds.
    TimedOut(u64),
    /// What the promise rejected with.
    Thrown(JsValue),
}

pub struct Attempt {
    watch: Rc<Watch>,
    signal: Option<Signal>,
    on_abort: Closure<dyn FnMut()>,
    /// What the call has spent, this attempt not counted yet.
    spent_ms: Rc<Cell<u64>>,
}

/// Ends the attempt: by its timer, which looks when patience is at its end, or for the caller.
pub struct Watch {
    controller: AbortController,
    patience: Cell<Patience>,
    ended: Cell<Ended>,
    /// Rejects when the time is up or the caller cancels, so that we needn't rely on how, or whether,
    /// an engine settles what it was told to abort.
    interrupted: Promise,
    reject: Option<Function>,
    timer: RefCell<JsValue>,
    on_timer: Closure<dyn FnMut()>,
}

#[derive(Clone, Copy, PartialEq)]
enum Ended {
    NotYet,
    ByCaller,
    AfterMs(u64),
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    Date::now() as u64
}

impl Attempt {
    /// Rejects at once where the signal is aborted already.
    pub fn start(
        signal: Option<&Signal>,
        patience: Patience,
        spent_ms: Rc<Cell<u64>>,
    ) -> Result<Self, Stop> {
        if let Some(signal) = signal {
            signal.check()?;
        }
        let watch = Watch::start(patience)?;
        let on_abort = {
            let watch = watch.clone();
            Closure::new(move || watch.end(Ended::ByCaller))
        };
        if let Some(signal) = signal {
            let _ = signal
                .as_event_target()
                .add_event_listener_with_callback("abort", on_abort.as_ref().unchecked_ref());
        }
        Ok(Self {
            watch,
            signal: signal.cloned(),
            on_abort,
            spent_ms,
        })
    }

    /// The signal for the request.
    pub fn abort_signal(&self) -> web_sys::AbortSignal {
        self.watch.controller.signal()
    }

    /// Tells that something moved, for those who hear of it.
    pub fn watch(&self) -> Rc<Watch> {
        self.watch.clone()
    }

    /// Waits for a promise, no longer than the attempt lasts.
    pub async fn run(&self, promise: &JsValue) -> Result<JsValue, Interrupt> {
        let first = Promise::race(&Array::of2(promise, &self.watch.interrupted));
        JsFuture::from(first)
            .await
            .map_err(|thrown| match (self.watch.ended.get(), &self.signal) {
                (Ended::AfterMs(ms), _) => Interrupt::TimedOut(ms),
                (Ended::ByCaller, Some(signal)) => Interrupt::Cancelled(signal.cancelled()),
                _ => Interrupt::Thrown(thrown),
            })
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let patience = self.watch.patience.get();
        let spent_ms = self.spent_ms.get();
        self.spent_ms
            .set(spent_ms.saturating_add(patience.spent_ms(now_ms())));
        let _ = js::clear_timeout(&self.watch.timer.borrow());
        if let Some(signal) = &self.signal {
            let _ = signal
                .as_event_target()
                .remove_event_listener_with_callback(
                    "abort",
                    self.on_abort.as_ref().unchecked_ref(),
                );
        }
        // Ends the download of an answer that nobody reads.
        self.watch.controller.abort();
    }
}

impl Watch {
    fn start(patience: Patience) -> Result<Rc<Self>, Stop> {
        let controller = AbortController::new().map_err(|_| no_abort_controller())?;
        let mut reject = None;
        let interrupted = Promise::new(&mut |_, its_reject| reject = Some(its_reject));
        let watch = Rc::new_cyclic(|watch: &Weak<Self>| {
            let watch = watch.clone();
            Self {
                controller,
                patience: Cell::new(patience),
                ended: Cell::new(Ended::NotYet),
                interrupted,
                reject,
                timer: RefCell::default(),
                on_timer: Closure::new(move || {
                    if let Some(watch) = watch.upgrade() {
                        watch.look();
                    }
                }),
            }
        });
        watch.set_timer(patience.next_check_ms());
        Ok(watch)
    }

    /// Something moved: from here on it may stand still for so many milliseconds.
    pub fn moved(&self, still_limit_ms: u64) {
        let mut patience = self.patience.get();
        patience.moved(now_ms(), still_limit_ms);
        self.patience.set(patience);
    }

    fn look(&self) {
        let mut patience = self.patience.get();
        let check = patience.check(now_ms());
        self.patience.set(patience);
        match check {
            Check::NextIn(ms) => self.set_timer(ms),
            Check::Over { after_ms } => self.end(Ended::AfterMs(after_ms)),
        }
    }

    fn set_timer(&self, ms: u64) {
        if ms >= LONGEST_WAIT_MS {
            return; // for ever
        }
        let on_timer = self.on_timer.as_ref().unchecked_ref();
        // A wait fits a timer: the contract sees to it.
        let timer = js::set_timeout(on_timer, ms as u32).unwrap_or_default();
        self.timer.replace(timer);
    }

    fn end(&self, how: Ended) {
        if self.ended.get() == Ended::NotYet {
            self.ended.set(how);
            self.controller.abort();
            if let Some(reject) = &self.reject {
                // A function that settles a promise never throws.
                let _ = reject.call0(&JsValue::UNDEFINED);
            }
        }
    }
}

fn no_abort_controller() -> Stop {
    let message = "There is no AbortController here: aurous-web needs a browser of 2019 or later, or Node 20 or later.";
    Failure::new(Code::InvalidOption, message).into()
}

//! One attempt at something that JavaScript does in its own time: it ends with a result, with an
//! exception, when its time is up, or when the caller cancels, whichever is first.
//!
//! The request gets an abort signal of our own, never the caller's: WebKit's `fetch` rejects with its
//! own `AbortError` instead of the signal's reason, and gloo-net panics on a reason that is no
//! `Error`. Dropping an attempt ends its request, removes its listener and clears its timer.

use std::cell::Cell;
use std::rc::Rc;

use aurous_contract::failure::{Code, Failure};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::call_options::Signal;
use crate::js;
use crate::stop::Stop;

pub enum Interrupt {
    Cancelled(Stop),
    /// After this many milliseconds.
    TimedOut(u32),
    /// What the promise rejected with.
    Thrown(JsValue),
}

pub struct Attempt {
    controller: AbortController,
    ended: Rc<Cell<Ended>>,
    /// Rejects when the time is up or the caller cancels, so that we needn't rely on how, or whether,
    /// an engine settles what it was told to abort.
    interrupted: Promise,
    timeout_ms: u32,
    timer: JsValue,
    signal: Option<Signal>,
    /// Held for the timer, which calls it.
    _on_timeout: Closure<dyn FnMut()>,
    on_abort: Closure<dyn FnMut()>,
}

#[derive(Clone, Copy, PartialEq)]
enum Ended {
    NotYet,
    ByCaller,
    ByTimer,
}

impl Attempt {
    pub fn start(signal: Option<&Signal>, timeout_ms: u32) -> Result<Self, Stop> {
        if let Some(signal) = signal {
            signal.check()?;
        }
        let controller = AbortController::new().map_err(|_| no_abort_controller())?;
        let ended = Rc::new(Cell::new(Ended::NotYet));
        let mut reject: Option<Function> = None;
        let interrupted = Promise::new(&mut |_, its_reject| reject = Some(its_reject));
        let end_as = |how: Ended| {
            let (ended, controller, reject) = (ended.clone(), controller.clone(), reject.clone());
            Closure::<dyn FnMut()>::new(move || {
                if ended.get() == Ended::NotYet {
                    ended.set(how);
                    controller.abort();
                    // A function that settles a promise never throws.
                    let _ = reject
                        .as_ref()
                        .map(|reject| reject.call0(&JsValue::UNDEFINED));
                }
            })
        };
        let (on_timeout, on_abort) = (end_as(Ended::ByTimer), end_as(Ended::ByCaller));
        let timer =
            js::set_timeout(on_timeout.as_ref().unchecked_ref(), timeout_ms).unwrap_or_default();
        if let Some(signal) = signal {
            let _ = signal
                .as_event_target()
                .add_event_listener_with_callback("abort", on_abort.as_ref().unchecked_ref());
        }
        Ok(Self {
            controller,
            ended,
            interrupted,
            timeout_ms,
            timer,
            signal: signal.cloned(),
            _on_timeout: on_timeout,
            on_abort,
        })
    }

    /// The signal for the request.
    pub fn abort_signal(&self) -> web_sys::AbortSignal {
        self.controller.signal()
    }

    /// Waits for a promise, no longer than the attempt lasts.
    pub async fn run(&self, promise: &JsValue) -> Result<JsValue, Interrupt> {
        let first = Promise::race(&Array::of2(promise, &self.interrupted));
        JsFuture::from(first)
            .await
            .map_err(|thrown| match (self.ended.get(), &self.signal) {
                (Ended::ByTimer, _) => Interrupt::TimedOut(self.timeout_ms),
                (Ended::ByCaller, Some(signal)) => Interrupt::Cancelled(signal.cancelled()),
                _ => Interrupt::Thrown(thrown),
            })
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let _ = js::clear_timeout(&self.timer);
        if let Some(signal) = &self.signal {
            let _ = signal
                .as_event_target()
                .remove_event_listener_with_callback(
                    "abort",
                    self.on_abort.as_ref().unchecked_ref(),
                );
        }
        // Ends the download of an answer that nobody reads.
        self.controller.abort();
    }
}

fn no_abort_controller() -> Stop {
    let message = "There is no AbortController here: aurous-web needs a browser of 2019 or later, or Node 20 or later.";
    Failure::new(Code::InvalidOption, message).into()
}

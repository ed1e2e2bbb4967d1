use std::rc::Rc;
use std::task::{Context, Poll};

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::listener::Listener;
use crate::slot::Slot;

/// Whether a call was cancelled, and with which reason: the very object of the caller's signal.
pub struct Cancellation {
    reason: Rc<Slot<JsValue>>,
    _listener: Option<Listener>,
}

impl Cancellation {
    /// Follows nothing: the call is cancelled by [`Self::cancel`] alone.
    pub fn none() -> Self {
        Self {
            reason: Rc::new(Slot::new()),
            _listener: None,
        }
    }

    /// Follows the caller's signal, where there is one.
    ///
    /// # Errors
    /// The signal cannot be listened to: what it threw.
    pub fn of(signal: Option<&JsValue>) -> Result<Self, JsValue> {
        let reason = Rc::new(Slot::new());
        let listener = match signal {
            Some(signal) => listen(signal, &reason)?,
            None => None,
        };
        Ok(Self {
            reason,
            _listener: listener,
        })
    }

    /// Cancels the call itself.
    pub fn cancel(&self, reason: JsValue) {
        self.reason.put(reason);
    }

    /// Returns the reason, once, where the call was cancelled.
    pub fn take_reason(&self) -> Option<JsValue> {
        self.reason.take()
    }

    pub fn poll_reason(&self, context: &mut Context<'_>) -> Poll<JsValue> {
        self.reason.poll_take(context)
    }
}

fn listen(signal: &JsValue, reason: &Rc<Slot<JsValue>>) -> Result<Option<Listener>, JsValue> {
    // A signal that is aborted already fires no event.
    if Reflect::get(signal, &"aborted".into())?.is_truthy() {
        reason.put(reason_of(signal));
        return Ok(None);
    }
    let (signal_copy, slot) = (signal.clone(), Rc::clone(reason));
    let closure = Closure::<dyn FnMut(JsValue)>::new(move |_| slot.put(reason_of(&signal_copy)));
    Listener::add(signal, "abort", closure).map(Some)
}

fn reason_of(signal: &JsValue) -> JsValue {
    Reflect::get(signal, &"reason".into()).unwrap_or_default()
}

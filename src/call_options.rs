//! The options of one call.

use aurous_contract::failure::Code;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::fields::Fields;
use crate::js;
use crate::stop::Stop;

/// An `AbortSignal`, of whichever realm.
#[derive(Clone)]
pub struct Signal(JsValue);

impl Signal {
    /// Rejects with the signal's own reason where it is aborted already: it fires no event then.
    pub fn check(&self) -> Result<(), Stop> {
        if js::get(&self.0, "aborted").is_truthy() {
            Err(self.cancelled())
        } else {
            Ok(())
        }
    }

    pub fn cancelled(&self) -> Stop {
        Stop::Cancelled(js::get(&self.0, "reason"))
    }

    pub fn as_event_target(&self) -> &web_sys::EventTarget {
        self.0.unchecked_ref()
    }
}

pub fn signal(options: &Fields<'_>) -> Result<Option<Signal>, Stop> {
    let value = options.get("signal")?;
    if value.is_undefined() {
        return Ok(None);
    }
    // By its looks rather than by `instanceof`, which knows no signal of another realm.
    let is_signal = Reflect::get(&value, &"aborted".into()).is_ok_and(|it| it.as_bool().is_some())
        && js::get(&value, "addEventListener").is_function()
        && js::get(&value, "removeEventListener").is_function();
    if !is_signal {
        return Err(options.refuse("signal", "must be an AbortSignal", &value));
    }
    Ok(Some(Signal(value)))
}

/// `options` of a call.
pub fn read(options: &JsValue) -> Result<Fields<'_>, Stop> {
    Fields::of_optional(options, "options", Code::InvalidArgument)
}

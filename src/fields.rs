//! Typed getters over a JavaScript object, each naming the field that it refuses.
//!
//! By hand rather than by a derived `Deserialize`: that costs 12 KB of the download for its first
//! struct, and its messages do not name the field.

use aurous_contract::failure::{Code, Failure};
use aurous_contract::retry::LONGEST_WAIT_MS;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use crate::js;
use crate::stop::Stop;

pub struct Fields<'a> {
    object: &'a JsValue,
    /// Stands before each field's name in messages: `options`, or empty for the request itself.
    path: &'static str,
    /// The code of a refusal.
    code: Code,
}

impl<'a> Fields<'a> {
    /// The fields of an argument that must be an object.
    pub fn of(object: &'a JsValue, path: &'static str, code: Code) -> Self {
        Self { object, path, code }
    }

    /// The fields of an argument that may be left out: `undefined` and `null` have none.
    pub fn of_optional(object: &'a JsValue, path: &'static str, code: Code) -> Result<Self, Stop> {
        if !object.is_undefined() && !object.is_null() && !is_plain_object(object) {
            let name = if path.is_empty() { "options" } else { path };
            return Err(Stop::field(
                code,
                name,
                "must be an object",
                &js::describe(object),
            ));
        }
        Ok(Self::of(object, path, code))
    }

    /// The value of a field; `undefined` where it is not there or `null`.
    pub fn get(&self, name: &str) -> Result<JsValue, Stop> {
        if !self.object.is_object() && !self.object.is_function() {
            return Ok(JsValue::UNDEFINED);
        }
        match Reflect::get(self.object, &JsValue::from_str(name)) {
            Ok(value) if value.is_null() => Ok(JsValue::UNDEFINED),
            Ok(value) => Ok(value),
            Err(cause) => Err(unreadable(self.code, &self.name(name), cause)),
        }
    }

    pub fn string(&self, name: &str) -> Result<Option<String>, Stop> {
        let value = self.get(name)?;
        match value.as_string() {
            None if !value.is_undefined() => Err(self.refuse(name, "must be a string", &value)),
            text => Ok(text),
        }
    }

    pub fn required_string(&self, name: &str) -> Result<String, Stop> {
        self.string(name)?
            .ok_or_else(|| self.refuse_as(name, "must be a string", "missing"))
    }

    pub fn boolean(&self, name: &str) -> Result<bool, Stop> {
        let value = self.get(name)?;
        match value.as_bool() {
            None if !value.is_undefined() => Err(self.refuse(name, "must be a boolean", &value)),
            flag => Ok(flag == Some(true)),
        }
    }

    pub fn function(&self, name: &str) -> Result<Option<Function>, Stop> {
        Ok(self.get(name)?.dyn_into().ok())
    }

    /// A time that a timer takes.
    pub fn milliseconds(&self, name: &str) -> Result<Option<u32>, Stop> {
        let value = self.get(name)?;
        if value.is_undefined() {
            return Ok(None);
        }
        match value.as_f64() {
            Some(ms) if (1.0..=LONGEST_WAIT_MS as f64).contains(&ms) => Ok(Some(ms as u32)),
            Some(_) => Err(self.refuse_as(
                name,
                "must be 1 to 2147483647 milliseconds",
                "outside of that",
            )),
            None => Err(self.refuse(name, "must be a number of milliseconds", &value)),
        }
    }

    /// A whole number, 0 to `most`.
    pub fn count(&self, name: &str, most: u32) -> Result<Option<u32>, Stop> {
        let value = self.get(name)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let count = value.as_f64().filter(|it| (0.0..=most.into()).contains(it));
        // A fraction is none: `as` would cut it.
        match count.filter(|it| *it == f64::from(*it as u32)) {
            Some(count) => Ok(Some(count as u32)),
            None => {
                let must = ["must be a whole number, 0 to ", &most.to_string()].concat();
                Err(self.refuse_as(name, &must, "not one"))
            }
        }
    }

    /// Refuses a field for the type of its value.
    pub fn refuse(&self, name: &str, must: &str, value: &JsValue) -> Stop {
        self.refuse_as(name, must, &js::describe(value))
    }

    /// Refuses a field for what it is.
    pub fn refuse_as(&self, name: &str, must: &str, found: &str) -> Stop {
        Stop::field(self.code, &self.name(name), must, found)
    }

    /// The name of a field as messages give it.
    pub fn name(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.into()
        } else {
            [self.path, ".", name].concat()
        }
    }
}

/// An object that can hold fields: no array, no function.
pub fn is_plain_object(value: &JsValue) -> bool {
    value.is_object() && !js_sys::Array::is_array(value)
}

/// Reading `name` threw.
pub fn unreadable(code: Code, name: &str, cause: JsValue) -> Stop {
    let message = [
        "`",
        name,
        "` could not be read: it threw. Hand over plain values.",
    ]
    .concat();
    Stop::caused(Failure::new(code, message).about(name), cause)
}

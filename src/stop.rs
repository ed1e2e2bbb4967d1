//! Why a call ends without a result.

use aurous_contract::failure::{Code, Failure, Step};
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::platform::AurousError;

pub enum Stop {
    /// Becomes an `AurousError`; the value is its `cause`, `undefined` where there is none.
    Failed(Box<Failure>, JsValue),
    /// The very value to reject with: the reason of the caller's signal, or what a shared flight
    /// rejected with.
    Rejected(JsValue),
}

impl Stop {
    /// The field `param` is not what it must be.
    #[cold]
    #[inline(never)]
    pub fn field(code: Code, param: &str, must: &str, found: &str) -> Self {
        Failure::field(code, param, must, found).into()
    }

    /// Something is wrong about the field `param`.
    #[cold]
    #[inline(never)]
    pub fn about(code: Code, param: &str, message: &str) -> Self {
        Failure::new(code, &[message]).about(param).into()
    }

    #[cold]
    #[inline(never)]
    pub fn caused(failure: Box<Failure>, cause: JsValue) -> Self {
        Self::Failed(failure, cause)
    }

    /// What the call rejects with.
    pub fn into_js(self, step: Step) -> JsValue {
        match self {
            Self::Rejected(value) => value,
            Self::Failed(mut failure, cause) => {
                failure.step.get_or_insert(step);
                AurousError::new(&argument::object(&*failure), &cause).into()
            }
        }
    }
}

impl From<Box<Failure>> for Stop {
    fn from(failure: Box<Failure>) -> Self {
        Self::Failed(failure, JsValue::UNDEFINED)
    }
}

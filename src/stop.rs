//! Why a call ends without a result.

use aurous_contract::failure::{Failure, Step};
use wasm_bindgen::prelude::*;

use crate::js::AurousError;

pub enum Stop {
    /// Becomes an `AurousError`; the value is its `cause`, `undefined` where there is none.
    Failed(Box<Failure>, JsValue),
    /// The caller cancelled: the signal's own reason, the very object.
    Cancelled(JsValue),
}

impl Stop {
    /// What the call rejects with.
    pub fn into_js(self, step: Step) -> JsValue {
        match self {
            Self::Cancelled(reason) => reason,
            Self::Failed(mut failure, cause) => {
                failure.step = Some(step);
                match serde_wasm_bindgen::to_value(&*failure) {
                    Ok(fields) => AurousError::new(&fields, &cause).into(),
                    Err(error) => error.into(),
                }
            }
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure), JsValue::UNDEFINED)
    }
}

impl From<Box<Failure>> for Stop {
    fn from(failure: Box<Failure>) -> Self {
        Self::Failed(failure, JsValue::UNDEFINED)
    }
}

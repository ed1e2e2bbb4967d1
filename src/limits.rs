//! How long, how often: the options that a call and a client have alike.

use aurous_contract::failure::Step;
use aurous_contract::retry::RetryPolicy;
use wasm_bindgen::prelude::*;

/// Default time limit of one attempt of an API call, and of a PUT that stands still, in milliseconds.
const DEFAULT_TIMEOUT_MS: u64 = 30_000;

#[derive(Clone, Copy)]
pub struct Limits {
    pub timeout_ms: u64,
    pub stall_timeout_ms: u64,
    /// `None`: that of the step.
    pub deadline_ms: Option<u64>,
    max_retries: u32,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        timeout_ms: DEFAULT_TIMEOUT_MS,
        stall_timeout_ms: DEFAULT_TIMEOUT_MS,
        deadline_ms: None,
        max_retries: RetryPolicy::API_CALL.max_retries,
    };

    /// Of options that were checked; `default` has what is left out.
    pub fn of([timeout, stall_timeout, deadline, retries]: &[JsValue; 4], default: &Self) -> Self {
        let ms = |value: &JsValue| value.as_f64().map(|ms| ms as u64);
        Self {
            timeout_ms: ms(timeout).unwrap_or(default.timeout_ms),
            stall_timeout_ms: ms(stall_timeout).unwrap_or(default.stall_timeout_ms),
            deadline_ms: ms(deadline).or(default.deadline_ms),
            max_retries: ms(retries).map_or(default.max_retries, |it| it as u32),
        }
    }

    pub fn policy(&self, step: Step) -> RetryPolicy {
        let default = match step {
            Step::Put => RetryPolicy::PUT,
            _ => RetryPolicy::API_CALL,
        };
        RetryPolicy {
            max_retries: self.max_retries,
            deadline_ms: self.deadline_ms.or(default.deadline_ms),
            ..default
        }
    }
}

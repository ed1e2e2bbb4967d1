//! How long a call may take, and how often it is tried.

use crate::failure::Step;
use crate::read::{Fields, MaxRetries, Milliseconds, Reading};
use crate::retry::RetryPolicy;
use crate::value::Value;

/// Default time limit of one attempt of an API call, and of a PUT that stands still, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// The limits of a call: its own, else its client's, else the defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one attempt of an API call, in milliseconds.
    pub timeout_ms: u64,
    /// Of a PUT that stands still, in milliseconds.
    pub stall_timeout_ms: u64,
    /// Of a whole call, in milliseconds; `None`: the default of each of its steps.
    pub deadline_ms: Option<u64>,
    /// Requests after the first.
    pub max_retries: u32,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        timeout_ms: DEFAULT_TIMEOUT_MS,
        stall_timeout_ms: DEFAULT_TIMEOUT_MS,
        deadline_ms: None,
        max_retries: RetryPolicy::API_CALL.max_retries,
    };

    /// Reads the limits of a client or a call; those that are left out stay as they are here.
    ///
    /// # Errors
    /// About the first field that breaks its rule.
    pub fn overridden<V: Value>(self, fields: Fields<'_, V>) -> Reading<Self, V> {
        let milliseconds = |name| -> Reading<Option<u64>, V> {
            let field: Option<Milliseconds> = fields.optional(name)?;
            Ok(field.map(|it| it.0))
        };
        let max_retries: Option<MaxRetries> = fields.optional("maxRetries")?;
        Ok(Self {
            timeout_ms: milliseconds("timeoutMs")?.unwrap_or(self.timeout_ms),
            stall_timeout_ms: milliseconds("stallTimeoutMs")?.unwrap_or(self.stall_timeout_ms),
            deadline_ms: milliseconds("deadlineMs")?.or(self.deadline_ms),
            max_retries: max_retries.map_or(self.max_retries, |it| it.0),
        })
    }

    /// Returns the retry policy of a step under these limits.
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

#[cfg(test)]
mod tests;

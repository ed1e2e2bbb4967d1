//! When to try again, and after how long.
//!
//! Time and chance come in as arguments: milliseconds since the call began, a random number. What
//! waits, counts and listens is the shell's.
//!
//! | an attempt ended in | what [`RetryPolicy::decide`] says |
//! |---|---|
//! | no response, a stall, 408, 429, 500, 502, 503, 504 | again after a random part of 0.5 s, 1 s, 2 s … at most 30 s; behind `Retry-After`, where there is one |
//! | no response while the browser says that it is offline | wait for `online`, and look every 20 s; not counted |
//! | 409 `idempotency_key_in_use` | again after 0.5 s, 1 s … at most 8 s, with the same key |
//! | no known outcome, of a request that may be carried out only once | give up: the outcome is unknown |
//! | any other status, or a code that says so ([`is_final`](crate::answer::is_final)) | give up: the answer is final |
//!
//! A new session token after a 401 and a new ticket after a PUT's 403 are not repetitions of the
//! same request: to this policy, both statuses are final. [`Attempts`] follows one call through its
//! attempts, and knows of the token; [`Patience`] is when an attempt is no longer waited for.

mod attempts;
mod patience;
mod policy;
mod retry_after;
mod stall;

pub use attempts::{Attempts, Moment};
pub use patience::{Check, Patience};
pub use policy::{
    Attempt, Backoff, Decision, GiveUp, LONGEST_WAIT_MS, Outcome, Repeat, RetryPolicy,
};
pub use retry_after::parse_retry_after;
pub use stall::{PUT_SLOWEST_BYTES_PER_MS, put_stall_limit_ms};

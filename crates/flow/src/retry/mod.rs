//! When to try again, and after how long.
//!
//! Time and chance come in as arguments: milliseconds since the call began, a random number.
//!
//! | an attempt ended in | what [`RetryPolicy::decide`] returns |
//! |---|---|
//! | no response, a stall, 408, 425, 429, a 5xx but for 501, 505 and 511 | retry after a random part of 0.5 s, 1 s, 2 s … at most 30 s; on top of `Retry-After`, where there is one |
//! | no response while the browser reports that it is offline | wait for `online`, and try after 10 s, 20 s … at most 5 min |
//! | an answer with `Retry-After` | retry when it says; not counted, but that it spends the deadline |
//! | 500 that a proxy answered in the gateway's place | retry once |
//! | 409 `idempotency_key_in_use` | retry after 0.5 s, 1 s … at most 8 s, with the same key |
//! | an unknown outcome of a request that may be carried out only once | give up: the outcome is unknown |
//! | any other status, or a final code ([`Outcome::is_final`](aurous_contract::outcome::Outcome::is_final)) | give up: the answer is final |
//!
//! A new session token after a 401 and a new ticket after a PUT's 403 make another request, not the same
//! one: to this policy, both statuses are final. [`Attempts`] counts the attempts of one step, and knows of
//! the token; [`Patience`] decides how long to wait for an attempt.

mod attempts;
mod patience;
mod policy;
mod retry_after;
mod stall;

pub use attempts::{Attempts, Circumstances};
pub use patience::{Check, Patience};
pub use policy::{Attempt, Backoff, Decision, GiveUp, LONGEST_WAIT_MS, RetryPolicy};
pub use retry_after::parse_retry_after;
pub use stall::{PUT_SLOWEST_BYTES_PER_MS, put_stall_limit_ms};

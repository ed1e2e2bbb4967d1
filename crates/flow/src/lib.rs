//! How a call of the Aurous SDK goes, as a state machine: values in, values out.
//!
//! A call begins as a page's arguments, which [`arguments`], [`client`] and [`options`] read into typed
//! records. Then [`call::Call`] takes one [`call::Event`] after another, with the time and a random number
//! beside it, and queues the [`call::Action`]s that the shell carries out: read the file, send this
//! [`request::Request`], wait, finish. The shell (the crate `aurous-web`) acts and reports; it decides
//! nothing.
//!
//! | module | holds |
//! |---|---|
//! | [`call`] | one call, from its first action to its result |
//! | [`arguments`] | what each function takes |
//! | [`character_call`] | the calls about characters that exist |
//! | [`client`], [`options`], [`limits`] | what a client and a call can set |
//! | [`request`] | requests as data |
//! | [`answer`] | what is read of an answer, and what it means |
//! | [`retry`] | when to try again, and how long to wait for an attempt |
//! | [`failure`], [`refusal`], [`message`] | errors, and how they read |
//! | [`create_identity`] | which creates are one |
//! | [`progress`] | how far an upload is |
//! | [`page`], [`ledger`], [`turns`] | what the calls of a page share: its tickets, and its turns at a rate limit |
//! | [`read`], [`value`], [`url`], [`text`] | typed reading of dynamically typed values |
//!
//! # Invariants
//!
//! - **No input but arguments**: no clock, no randomness, no I/O, no JavaScript. A test replays any call
//!   (`call/tests`).
//! - **Nothing here panics**: in a page, a panic leaves the caller's promise pending for ever. The lints of
//!   this crate's `Cargo.toml` forbid `unwrap`, `expect`, `panic` and indexing.
//! - **No message holds a key, a token or a signed URL.** A value at fault is named by its field and its kind
//!   (`read/tests`).
//! - **A PUT carries `Content-Type` alone** ([`request::Request::put`], and its example).
//! - **A create is never reported as failed where it may have happened**: [`failure::Code::CreateOutcomeUnknown`]
//!   (`retry/attempts/tests`, `call/tests`).

pub mod answer;
pub mod arguments;
pub mod call;
pub mod character_call;
pub mod client;
pub mod create_identity;
pub mod failure;
pub mod ledger;
pub mod limits;
pub mod message;
pub mod options;
pub mod page;
pub mod progress;
pub mod read;
pub mod refusal;
pub mod request;
pub mod retry;
pub mod text;
pub mod turns;
pub mod url;
pub mod value;

#[cfg(test)]
mod json_value;

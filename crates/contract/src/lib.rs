//! The Aurous Labs V1 character API as types and rules.
//!
//! This crate knows no I/O and no JavaScript. Whatever *decides* something lives here, as a pure
//! function of its inputs (the time and a random number included), and is tested natively; the SDK,
//! the emulator and the gateway *act* on what it says. Nothing here may panic: in a page, a panic
//! leaves the caller's promise pending for ever.
//!
//! | module | what it holds |
//! |---|---|
//! | [`image`] | the three accepted formats, their extensions and content types; what a file's first bytes say it is |
//! | [`filename`] | the name sent with an upload, cut to the API's limit |
//! | [`id`] | the API's opaque ids |
//! | [`upload`] | tickets, classification, poses: the upload flow on the wire |
//! | [`character`] | characters and the requests that make them |
//! | [`error`] | the API's error envelope, its types and codes |
//! | [`failure`] | what the SDK throws: kinds, steps, codes, messages |
//! | [`call`] | a call of the SDK, from its arguments to its result |
//! | [`world`] | what a call can ask of the page that it runs in |
//! | [`argument`] | what arguments and options must be |
//! | [`options`] | the options of a call and a client |
//! | [`answer`] | what an HTTP answer means to the SDK |
//! | [`gateway`] | the gateway's codes that the SDK acts on |
//! | [`header`] | the headers of the API and of the gateway |
//! | [`access`] | where an API key or a session token may go |
//! | [`retry`] | when to try again, and after how long |
//! | [`tickets`] | what became of the tickets that a client minted |
//! | [`progress`] | how far an upload is, as a page is told |
//! | [`rate`] | the token buckets of the API's rate limits |
//! | [`version`] | the API's versions |
//! | [`limits`] | every number of the API, with its source |

pub mod access;
pub mod answer;
pub mod argument;
pub mod call;
pub mod character;
pub mod error;
pub mod failure;
#[cfg(test)]
mod fake_world;
pub mod filename;
pub mod gateway;
pub mod header;
pub mod id;
pub mod image;
pub mod limits;
pub mod options;
pub mod progress;
pub mod rate;
mod record;
pub mod retry;
mod text;
pub mod tickets;
pub mod upload;
pub mod version;
pub mod world;

pub use text::{concat, decimal, fill};

//! The Aurous Labs V1 character API as types and rules.
//!
//! The SDK's state machine (`aurous-flow`), the emulator and the gateway build on this crate. It knows no
//! I/O, no clock and no JavaScript, and is tested natively.
//!
//! | module | holds |
//! |---|---|
//! | [`image`] | the three accepted formats, their extensions and content types; what a file's first bytes say it is |
//! | [`filename`] | the name sent with an upload, cut to the API's limit |
//! | [`id`] | the API's opaque ids |
//! | [`upload`] | tickets, classifications, poses: the upload flow on the wire |
//! | [`character`] | characters and the requests that make them |
//! | [`error`] | the API's error envelope, its types and codes |
//! | [`outcome`] | how a request ended, and whether it may have been carried out |
//! | [`gateway`] | the gateway's codes that the SDK knows |
//! | [`header`] | the names of headers, and which texts may stand in one |
//! | [`rate`] | the token buckets of the API's rate limits |
//! | [`record`] | how the SDK's records reach JavaScript |
//! | [`version`] | the API's versions |
//! | [`limits`] | every number of the API, with its source |
//!
//! # Invariants
//!
//! - **Nothing here panics**: in a page, a panic leaves the caller's promise pending for ever. The lints of
//!   this crate's `Cargo.toml` forbid `unwrap`, `expect`, `panic` and indexing.
//! - **A value that exists is valid**: [`filename::Filename`], [`id::UploadId`] and the like are checked when
//!   they are made, and never again.
//! - **Few dependencies**: the page downloads all of them. `cargo xtask size` shows what each costs.

pub mod character;
pub mod error;
pub mod filename;
pub mod gateway;
pub mod header;
pub mod id;
pub mod image;
pub mod limits;
pub mod outcome;
pub mod rate;
pub mod record;
pub mod upload;
pub mod version;

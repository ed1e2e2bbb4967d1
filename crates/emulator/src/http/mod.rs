//! The emulator on the wire: turns HTTP into the values of [`crate::state`] and back, and lets faults
//! strike in between.
//!
//! | module | what it holds |
//! |---|---|
//! | [`server`] | the accept loop, which can reset connections |
//! | [`exchange`] | one request from its first header to its end: log, fault, body, response |
//! | [`body`] | a request's body, always read to its end |
//! | [`reply`] | a response as a value, which faults can change |
//! | [`cors`] | the CORS headers |
//! | [`api`] | the API, with a key and in open mode |
//! | [`upload`] | the upload host |
//! | [`control`] | the control origin |

pub(crate) mod api;
mod body;
pub(crate) mod control;
mod cors;
mod exchange;
mod reply;
pub(crate) mod server;
pub(crate) mod upload;

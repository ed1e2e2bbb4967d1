//! The emulator on the wire: carries requests to [`aurous_emulator_core`] and does to the connection what it
//! says.
//!
//! | module | what it holds |
//! |---|---|
//! | [`server`] | the accept loop, which can reset connections |
//! | [`origins`] | the API, the upload host and control, as routers |
//! | [`carry`] | one request: reads its body, waits, responds |
//! | [`body`] | responses that break off |

mod body;
mod carry;
pub(crate) mod origins;
pub(crate) mod server;

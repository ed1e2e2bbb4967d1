//! The emulator on the wire: a thin shell that turns HTTP into the values of [`crate::state`] and
//! back, and lets faults happen in between.
//!
//! | module | what it does |
//! |---|---|
//! | [`server`] | accepts connections, and can reset them |
//! | [`exchange`] | one request from its first header to its end: log, fault, body, answer |
//! | [`api`] | the API and open mode |
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

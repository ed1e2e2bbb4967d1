//! Shows the operator how the gateway is doing, without secrets.
//!
//! | module | what it holds |
//! |---|---|
//! | [`log`] | the log, panics included |
//! | [`metrics`] | the metrics |
//! | [`trace`] | the traces of callers, and spans for a collector |
//! | [`admin`] | health, readiness and metrics over HTTP, on an address of their own |

pub(crate) mod admin;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod trace;

//! Shows the operator how the gateway is doing, without secrets.
//!
//! | module | what it holds |
//! |---|---|
//! | [`log`] | the log, panics included |
//! | [`metrics`] | the metrics |
//! | [`admin`] | health, readiness and metrics over HTTP, on an address of their own |

pub(crate) mod admin;
pub(crate) mod log;
pub(crate) mod metrics;

//! What whoever runs the gateway sees of it: a log without secrets, numbers, and whether it is well.
//!
//! | module | what it holds |
//! |---|---|
//! | [`log`] | how the program logs, panics too |
//! | [`metrics`] | the numbers |
//! | [`admin`] | health, readiness and the numbers over HTTP, on an address of their own |

pub(crate) mod admin;
pub(crate) mod log;
pub(crate) mod metrics;

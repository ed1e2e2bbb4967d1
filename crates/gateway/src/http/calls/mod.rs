//! The API's calls. Each admits its caller, rebuilds the request from what it may hold, and rebuilds
//! the answer so that its ids are the caller's.

pub(crate) mod characters;
pub(crate) mod create;
mod create_task;
mod request;
pub(crate) mod uploads;

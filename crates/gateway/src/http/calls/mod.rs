//! The API's calls. Each identifies its caller, builds the upstream request from the fields that it
//! may hold, and rebuilds the response so that its ids are the caller's own.
//!
//! | module | what it holds |
//! |---|---|
//! | [`admitted_request`] | a request and its caller, which every call starts from |
//! | [`uploads`] | init and classify |
//! | [`creation`], [`create_task`] | the create, and the task that carries it out once |
//! | [`lost_create`] | the look for the character of a create whose answer was lost |
//! | [`characters`] | the calls about characters that exist |

mod admitted_request;
pub(crate) mod characters;
mod create_task;
pub(crate) mod creation;
mod lost_create;
pub(crate) mod uploads;

//! Carries out what the core decides about a request, and responds so that a browser can read the
//! response.
//!
//! | module | what it holds |
//! |---|---|
//! | [`router`] | a router whose only route is the core |
//! | [`respond`] | one request, from its head to its response |
//! | [`steps`] | the loop that carries out the steps of a request |
//! | [`state`] | the state that all requests of one gateway share |
//! | [`open_request`] | the line in the log and the metrics of each request |
//! | [`body_drain`] | the delay of a refusal until the request's body has been read |
//! | [`paced_body`] | a body that fails when it comes too slowly, and knows whether it is read too slowly |
//! | [`put`] | the streamed PUT |

mod body_drain;
mod open_request;
mod paced_body;
mod put;
mod respond;
pub(crate) mod router;
pub(crate) mod state;
mod steps;

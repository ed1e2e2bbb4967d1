//! What the gateway decides, without I/O, sockets or clocks: one core for every shell around it.
//!
//! The Aurous Labs character API can be used by no web page: its key is a team secret and its upload host
//! sends no CORS headers. A gateway stands between. This crate decides everything about a request: who may
//! ask, what goes upstream, what a visitor gets, that a create happens once. A shell gives it the head of
//! each request and the time, and carries out the [`Step`]s that it names. There are two shells: the
//! program (`aurous-gateway`, on tokio and hyper) and the handler for JavaScript servers.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use aurous_gateway_core::{Core, Moment, RequestHead, Step};
//! # fn now() -> Moment { unimplemented!() }
//! fn serve(core: &Arc<Core>, head: RequestHead) -> http::Response<bytes::Bytes> {
//!     let mut exchange = core.begin(head, now());
//!     let reply = loop {
//!         match exchange.steps.next(now()) {
//!             Step::ReadBody(question) => {
//!                 let (_max_bytes, answerer) = question.into_parts();
//!                 answerer.answer(Ok("{}".into()));
//!             }
//!             Step::Respond(reply) => break reply,
//!             _ => unimplemented!("each other step likewise"),
//!         }
//!     };
//!     exchange.completion.complete(reply, now()).response
//! }
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | the settings, and the check that finds every error in them |
//! | `core` | one gateway: its configuration, and what it remembers |
//! | `exchange`, [`step`] | a request from its head to the complete response, and the steps between |
//! | `admit` | who may ask: target, host, origin, session, address |
//! | `target`, `calls`, `put` | the routes, the API's calls, the PUT |
//! | `api`, `response` | requests to the API, its answers, responses to visitors |
//! | `cors` | the answer to a preflight |
//! | `rules` | single decisions: bodies, upload URLs, rate limits, creates that happen once |
//! | [`session`] | the session token: a JWT that the web app's backend signs |
//! | [`seal`] | upload URLs and ids that only this deployment can make |
//! | [`refusal`] | the gateway's own error codes |
//! | `shared` | what several instances share through a store |
//! | `pace`, `slots` | how slowly a peer may move bytes; what may happen at once |
//! | `clock`, `headers`, `keyring`, `request`, `secret`, `subject`, `transport`, `vendor_id` | the things that these modules share |

mod admit;
mod api;
mod calls;
mod clock;
pub mod config;
mod core;
mod cors;
mod exchange;
mod headers;
mod keyring;
mod pace;
mod put;
pub mod refusal;
mod request;
mod response;
mod rules;
pub mod seal;
mod secret;
pub mod session;
mod shared;
mod slots;
pub mod step;
mod subject;
mod target;
mod transport;
mod vendor_id;

pub use crate::core::Core;
pub use admit::address::{is_trusted, network_of, visitor_address};
pub use api::{ApiAnswer, ApiRequest, ConnectionChoice, NoAnswer, UnreadableBody};
pub use calls::create_task::CreateResult;
pub use clock::{Moment, Uptime};
pub use config::{Config, ConfigErrors, Secrets, Settings};
pub use exchange::{Completed, Completion, Exchange, Labels, new_request_id};
pub use pace::{Pace, PaceLimits};
pub use put::{PutAnswer, PutFailure, UploadPut};
pub use request::RequestHead;
pub use response::{Reply, Response};
pub use rules::upload_url::is_public;
pub use secret::Secret;
pub use shared::{Sharing, StoreAway, StoreChange, StoreMove};
pub use slots::{Slot, Slots};
pub use step::{BodyFailure, Ended, Pause, Step, Steps};

//! Between browsers and the Aurous Labs character API.
//!
//! The API's key is a team secret and its upload host sends no CORS headers, so no web page can use
//! the API by itself. This gateway holds the key, lets in the pages that it is told of, carries the
//! PUT, and keeps each visitor's uploads and characters apart, without a database.
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | every setting, how it is given, and what is wrong with it |
//! | `admit` | who may ask: target, host, origin, session, address |
//! | [`session`] | the session token: a JWT that the web app's backend signs |
//! | `seal` | upload URLs and ids that only this deployment can have made |
//! | `rules` | what decides, without I/O: bodies, upload URLs, rate limits, creates that happen once |
//! | `http` | what acts: routes, the streamed PUT, refusals that reach a browser |
//! | `upstream` | the API and the upload host |
//! | `server` | connections: what only the program can limit |
//! | `observe` | logs, metrics, health |
//! | [`refusal`] | the gateway's own error codes |

mod admit;
mod clock;
pub mod config;
mod gateway;
mod http;
mod observe;
pub mod refusal;
mod rules;
pub mod seal;
mod secret;
mod server;
pub mod session;
mod subject;
mod upstream;
mod vendor_id;

pub use config::{Config, ConfigErrors, Secrets, Settings};
pub use gateway::{Gateway, router};
pub use observe::log::start as start_logging;
pub use secret::Secret;

//! Stands between browsers and the Aurous Labs character API.
//!
//! The API's key is a team secret and its upload host sends no CORS headers, so no web page can use
//! the API by itself. This gateway holds the key, lets in the pages that its operator lists, streams
//! the PUT, and keeps each visitor's uploads and characters apart, without a database.
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | the settings, and the check that finds every error in them |
//! | `admit` | who may ask: target, host, origin, session, address |
//! | [`session`] | the session token: a JWT that the web app's backend signs |
//! | [`seal`] | upload URLs and ids that only this deployment can make |
//! | `rules` | decisions without I/O: bodies, upload URLs, rate limits, creates that happen once |
//! | `http` | routes, the streamed PUT, refusals that a browser can read |
//! | `upstream` | the API and the upload host |
//! | `server` | connections, and the limits that only the program can set on them |
//! | `observe` | log, metrics, health |
//! | `open_files` | the limit of open files, and the connections that fit |
//! | [`refusal`] | the gateway's own error codes |
//! | `clock`, `headers`, `keyring`, `pace`, `secret`, `subject`, `transport`, `vendor_id` | the things that these modules share |

mod admit;
mod clock;
pub mod config;
mod gateway;
mod headers;
mod http;
mod keyring;
mod observe;
mod open_files;
mod pace;
pub mod refusal;
mod rules;
pub mod seal;
mod secret;
mod server;
pub mod session;
mod subject;
mod transport;
mod upstream;
mod vendor_id;

pub use config::{Config, ConfigErrors, Secrets, Settings};
pub use gateway::{Gateway, router};
pub use observe::log::Log;
pub use secret::Secret;

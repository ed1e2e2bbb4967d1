//! Stands between browsers and the Aurous Labs character API.
//!
//! The API's key is a team secret and its upload host sends no CORS headers, so no web page can use
//! the API by itself. This gateway holds the key, lets in the pages that its operator lists, streams
//! the PUT, and keeps each visitor's uploads and characters apart, without a database.
//!
//! What it decides is in [`aurous_gateway_core`]. This crate acts: it is the shell on tokio and hyper, as a
//! program and as a router.
//!
//! | module | what it holds |
//! |---|---|
//! | [`config`] | the settings of the program, beside those of every gateway |
//! | `http` | carries out the steps of a request: reads bodies, streams the PUT, delays refusals |
//! | `upstream` | the API and the upload host |
//! | `store` | what several gateways share |
//! | `server` | connections, and the limits that only the program can set on them |
//! | `observe` | log, metrics, traces, health |
//! | `open_files` | the limit of open files, and the connections that fit |
//! | `clock` | the machine's two clocks |

mod clock;
pub mod config;
mod gateway;
mod http;
mod observe;
mod open_files;
mod server;
mod store;
mod upstream;

pub use aurous_gateway_core::{Secret, refusal, seal, session};
pub use config::{
    Config, ConfigErrors, ProgramConfig, ProgramSettings, Secrets, ServerSettings, Settings,
    secrets_from_environment,
};
pub use gateway::{Gateway, router};
pub use observe::log::Log;

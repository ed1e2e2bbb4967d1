//! The Aurous Labs character API on localhost, for demos and tests.

mod clock;
mod config;
mod emulator;
mod fault;
mod http;
mod log;
mod state;
mod step;

pub use clock::Clock;
pub use config::{EmulatorConfig, Settings};
pub use emulator::{Addresses, Emulator, OPEN_PATH};
pub use fault::{FakeAnswer, Fault, Match, ScriptedFault};
pub use http::server::serve;
pub use log::{LoggedRequest, Outcome};
pub use state::{ApiKey, KeyChange, Scope};
pub use step::{Origin, Step};

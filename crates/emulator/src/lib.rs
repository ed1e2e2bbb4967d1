//! The Aurous Labs character API on localhost, for demos and tests.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use std::time::Duration;
//! use aurous_emulator::{Emulator, EmulatorConfig, Fault, Step};
//!
//! let emulator = Emulator::start(EmulatorConfig::default()).await?;
//! emulator.inject(Fault::status(503).on(Step::Put).times(2));
//! emulator.clock().advance(Duration::from_secs(15 * 60));
//! // … a client uploads to emulator.api_url() with emulator.api_key() …
//! assert_eq!(emulator.log()[0].step, Step::Init);
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! It behaves as the vendor's API is documented to, and as strictly as it may be where nothing is
//! documented: no CORS unless it is switched on, upload URLs that are signed for one content type
//! and expire, tickets that one create consumes, rate limits, versions, idempotency, a synthesize
//! flow that takes time and credits. Three origins on loopback, each on a port of its own:
//!
//! | origin | what it is |
//! |---|---|
//! | [API](Emulator::api_url) | `/v1/characters…` with `X-Api-Key`; reference images under `/storage`; with [`EmulatorConfig::open`] the same without a key, with CORS, under [`OPEN_PATH`] |
//! | [upload host](Emulator::upload_url) | signed PUTs, errors in XML, nothing of the API's |
//! | [control](Emulator::control_url) | what [`Emulator`]'s methods do, as JSON over HTTP, for tests in other processes and in pages |
//!
//! Poses come from the file's name: `front-1.jpg` is a front. A synthesis fails where its
//! `additional_details` hold `[fail]`.
//!
//! A refused body is read to its end before the answer is sent, since browsers that are answered
//! while they still send report a network error.
//!
//! # Inside
//! `state` decides: a state machine without I/O, the time an argument. `http` acts: it accepts
//! connections (in a loop of its own, so that [`Fault`]s can reset them), logs, lets faults happen,
//! and turns HTTP into the state's values and back.
//!
//! # Control over HTTP
//! | request | does |
//! |---|---|
//! | `GET /` | [`Addresses`] |
//! | `GET /log`, `DELETE /log` | a list of [`LoggedRequest`]; forgets them |
//! | `GET /clock`, `POST /clock` `{"advance_ms": 900000}` | the time; lets time pass at once |
//! | `GET /faults`, `POST /faults`, `DELETE /faults` | those still to come; adds a [`ScriptedFault`] or a list of them; forgets them |
//! | `GET /config`, `POST /config` `{"rate_limits": false}` | [`Settings`]; changes those that are named |
//! | `GET /keys`, `POST /keys` `{"team": "other"}` | every [`ApiKey`]; makes or changes one, see [`KeyChange`] |
//! | `GET /uploads/{id}` | the bytes that were PUT, until a create consumes them |
//! | `POST /reset` | [`Emulator::reset`] |

mod addresses;
mod clock;
mod config;
mod emulation;
mod emulator;
mod fault;
mod hex;
mod http;
mod log;
mod state;
mod step;

pub use addresses::Addresses;
pub use clock::Clock;
pub use config::{EmulatorConfig, Settings};
pub use emulator::{Emulator, OPEN_PATH};
pub use fault::{FakeAnswer, Fault, Match, ScriptedFault};
pub use http::server::serve;
pub use log::{LoggedRequest, Outcome};
pub use state::team::{ApiKey, KeyChange, Scope};
pub use state::world::MadeCharacter;
pub use step::{Origin, Step};

//! The Aurous Labs character API on localhost, for demos and tests.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use std::time::Duration;
//! use aurous_emulator::{Emulator, EmulatorConfig, Fault, Operation};
//!
//! let emulator = Emulator::start(EmulatorConfig::default()).await?;
//! emulator.inject(Fault::status(503).on(Operation::Put).times(2));
//! emulator.clock().advance(Duration::from_secs(15 * 60));
//! // … a client uploads to emulator.api_url() with emulator.api_key() …
//! assert_eq!(emulator.log()[0].operation, Operation::Init);
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! It behaves as the vendor documents its API, and as strictly as the API may behave where the vendor
//! documents nothing: no CORS unless it is switched on, upload URLs that are signed for one content
//! type and expire, uploads that one create consumes, rate limits, versions, idempotency, a synthesize
//! flow that takes time and credits. It serves three origins on loopback, each on a port of its own:
//!
//! | origin | what it serves |
//! |---|---|
//! | [API](Emulator::api_url) | `/v1/characters…` with `X-Api-Key`; reference images under `/storage`; with [`EmulatorConfig::open`] the same without a key, with CORS, under [`OPEN_PATH`] |
//! | [upload host](Emulator::upload_url) | signed PUTs, errors in XML, nothing of the API's |
//! | [control](Emulator::control_url) | [`Emulator`]'s methods as JSON over HTTP, for tests in other processes and in pages |
//!
//! Poses come from the file's name: `front-1.jpg` is a front. A synthesis fails where its
//! `additional_details` hold `[fail]`. It ends in `ready`, or in `reviewing` with
//! [`EmulatorConfig::review_step`], since the vendor describes both.
//!
//! The emulator reads a refused body to its end before it responds, since a browser that gets a
//! response while it is still sending reports a network error.
//!
//! # Inside
//! [`aurous_emulator_core`] decides: it has no sockets and takes the time as an argument. `http` acts: it
//! accepts connections (in a loop of its own, so that a [`Fault`] can reset them), reads, waits and responds.
//!
//! # Control over HTTP
//! | request | what it does |
//! |---|---|
//! | `GET /` | returns [`Addresses`] |
//! | `GET /log`, `DELETE /log` | returns a list of [`LoggedRequest`]; forgets them |
//! | `GET /clock`, `POST /clock` `{"advance_ms": 900000}` | returns the time; advances it |
//! | `GET /faults`, `POST /faults`, `DELETE /faults` | returns the faults that are still to come; adds a [`ScriptedFault`] or a list of them; forgets them |
//! | `GET /config`, `POST /config` `{"rate_limits": false}` | returns [`RuntimeSettings`]; changes the named ones |
//! | `GET /keys`, `POST /keys` `{"team": "other"}` | returns every [`ApiKey`]; makes or changes one, see [`KeyChange`] |
//! | `GET /uploads/{id}` | returns the bytes that were PUT, until a create consumes them |
//! | `POST /reset` | does the same as [`Emulator::reset`] |

mod addresses;
mod clock;
mod config;
mod emulator;
mod http;
mod running;

pub use addresses::Addresses;
pub use aurous_emulator_core::{
    ApiKey, CharacterSnapshot, EntryPoint, FakeResponse, Fault, KeyChange, LoggedRequest, Match,
    OPEN_PATH, Operation, RequestOutcome, RuntimeSettings, Scope, ScriptedFault,
};
pub use clock::Clock;
pub use config::EmulatorConfig;
pub use emulator::Emulator;
pub use http::server::serve;

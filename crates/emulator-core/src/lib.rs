//! What the emulator decides, without I/O: the Aurous Labs character API, its faults and its log as values.
//!
//! It compiles natively and to wasm, and has no sockets, no clock and no runtime. The program
//! (`crates/emulator`) is one shell around it, `aurous-web/testing` (`crates/emulator-js` and
//! `pkg-template/testing`) the other.
//!
//! ```
//! use std::sync::Arc;
//! use aurous_emulator_core::{Emulation, Ending, EntryPoint, RequestHead, RuntimeSettings, Setup, Urls};
//! use http::{HeaderMap, Method};
//!
//! let emulation = Arc::new(Emulation::new(Setup {
//!     urls: Urls { api: "https://api.test".into(), upload: "https://uploads.test".into() },
//!     api_keys: Vec::new(),
//!     settings: RuntimeSettings::default(),
//!     seed: 1,
//! }));
//! let head = RequestHead {
//!     entry_point: EntryPoint::Open,
//!     method: Method::GET,
//!     path: "/aurous/v1/characters".into(),
//!     prefix_length: "/aurous".len(),
//!     query: None,
//!     headers: HeaderMap::new(),
//! };
//! let real_ms = 1_778_234_400_000;
//! let exchange = emulation.begin(&head, real_ms);
//! // … a shell reads as much of the body as `exchange.reading()` says …
//! let (entry, work) = exchange.received(real_ms);
//! let ending = work.carry_out(real_ms);
//! entry.end(&ending);
//! assert!(matches!(ending, Ending::Respond(reply) if reply.status == 200));
//! assert_eq!(emulation.log().len(), 1);
//! ```
//!
//! # Inside
//! `state` decides about calls: it is a state machine that takes the time as an argument. `exchange` takes a
//! request from its first header to its end: it logs, lets faults strike, and turns HTTP into the state's
//! values and back. `emulation` holds all that the origins share.
//!
//! | module | what it holds |
//! |---|---|
//! | [`exchange`] | one request: log, fault, body, response |
//! | `api`, `upload` | the origins: the API with a key and in open mode, and the upload host |
//! | [`reply`], `cors` | a response as a value, which faults can change; its CORS headers |
//! | [`fault`] | the faults, and which request meets which |
//! | [`log`] | the requests seen |
//! | [`control`] | the routes by which a test controls the emulator |
//! | [`settings`] | what may change while it runs |
//! | `state` | the API itself |

mod api;
pub mod control;
mod cors;
pub mod emulation;
mod entry_point;
pub mod exchange;
pub mod fault;
mod hex;
pub mod log;
mod operation;
pub mod reply;
mod rfc3339;
pub mod settings;
mod state;
mod upload;

pub use control::ControlReply;
pub use emulation::{Emulation, Setup};
pub use entry_point::EntryPoint;
pub use exchange::{Ending, Exchange, Reading, RequestHead, Work};
pub use fault::{FakeResponse, Fault, Match, ScriptedFault};
pub use log::{LogEntry, LoggedRequest, RequestOutcome};
pub use operation::Operation;
pub use reply::Reply;
pub use settings::RuntimeSettings;
pub use state::team::{ApiKey, KeyChange, Scope};
pub use state::world::{CharacterSnapshot, Urls};

/// The path under which an open API is mounted, unless a shell mounts it elsewhere.
pub const OPEN_PATH: &str = "/aurous";

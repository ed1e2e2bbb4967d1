//! The emulator's decisions: the API as a state machine without I/O.
//!
//! Requests come in as values, with the time, and responses go out as values.
//! [`World`](world::World) holds all of the state. [`World::admit`](world::World::admit) decides
//! whether a call may be made (key, version, rate, idempotency), and
//! [`World::execute`](world::World::execute) makes it. They are separate because time may pass between
//! them: a second request with the same `Idempotency-Key` can then see the first in flight.
//!
//! | module | what it holds |
//! |---|---|
//! | [`world`] | the whole state |
//! | [`api_call`], [`route`], `fields` | a request as a value, its route, its JSON |
//! | [`admission`], `idempotency` | whether a call may be made |
//! | `calls` | what each call does |
//! | [`response`], [`error`] | the responses as values |
//! | [`team`], `uploads`, `characters` | the things that the state consists of |
//! | [`upload_host`], `reference_links`, [`signature`] | signed URLs, for PUTs and for images |
//! | `pose`, `painting` | the emulator's stand-ins for a vendor's vision and image models |

pub(crate) mod admission;
pub(crate) mod api_call;
mod calls;
mod characters;
pub(crate) mod error;
mod fields;
mod idempotency;
mod painting;
mod pose;
mod reference_links;
pub(crate) mod response;
pub(crate) mod route;
pub(crate) mod signature;
pub(crate) mod team;
#[cfg(test)]
mod tests;
pub(crate) mod upload_host;
mod uploads;
pub(crate) mod world;

//! What the emulator knows and decides: the API as a state machine without I/O.
//!
//! Requests come in as values, with the time; answers go out as values. [`World`](world::World) is the whole of
//! it: [`World::admit`](world::World::admit) says whether a call may be made at all (key, version, rate, idempotency),
//! [`World::execute`](world::World::execute) makes it. They are two steps because time may pass between them: a second
//! request under the same `Idempotency-Key` can then see the first in flight.

pub(crate) mod admission;
pub(crate) mod answer;
mod calls;
mod character;
pub(crate) mod error;
mod idempotency;
mod picture;
mod pose;
mod read;
pub(crate) mod route;
pub(crate) mod signature;
mod storage;
pub(crate) mod team;
#[cfg(test)]
mod tests;
mod ticket;
pub(crate) mod uploads;
pub(crate) mod world;

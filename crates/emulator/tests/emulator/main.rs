//! The emulator from outside, over HTTP. Each test states a documented rule.

mod access;
mod characters;
mod classify;
mod client_reference;
mod control;
mod create;
mod errors;
mod faults;
mod idempotency;
mod init;
mod list;
mod log;
mod open;
mod program;
mod put;
mod rate_limits;
mod raw;
mod refs;
mod refused_bodies;
mod resets;
mod review;
mod stage;
mod synthesis;

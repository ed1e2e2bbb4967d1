//! The emulator from outside, over HTTP. Each test states a documented rule.

mod access;
mod characters;
mod classify;
mod control;
mod create;
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
mod stage;
mod synthesis;

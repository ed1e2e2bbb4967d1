//! The gateway's program from outside, under attack: it lets no stranger in, sends nothing upstream
//! that must not go there, and reveals no secret.
//!
//! Most tests are rows of a table. A row says what is sent and how it is refused. Every test also
//! asserts that the response has the common headers, that the log has a line for it, that no header
//! but the allowed ones went upstream, and that no secret appears in any output or response.
//!
//! | module | what it tests |
//! |---|---|
//! | `hostile` | strangers and upstreams that break rules: the table that holds for the handler, too |
//! | `connections` | connections that send nothing, half a head or too much, or read nothing |
//! | `late_refusals` | refused bodies that never come |
//! | `admin` | the admin address: its names and its limits |
//! | `settings` | secrets and settings that the program refuses to start with, and what it says of them |
//! | `shared_store` | several gateways with a real Redis or Valkey |
//! | `clock` | a machine whose time of day jumps |
//! | `behind_proxies` | the files of `deploy/`, with the real nginx and Caddy |
//! | `lifecycle` | many uploads at once, cancels, kills, drains |
//! | `stopping` | signals, and clients that come while the gateway stops |
//! | `log` | a log that is broken, stuck or flooded |
//! | `open_files` | few open files |
//! | `tracing` | the traces of callers, in the log and in spans |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy only knows the functions marked #[test]"
)]

#[macro_use]
mod target;
#[macro_use]
mod harness;

mod admin;
mod behind_proxies;
mod clock;
mod connections;
mod hostile;
mod late_refusals;
mod lifecycle;
mod log;
mod open_files;
mod settings;
mod shared_store;
mod stopping;
mod tracing;

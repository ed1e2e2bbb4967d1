//! The gateway's program from outside, under attack: it lets no stranger in, sends nothing upstream
//! that must not go there, and reveals no secret.
//!
//! Most tests are rows of a table. A row says what is sent and how it is refused. Every test also
//! asserts that the response has the common headers, that the log has a line for it, that no header
//! but the allowed ones went upstream, and that no secret appears in any output or response.
//!
//! | module | what it tests |
//! |---|---|
//! | `session` | session tokens that are missing or invalid |
//! | `origin_host` | pages and hosts that are not listed |
//! | `upload_token` | upload URLs that are expired, forged or corrupted |
//! | `ownership` | ids of other visitors |
//! | `ids_and_targets` | ids and targets that lead elsewhere |
//! | `headers` | headers that a browser must not set; framing |
//! | `bodies` | bodies that break the rules; calls that are switched off |
//! | `put` | PUTs that differ from their headers, stop or crawl; refusals that wait for the body |
//! | `upstream_misbehaves` | failures of the API and of the upload host |
//! | `init_upload_url` | upload URLs of the API's that lead elsewhere |
//! | `connections` | connections that send nothing, half a head or too much, or read nothing |
//! | `late_refusals` | refused bodies that never come |
//! | `admin` | the admin address: its names and its limits |
//! | `limits` | visitors that ask for too much |
//! | `creates` | creates that happen once |
//! | `lost_creates` | creates whose answer is lost |
//! | `rotation` | the rotation of sealing secrets, over gateways that run at the same time |
//! | `addresses` | whose limits a visitor without a session counts against |
//! | `settings` | secrets and settings that the program refuses to start with, and what it says of them |
//! | `create_memory` | the creates that the gateway remembers, and the room for another |
//! | `closing_upstream` | an API that closes a connection as a call is sent on it |
//! | `repeated_puts` | several PUTs to one upload URL |
//! | `disclosure` | answers of the API that hold a secret |
//! | `outside_values` | numbers and times from upstream that are not as documented |
//! | `clock` | a machine whose time of day jumps |
//! | `behind_proxies` | the files of `deploy/`, with the real nginx and Caddy |
//! | `secrets` | the most detailed log, during failures |
//! | `lifecycle` | many uploads at once, cancels, kills, drains |
//! | `stopping` | signals, and clients that come while the gateway stops |
//! | `log` | a log that is broken, stuck or flooded |
//! | `open_files` | few open files |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy only knows the functions marked #[test]"
)]

#[macro_use]
mod harness;

mod addresses;
mod admin;
mod behind_proxies;
mod bodies;
mod clock;
mod closing_upstream;
mod connections;
mod create_memory;
mod creates;
mod disclosure;
mod headers;
mod ids_and_targets;
mod init_upload_url;
mod late_refusals;
mod lifecycle;
mod limits;
mod log;
mod lost_creates;
mod open_files;
mod origin_host;
mod outside_values;
mod ownership;
mod put;
mod repeated_puts;
mod rotation;
mod secrets;
mod session;
mod settings;
mod stopping;
mod upload_token;
mod upstream_misbehaves;

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
//! | `limits` | visitors that ask for too much |
//! | `creates` | creates that happen once |
//! | `rotation` | the rotation of sealing secrets, over gateways that run at the same time |
//! | `addresses` | whose limits a visitor without a session counts against |
//! | `settings` | secrets and settings that the program refuses to start with, and what it says of them |
//! | `behind_proxies` | the files of `deploy/`, with the real nginx and Caddy |
//! | `secrets` | the most detailed log, during failures |
//! | `lifecycle` | many uploads at once, cancels, kills, drains |

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
mod behind_proxies;
mod bodies;
mod creates;
mod headers;
mod ids_and_targets;
mod init_upload_url;
mod lifecycle;
mod limits;
mod origin_host;
mod ownership;
mod put;
mod rotation;
mod secrets;
mod session;
mod settings;
mod upload_token;
mod upstream_misbehaves;

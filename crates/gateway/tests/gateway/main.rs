//! The gateway's program from outside, under fire: who must not get in, does not; what must not go
//! upstream, does not; what is secret, stays so.
//!
//! Most of it is a table: each row is a test that says what is sent and what comes of it. Whatever a
//! row is about, it also holds that every answer is dressed as all are, that the log has its line,
//! that nothing but allowed headers went upstream, and that no secret stands in anything that was
//! printed or answered.
//!
//! | module | what is held against the program |
//! |---|---|
//! | `session` | session tokens that are none |
//! | `origin_host` | pages and hosts that are not listed |
//! | `upload_token` | upload URLs: expired, forged, bent |
//! | `ownership` | ids of others |
//! | `ids_and_targets` | ids and targets that lead elsewhere |
//! | `headers` | headers that are not the browser's to set; framing |
//! | `bodies` | JSON that is not what it seems; calls that are off |
//! | `put` | PUTs that lie, stop or crawl; refusals that come late enough |
//! | `upstream_misbehaves` | an API and an upload host that are not well |
//! | `init_upload_url` | an API that says to PUT elsewhere |
//! | `limits` | visitors that take too much |
//! | `creates` | creates that happen once |
//! | `behind_proxies` | the files of `deploy/`, with the real nginx and Caddy |
//! | `secrets` | what is printed at the worst of times |
//! | `lifecycle` | many at once, cancels, kills, drains |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy only knows the functions marked #[test]"
)]

#[macro_use]
mod harness;

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
mod secrets;
mod session;
mod upload_token;
mod upstream_misbehaves;

//! Tries what the vendor's pages leave open against the real API, and reports what it did.
//!
//! A module uses only those above it:
//!
//! | module | holds |
//! |---|---|
//! | [`secret`] | the key, and what no output may hold |
//! | [`options`] | what to check and where; how the key is read |
//! | `picture` | the pictures to upload |
//! | `call`, `reply` | requests and responses as values |
//! | `interruption` | why a group of probes ended early |
//! | [`finding`] | what can be found out, and how it is read from responses |
//! | [`report`] | the outcome as a table and as JSON |
//! | `journal` | what a run has learned and seen |
//! | `pace` | when the next request may go out |
//! | `client` | sends requests |
//! | `run` | sends calls at that pace, and deletes what they made |
//! | [`probes`] | the calls of each group of probes |
//!
//! `probes` and `run` act, by `client`; all else takes values and returns values.
//!
//! # Invariants
//! - The key goes to the API's own origin alone, over https or on this machine.
//! - Output passes [`secret::Secrets::hide`]: no key and no part of a signed URL is in it.
//! - A run deletes every character that it made, however it ends, or says what it left.

mod call;
mod client;
pub mod finding;
mod interruption;
mod journal;
pub mod options;
mod pace;
mod picture;
pub mod probes;
mod reply;
pub mod report;
mod run;
pub mod secret;

pub use interruption::Interruption;
pub use reply::{BodyForm, Refusal, Verdict};
use tokio_util::sync::CancellationToken;

use options::Options;
use report::Report;
use run::Run;

/// Runs the check, and deletes what it made. Cancelling `stop` ends the check early, not the deleting.
pub async fn check(options: &Options, stop: CancellationToken) -> Report {
    let mut run = Run::new(options, stop);
    let outcome = probes::run_all(&mut run, options).await;
    run.clean_up().await;
    Report {
        tool: concat!("aurous-live-check ", env!("CARGO_PKG_VERSION")),
        api: options.api.origin().ascii_serialization(),
        api_version: run.journal.api_version.clone(),
        date: run.journal.date.clone(),
        findings: run.journal.rows(),
        characters: run.journal.characters,
        interruption: outcome.err(),
        secrets: run.journal.secrets,
    }
}

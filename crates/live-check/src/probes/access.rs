//! Whether the key works, and what the API lets a page of another origin do.

use crate::finding::{Cors, Finding, Unknown};
use crate::interruption::Outcome;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[Unknown::ApiCors];

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let response = run.require(&run.api.list(1).sent_by_page()).await?;
    let preflight = run.send(&run.api.preflight()).await?;
    let cors = Cors::read(
        &preflight,
        &response,
        "POST",
        &["content-type", "x-api-key"],
    );
    run.journal.learn(Finding::ApiCors(cors));
    Ok(())
}

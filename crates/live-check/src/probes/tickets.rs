//! Init, and what an upload is good for before its PUT.

use crate::finding::{Finding, Unknown};
use crate::interruption::Outcome;
use crate::picture::FRONT;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[
    Unknown::InitStatus,
    Unknown::ClassifyBeforePut,
    Unknown::CreateBeforePut,
];

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let (ticket, status) = run.mint(&FRONT).await?;
    run.journal.learn(Finding::InitStatus(status));
    let classified = run.send(&run.api.classify(&ticket.id)).await?;
    run.journal
        .learn(Finding::ClassifyBeforePut(classified.verdict()));
    let created = run
        .send(&run.api.create(&run.name, &[&ticket.id], &run.name))
        .await?;
    run.journal
        .learn(Finding::CreateBeforePut(created.verdict()));
    Ok(())
}

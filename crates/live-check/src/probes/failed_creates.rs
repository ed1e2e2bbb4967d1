//! Whether a create that fails consumes its uploads.

use crate::finding::{FailedCreate, Finding, Unknown};
use crate::interruption::Outcome;
use crate::picture::FRONT;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[Unknown::FailedCreate, Unknown::SameUploadTwice];

pub async fn probe(run: &mut Run) -> Outcome<()> {
    let (filled, _) = run.upload(&FRONT).await?;
    let (empty, _) = run.mint(&FRONT).await?;
    let ids = [filled.id.as_str(), empty.id.as_str()];
    let created = run
        .send(&run.api.create(&run.name, &ids, &run.name))
        .await?;
    let classified = run.send(&run.api.classify(&filled.id)).await?;
    let finding = FailedCreate::read(&created, &classified);
    let is_intact = finding == FailedCreate::ConsumesNothing;
    run.journal.learn(Finding::FailedCreate(finding));
    let twice = match is_intact {
        true => filled,
        false => run.upload(&FRONT).await?.0,
    };
    let ids = [twice.id.as_str(), twice.id.as_str()];
    let created = run
        .send(&run.api.create(&run.name, &ids, &run.name))
        .await?;
    run.journal
        .learn(Finding::SameUploadTwice(created.verdict()));
    Ok(())
}

//! Whether a create that fails consumes its uploads.

use std::fmt;

use serde::Serialize;

use crate::finding::{Finding, Unknown};
use crate::picture::FRONT;
use crate::reply::{Refusal, Reply, Verdict};
use crate::run::{Outcome, Run};

pub const LEARNS: &[Unknown] = &[Unknown::FailedCreate, Unknown::SameUploadTwice];

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailedCreate {
    ConsumesNothing,
    /// Its good upload can't be classified any more.
    ConsumesUploads(Refusal),
    /// The create that was to fail did not.
    DidNotFail {
        status: u16,
    },
}

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

impl FailedCreate {
    /// Reads the responses to a create of a good upload and a bad one, and to a classify of the good one.
    fn read(created: &Reply, classified: &Reply) -> Self {
        match (created.verdict(), classified.verdict()) {
            (Verdict::Accepted { status }, _) => Self::DidNotFail { status },
            (_, Verdict::Accepted { .. }) => Self::ConsumesNothing,
            _ => Self::ConsumesUploads(classified.refusal()),
        }
    }
}

impl fmt::Display for FailedCreate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConsumesNothing => formatter.write_str("consumes nothing"),
            Self::ConsumesUploads(refusal) => {
                write!(
                    formatter,
                    "consumes its uploads; a classify afterwards: {refusal}"
                )
            }
            Self::DidNotFail { status } => {
                write!(
                    formatter,
                    "a create with an upload without bytes did not fail: {status}"
                )
            }
        }
    }
}

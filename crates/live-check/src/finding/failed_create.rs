//! Whether a create that fails consumes its uploads.

use std::fmt;

use serde::Serialize;

use crate::reply::{Refusal, Reply, Verdict};

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

impl FailedCreate {
    /// Reads the responses to a create of a good upload and a bad one, and to a classify of the good one.
    pub fn read(created: &Reply, classified: &Reply) -> Self {
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

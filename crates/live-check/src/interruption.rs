//! Why a group of probes ended early.

use std::fmt;

use crate::call::Step;
use crate::options::{KEY, KEY_FILE};
use crate::reply::Refusal;

pub type Outcome<T> = Result<T, Interruption>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The user stopped the run.
    Stopped,
    KeyRefused(Refusal),
    NoResponse {
        step: Step,
        reason: String,
    },
    /// The API refused a step that the rest of the group needs.
    Refused {
        step: Step,
        refusal: Refusal,
    },
    /// A response lacks what the rest of the group needs, or holds a URL that is not https.
    Unreadable {
        step: Step,
        field: &'static str,
    },
}

impl Interruption {
    /// Returns whether no further group can be run.
    pub const fn ends_the_run(&self) -> bool {
        matches!(self, Self::Stopped | Self::KeyRefused(_))
    }
}

impl fmt::Display for Interruption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => formatter.write_str("the run was stopped"),
            Self::KeyRefused(refusal) => write!(
                formatter,
                "the API refused the key ({refusal}). Check that {KEY} or {KEY_FILE} holds a whole \
                 key of your team, that it is not revoked, and that it is one of this API"
            ),
            Self::NoResponse { step, reason } => {
                write!(formatter, "{step} had no response: {reason}")
            }
            Self::Refused { step, refusal } => write!(formatter, "{step} was refused: {refusal}"),
            Self::Unreadable { step, field } => {
                write!(formatter, "the response to {step} has no usable {field}")
            }
        }
    }
}

//! The course of a synthesis.

use std::fmt;

use serde::Serialize;

use crate::reply::Verdict;

/// The course of a synthesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Synthesis {
    pub http_status: u16,
    /// The character's status in the response to the call.
    pub first_status: String,
    /// The status that it ended in; `synthesizing` if it had not ended after ten minutes.
    pub last_status: String,
    /// The time to that, in whole seconds.
    pub seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// What became of the save of a character that ended in `reviewing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save: Option<Verdict>,
}

impl fmt::Display for Synthesis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}, {}, then {} after {} s",
            self.http_status, self.first_status, self.last_status, self.seconds
        )?;
        if let Some(message) = &self.error_message {
            write!(formatter, ": {message}")?;
        }
        if let Some(save) = &self.save {
            write!(formatter, "; a save was {save}")?;
        }
        Ok(())
    }
}

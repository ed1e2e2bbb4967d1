//! The largest image, and who refuses a larger one.

use std::fmt;

use serde::Serialize;

use crate::reply::Verdict;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LargestImage {
    /// The largest image that was accepted, in bytes.
    pub largest_accepted: usize,
    /// The smallest that was not; `None` if all were.
    pub refused: Option<RefusedImage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedImage {
    pub bytes: usize,
    pub by: RefusedBy,
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum RefusedBy {
    #[strum(to_string = "the upload host")]
    UploadHost,
    #[strum(to_string = "classify")]
    Classify,
}

impl fmt::Display for LargestImage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = self.largest_accepted;
        match &self.refused {
            None => write!(
                formatter,
                "{accepted} bytes or more (--max-image-mb tries larger ones)"
            ),
            Some(RefusedImage { bytes, by, verdict }) => write!(
                formatter,
                "{accepted} bytes were accepted; {bytes} were not, by {by}: {verdict}"
            ),
        }
    }
}

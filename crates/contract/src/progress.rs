//! How far an upload is, as a page is told.

use crate::failure::Step;
use crate::record::{Value, serialize_record};

/// What an upload is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The file is read, and looked at.
    Preparing,
    /// A ticket is asked for.
    Minting,
    /// The bytes are on their way.
    Uploading,
    /// What the picture shows is asked for.
    Classifying,
}

impl Phase {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Minting => "minting",
            Self::Uploading => "uploading",
            Self::Classifying => "classifying",
        }
    }

    /// The phase that consists of this step; none of an upload's is a create.
    pub const fn of(step: Step) -> Option<Self> {
        match step {
            Step::Init => Some(Self::Minting),
            Step::Put => Some(Self::Uploading),
            Step::Classify => Some(Self::Classifying),
            Step::Create => None,
        }
    }
}

/// What `onProgress` is called with.
///
/// ```
/// use aurous_contract::progress::{Event, Phase, Progress};
///
/// let event = Event::new(Phase::Minting, Progress::of(100), 2);
/// assert_eq!((event.loaded, event.total, event.attempt), (0.0, 100.0, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    pub phase: Phase,
    /// Bytes. A float, since that is what a JavaScript number is.
    pub loaded: f64,
    /// Bytes of the file.
    pub total: f64,
    /// The request of this phase that is under way, from 1.
    pub attempt: u32,
}

serialize_record!(Event, it => [
    ("phase", Value::Text(it.phase.as_str())),
    ("loaded", Value::Number(it.loaded)),
    ("total", Value::Number(it.total)),
    ("attempt", Value::Number(it.attempt.into())),
]);

impl Event {
    pub const fn new(phase: Phase, progress: Progress, attempt: u32) -> Self {
        Self {
            phase,
            loaded: progress.loaded as f64,
            total: progress.total as f64,
            attempt,
        }
    }
}

/// The bytes of one upload that have arrived, as far as can be known before the server has answered.
///
/// Never runs backwards, also where a PUT begins again, and stays under its total until the answer: the
/// last bytes may still sit in buffers, and the server may refuse them all.
///
/// ```
/// use aurous_contract::progress::Progress;
///
/// let mut progress = Progress::of(100);
/// assert_eq!(progress.sent(60), 60);
/// assert_eq!(progress.sent(20), 60, "a second attempt begins");
/// assert_eq!(progress.sent(100), 99);
/// assert_eq!(progress.answered(), 100);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    total: u64,
    loaded: u64,
}

impl Progress {
    /// Of a file of `total` bytes.
    pub const fn of(total: u64) -> Self {
        Self { total, loaded: 0 }
    }

    /// What is told now.
    pub const fn loaded(&self) -> u64 {
        self.loaded
    }

    /// This attempt has sent so many bytes. Gives what is told of it.
    pub fn sent(&mut self, bytes: u64) -> u64 {
        let told = bytes.min(self.total.saturating_sub(1));
        self.loaded = self.loaded.max(told);
        self.loaded
    }

    /// The server took the file.
    pub fn answered(&mut self) -> u64 {
        self.loaded = self.total;
        self.loaded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_runs_backwards_and_stays_under_its_total(
            total in 1_u64..1_000,
            sent in prop::collection::vec(0_u64..2_000, 0..50),
        ) {
            let mut progress = Progress::of(total);
            let mut before = 0;
            for bytes in sent {
                let told = progress.sent(bytes);
                prop_assert!(told >= before && told < total);
                before = told;
            }
            prop_assert_eq!(progress.answered(), total);
        }
    }
}

//! How far an upload is, as a page is shown.

use aurous_contract::record::{FieldValue, Record};

use crate::failure::Step;

/// The phase of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The file is read and looked at.
    Preparing,
    /// A ticket is being minted.
    Minting,
    /// The bytes are on their way.
    Uploading,
    /// The picture is being classified.
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

    /// Returns the phase that consists of this step; calls about characters are no part of an upload.
    pub const fn of(step: Step) -> Option<Self> {
        match step {
            Step::Init => Some(Self::Minting),
            Step::Put => Some(Self::Uploading),
            Step::Classify => Some(Self::Classifying),
            _ => None,
        }
    }
}

/// What `onProgress` is called with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub phase: Phase,
    pub bytes: ByteCount,
    /// The number of the request of this phase that is under way: 1 for the first.
    pub attempt: u32,
    /// What the upload waits for before that request is sent.
    pub waiting: Option<Waiting>,
}

/// A wait between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub reason: WaitReason,
    /// Milliseconds since 1970.
    pub until_ms: u64,
}

/// Why an upload waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitReason {
    /// The server asked for it.
    RateLimit,
    /// The browser reports that it is offline. The wait may end earlier.
    Offline,
    /// The last request failed.
    BackOff,
}

impl WaitReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimit => "rate_limit",
            Self::Offline => "offline",
            Self::BackOff => "backoff",
        }
    }
}

impl Record for Progress {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        let until = self.waiting.map(|it| it.until_ms as f64);
        vec![
            ("phase", FieldValue::Text(self.phase.as_str())),
            ("loaded", FieldValue::Number(self.bytes.loaded)),
            ("total", FieldValue::Number(self.bytes.total)),
            ("fraction", FieldValue::Number(self.bytes.fraction())),
            ("attempt", FieldValue::Number(self.attempt.into())),
            (
                "attemptLoaded",
                FieldValue::Number(self.bytes.attempt_loaded),
            ),
            ("waiting", self.waiting.map(|it| it.reason.as_str()).into()),
            ("waitingUntil", until.into()),
        ]
    }
}

/// The bytes of one upload that have arrived, as far as that can be known before the server has answered.
///
/// The count never runs backwards, even where a PUT begins again, and stays under its total until the answer:
/// the last bytes may still sit in buffers, and the server may refuse them all. The attempt under way has a
/// count of its own.
///
/// ```
/// use aurous_flow::progress::ByteCount;
///
/// let mut count = ByteCount::of(100.0);
/// assert!(count.add_sent(60.0));
/// count.begin_attempt();
/// count.add_sent(20.0);
/// assert_eq!((count.loaded(), count.attempt_loaded()), (60.0, 20.0));
/// count.add_sent(100.0);
/// assert_eq!(count.loaded(), 99.0);
/// assert!(count.complete());
/// assert_eq!(count.fraction(), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByteCount {
    /// Bytes. Floats, since those are what JavaScript's numbers are.
    total: f64,
    loaded: f64,
    attempt_loaded: f64,
}

impl ByteCount {
    /// Returns the count of a file of `total` bytes, none of which has arrived.
    pub const fn of(total: f64) -> Self {
        Self {
            total,
            loaded: 0.0,
            attempt_loaded: 0.0,
        }
    }

    /// Returns the bytes that have arrived.
    pub const fn loaded(&self) -> f64 {
        self.loaded
    }

    /// Returns those that the attempt under way has sent.
    pub const fn attempt_loaded(&self) -> f64 {
        self.attempt_loaded
    }

    /// Returns the part that has arrived, 0 to 1. Of an empty file, or one that does not say its size, that is 0
    /// until the end.
    pub fn fraction(&self) -> f64 {
        if self.total > 0.0 {
            self.loaded / self.total
        } else {
            0.0
        }
    }

    /// Corrects the total: some files have another number of bytes than their `size` says.
    pub fn set_total(&mut self, total: f64) {
        self.total = total;
        self.loaded = self.loaded.min(total);
    }

    /// Begins another attempt, which sends all bytes again.
    pub fn begin_attempt(&mut self) {
        self.attempt_loaded = 0.0;
    }

    /// Counts the bytes that the attempt under way has sent. Returns whether a count grew.
    pub fn add_sent(&mut self, bytes: f64) -> bool {
        self.grow_to(bytes.min(self.total - 1.0))
    }

    /// Counts all bytes: the server has taken the file. Returns whether a count grew.
    pub fn complete(&mut self) -> bool {
        self.grow_to(self.total)
    }

    fn grow_to(&mut self, bytes: f64) -> bool {
        let has_grown = bytes > self.attempt_loaded;
        self.attempt_loaded = self.attempt_loaded.max(bytes);
        self.loaded = self.loaded.max(bytes);
        has_grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_count_never_runs_backwards_and_stays_under_its_total(
            total in 1_u32..1_000,
            sent in prop::collection::vec(0_u32..2_000, 0..50),
        ) {
            let mut count = ByteCount::of(total.into());
            let mut before = 0.0;
            for bytes in sent {
                count.add_sent(bytes.into());
                prop_assert!(count.loaded() >= before && count.fraction() < 1.0);
                before = count.loaded();
            }
            count.complete();
            prop_assert_eq!(count.loaded(), f64::from(total));
        }
    }
}

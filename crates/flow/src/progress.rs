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

    /// Returns the phase that consists of this step; a create is no part of an upload.
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    pub phase: Phase,
    /// Bytes. A float, since that is what a JavaScript number is.
    pub loaded: f64,
    /// Bytes of the file.
    pub total: f64,
    /// The number of the request of this phase that is under way: 1 for the first.
    pub attempt: u32,
}

impl Record for Progress {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![
            ("phase", FieldValue::Text(self.phase.as_str())),
            ("loaded", FieldValue::Number(self.loaded)),
            ("total", FieldValue::Number(self.total)),
            ("attempt", FieldValue::Number(self.attempt.into())),
        ]
    }
}

/// The bytes of one upload that have arrived, as far as that can be known before the server has answered.
///
/// The count never runs backwards, even where a PUT begins again, and stays under its total until the answer:
/// the last bytes may still sit in buffers, and the server may refuse them all.
///
/// ```
/// use aurous_flow::progress::ByteCount;
///
/// let mut count = ByteCount::of(100.0);
/// assert_eq!(count.add_sent(60.0), Some(60.0));
/// assert_eq!(count.add_sent(20.0), None, "a second attempt begins");
/// assert_eq!(count.add_sent(100.0), Some(99.0));
/// assert_eq!(count.complete(), Some(100.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByteCount {
    total: f64,
    loaded: f64,
}

impl ByteCount {
    /// Returns the count of a file of `total` bytes, none of which has arrived.
    pub const fn of(total: f64) -> Self {
        Self { total, loaded: 0.0 }
    }

    /// Returns the bytes of the file.
    pub const fn total(&self) -> f64 {
        self.total
    }

    /// Returns the bytes that have arrived.
    pub const fn loaded(&self) -> f64 {
        self.loaded
    }

    /// Corrects the total: some files have more bytes than their `size` says.
    pub fn set_total(&mut self, total: f64) {
        self.total = total;
    }

    /// Counts the bytes that the attempt under way has sent. Returns the new count, where it grew.
    pub fn add_sent(&mut self, bytes: f64) -> Option<f64> {
        self.grow_to(bytes.min(self.total - 1.0))
    }

    /// Counts all bytes: the server has taken the file. Returns the new count, where it grew.
    pub fn complete(&mut self) -> Option<f64> {
        self.grow_to(self.total)
    }

    fn grow_to(&mut self, loaded: f64) -> Option<f64> {
        let grows = loaded > self.loaded;
        if grows {
            self.loaded = loaded;
        }
        grows.then_some(loaded)
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
                prop_assert!(count.loaded() >= before && count.loaded() < count.total());
                before = count.loaded();
            }
            count.complete();
            prop_assert_eq!(count.loaded(), f64::from(total));
        }
    }
}

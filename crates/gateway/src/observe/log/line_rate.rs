//! How many lines of one kind a second may have: strangers must not fill the disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tracing::callsite::Identifier;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::lost_lines::{LOST_LINES, Loss};

/// The lines of one kind in the second of the last one.
#[derive(Clone, Copy, Debug, Default)]
struct LineCount {
    /// The second, counted from the start of the log.
    second: u64,
    /// Never more than the most allowed.
    lines: u32,
}

impl LineCount {
    /// Counts a line, unless its second already has as many as allowed.
    fn admit(&mut self, second: u64, max_per_second: u32) -> bool {
        if self.second != second {
            *self = Self { second, lines: 0 };
        }
        let is_admitted = self.lines < max_per_second;
        self.lines += u32::from(is_admitted);
        is_admitted
    }
}

/// Leaves out the lines that are too many. Each place in the code that logs makes one kind, so that a
/// flood of one kind hides no other.
pub(super) struct LineRate {
    max_per_second: u32,
    start: Instant,
    counts: Mutex<HashMap<Identifier, LineCount>>,
}

impl LineRate {
    pub(super) fn new(max_per_second: u32) -> Self {
        Self {
            max_per_second,
            start: Instant::now(),
            counts: Mutex::default(),
        }
    }
}

impl<S: Subscriber> Layer<S> for LineRate {
    fn event_enabled(&self, event: &Event<'_>, _context: Context<'_, S>) -> bool {
        let second = self.start.elapsed().as_secs();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(event.metadata().callsite()).or_default();
        let is_admitted = count.admit(second, self.max_per_second);
        drop(counts);
        if !is_admitted {
            LOST_LINES.count(Loss::OverRate);
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how many of the lines in these seconds are admitted, at three a second.
    fn admitted(seconds: &[u64]) -> usize {
        let mut count = LineCount::default();
        let lines = seconds.iter();
        lines.filter(|second| count.admit(**second, 3)).count()
    }

    #[test]
    fn a_second_has_as_many_lines_as_allowed() {
        assert_eq!(admitted(&[0, 0, 0]), 3);
        assert_eq!(admitted(&[7; 100_000]), 3);
    }

    #[test]
    fn each_second_begins_with_none() {
        assert_eq!(admitted(&[0, 0, 0, 0, 1, 1, 1, 1, 9]), 7);
    }
}

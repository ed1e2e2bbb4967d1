//! The lines that were not written, counted by the reason.

use std::fmt::{self, Write as _};
use std::mem;
use std::sync::{LazyLock, Mutex, PoisonError};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

/// The process has one log, so it has one count of the lines that the log lost.
pub(crate) static LOST_LINES: LazyLock<LostLines> = LazyLock::new(LostLines::default);

/// Why a line was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Loss {
    /// Its kind had as many lines in this second as allowed.
    OverRate,
    /// The reader of standard error is too slow.
    QueueFull,
    /// Standard error does not take it: the disk is full, or the reader has gone.
    WriteFailed,
}

impl EncodeLabelValue for Loss {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(match self {
            Self::OverRate => "over_rate",
            Self::QueueFull => "queue_full",
            Self::WriteFailed => "write_failed",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct LossLabels {
    reason: Loss,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Losses {
    over_rate: u64,
    queue_full: u64,
    write_failed: u64,
}

#[derive(Default)]
pub(crate) struct LostLines {
    counters: Family<LossLabels, Counter>,
    /// What the log has said of them.
    logged: Mutex<Losses>,
}

impl LostLines {
    pub(super) fn count(&self, reason: Loss) {
        self.counters.get_or_create(&LossLabels { reason }).inc();
    }

    /// Returns the counters, for a registry of metrics.
    pub(crate) fn counters(&self) -> Family<LossLabels, Counter> {
        Family::clone(&self.counters)
    }

    /// Logs how many lines were lost since the last call, unless there are none.
    pub(super) fn log_new(&self) {
        let now = Losses {
            over_rate: self.total(Loss::OverRate),
            queue_full: self.total(Loss::QueueFull),
            write_failed: self.total(Loss::WriteFailed),
        };
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let before = mem::replace(&mut *logged, now);
        drop(logged);
        if now != before {
            tracing::warn!(
                over_rate = now.over_rate.saturating_sub(before.over_rate),
                queue_full = now.queue_full.saturating_sub(before.queue_full),
                write_failed = now.write_failed.saturating_sub(before.write_failed),
                "lines were left out of the log; the metrics count every request"
            );
        }
    }

    fn total(&self, reason: Loss) -> u64 {
        self.counters.get_or_create(&LossLabels { reason }).get()
    }
}

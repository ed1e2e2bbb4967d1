//! The two clocks: one that never jumps, for the gateway's own limits, and the time of day, for times
//! that others set or read.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A moment of the monotonic clock, in milliseconds since the program asked it first. Every limit of
/// the gateway's own goes by it: the time of day may be set an hour ahead and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Uptime(u64);

impl Uptime {
    pub(crate) fn now() -> Self {
        Self::from_ms(START.elapsed().as_millis().try_into().unwrap_or(u64::MAX))
    }

    pub(crate) const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    pub(crate) const fn as_ms(self) -> u64 {
        self.0
    }

    pub(crate) fn after(self, time: Duration) -> Self {
        let ms = time.as_millis().try_into().unwrap_or(u64::MAX);
        Self(self.0.saturating_add(ms))
    }

    /// Returns the time from `earlier` to this moment, zero where it is not earlier.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Returns the milliseconds since 1970, by the machine's time of day.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the seconds since 1970, by the machine's time of day.
pub(crate) fn now_s() -> u64 {
    now_ms() / 1000
}

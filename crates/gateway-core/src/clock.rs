//! The two clocks, as their readings: one that never jumps, for the gateway's own limits, and the time
//! of day, for times that others set or read.

use std::time::Duration;

/// A moment, as both clocks read it. Whoever calls the core reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub uptime: Uptime,
    /// The milliseconds since 1970, by the machine's time of day.
    pub epoch_ms: u64,
}

impl Moment {
    /// Returns the seconds since 1970, by the machine's time of day.
    pub const fn epoch_s(self) -> u64 {
        self.epoch_ms / 1000
    }
}

/// A moment of a monotonic clock, in milliseconds since any start. Every limit of the gateway's own goes
/// by it: the time of day may be set an hour ahead and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(u64);

impl Uptime {
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    pub const fn as_ms(self) -> u64 {
        self.0
    }

    pub(crate) const fn as_us(self) -> u64 {
        self.0.saturating_mul(1000)
    }

    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(milliseconds(time)))
    }

    /// Returns the time from `earlier` to this moment, zero where it is not earlier.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// Returns a time in whole milliseconds.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

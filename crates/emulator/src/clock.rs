//! The emulator's clock: real time, which a test may advance.
//!
//! Everything that expires, refills or ends by itself reads this clock and uses no timer. So a test
//! that advances the clock by 15 minutes sees an upload URL expire at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// A handle to the emulator's clock. The clock runs at the speed of real time, ahead of it by as much as
/// it has been advanced. It never runs backwards, except at a reset.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    started_ms: u64,
    ahead_ms: Arc<AtomicU64>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: Instant::now(),
            started_ms: since_epoch.map_or(0, millis),
            ahead_ms: Arc::default(),
        }
    }

    /// Returns the milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        // Counted from a monotonic instant, so that no ticket expires because the machine's clock is
        // set while a test runs.
        self.started_ms
            .saturating_add(millis(self.started.elapsed()))
            .saturating_add(self.ahead_ms())
    }

    /// Returns how far ahead of real time the clock is, in milliseconds.
    pub fn ahead_ms(&self) -> u64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }

    /// Advances the clock. Everything that expires or ends in between has done so when this returns.
    pub fn advance(&self, by: Duration) {
        let add = |ahead: u64| Some(ahead.saturating_add(millis(by)));
        // Never fails, since the closure always returns a value.
        let _ = self
            .ahead_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// Sets the clock back to real time.
    pub(crate) fn reset(&self) {
        self.ahead_ms.store(0, Ordering::SeqCst);
    }
}

/// Writes a time as the API does: RFC 3339, UTC, in whole seconds (rounded down).
pub(crate) fn rfc3339(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    // A clock that was advanced past the year 9999 stays there.
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_the_api_writes_it() {
        assert_eq!(rfc3339(1_778_234_400_999), "2026-05-08T10:00:00Z");
        assert!(rfc3339(u64::MAX).starts_with("9999-12-3"));
    }

    #[test]
    fn an_advanced_clock_stays_ahead_until_it_is_reset() {
        let clock = Clock::start();
        let before = clock.now_ms();
        clock.clone().advance(Duration::from_secs(900));
        assert!(clock.now_ms() >= before + 900_000);
        clock.reset();
        assert!(clock.now_ms() < before + 900_000);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now_ms(), u64::MAX);
    }
}

//! The emulator's clock: real time, which a test may advance.
//!
//! Everything that expires, refills or ends by itself reads this clock and uses no timer. So a test
//! that advances the clock by 15 minutes sees an upload URL expire at once.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aurous_emulator_core::Emulation;

/// A handle to the emulator's clock. The clock runs at the speed of real time, ahead of it by as much as
/// it has been advanced. It never runs backwards, except at a reset.
#[derive(Clone)]
pub struct Clock {
    started: Instant,
    started_ms: u64,
    emulation: Arc<Emulation>,
}

impl Clock {
    pub(crate) fn start(emulation: Arc<Emulation>) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: Instant::now(),
            started_ms: since_epoch.map_or(0, millis),
            emulation,
        }
    }

    /// Returns the real time, in milliseconds since the Unix epoch.
    pub(crate) fn real_ms(&self) -> u64 {
        // Counted from a monotonic instant, so that no ticket expires because the machine's clock is
        // set while a test runs.
        self.started_ms
            .saturating_add(millis(self.started.elapsed()))
    }

    /// Returns the milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        self.emulation.now_ms(self.real_ms())
    }

    /// Returns how far ahead of real time the clock is, in milliseconds.
    pub fn ahead_ms(&self) -> u64 {
        self.emulation.ahead_ms()
    }

    /// Advances the clock. Everything that expires or ends in between has done so when this returns.
    pub fn advance(&self, by: Duration) {
        self.emulation.advance(millis(by));
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

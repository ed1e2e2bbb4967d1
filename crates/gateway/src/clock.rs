//! The machine's two clocks.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aurous_gateway_core::{Moment, Uptime};
use tokio::time;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Reads both clocks.
pub(crate) fn now() -> Moment {
    let epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment {
        uptime: uptime(),
        epoch_ms: milliseconds(epoch.unwrap_or_default()),
    }
}

/// Returns the time since the program asked first.
pub(crate) fn uptime() -> Uptime {
    Uptime::from_ms(milliseconds(START.elapsed()))
}

/// Returns the instant of a moment, for tokio's timers.
pub(crate) fn instant_of(uptime: Uptime) -> time::Instant {
    time::Instant::from_std(*START + Duration::from_millis(uptime.as_ms()))
}

fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

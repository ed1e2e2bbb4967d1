//! The rule for peers that are too slow: who sends a body, who reads a response, who takes an upload.

use std::time::Duration;

use crate::clock::Uptime;
use crate::config::ResourceLimits;

/// How slowly a peer may move bytes.
#[derive(Clone, Copy, Debug)]
pub struct PaceLimits {
    /// The longest time without a byte.
    pub idle: Duration,
    /// The lowest average rate, once `idle` has been spent on waiting.
    pub min_bytes_per_second: u32,
}

impl PaceLimits {
    /// Returns how slowly a visitor may send a body.
    pub fn of_body(limits: &ResourceLimits) -> Self {
        Self::new(limits.body_idle_timeout, limits)
    }

    /// Returns how slowly the upload host may read a body, and respond once it has all of it.
    pub fn of_upload(limits: &ResourceLimits) -> Self {
        Self::new(limits.answer_timeout, limits)
    }

    fn new(idle: Duration, limits: &ResourceLimits) -> Self {
        Self {
            idle,
            min_bytes_per_second: limits.body_min_bytes_per_second,
        }
    }
}

/// How a peer has moved bytes so far. Only the time counts in which something waited for the peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    waiting_since: Option<Uptime>,
    /// The time of the waits that are over.
    waited: Duration,
    moved_bytes: u64,
}

impl Pace {
    /// Notes that something waits for the peer.
    pub fn wait(&mut self, now: Uptime) {
        self.waiting_since.get_or_insert(now);
    }

    /// Notes that the peer has moved bytes, so that nothing waits for it now.
    pub fn advance(&mut self, bytes: u64, now: Uptime) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += now.since(since);
        }
        self.moved_bytes += bytes;
    }

    /// Returns the time from which on the peer is too slow, unless it moves bytes before. `None` while
    /// nothing waits for the peer.
    pub fn deadline(&self, limits: PaceLimits) -> Option<Uptime> {
        let seconds = self.moved_bytes as f64 / f64::from(limits.min_bytes_per_second);
        let at_min_rate = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        let left = at_min_rate.max(limits.idle).saturating_sub(self.waited);
        Some(self.waiting_since?.after(left.min(limits.idle)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: PaceLimits = PaceLimits {
        idle: Duration::from_secs(30),
        min_bytes_per_second: 100,
    };

    /// Returns the second from which on a peer is too slow that something has waited for since the
    /// start, and that has moved bytes at these seconds.
    fn too_slow_at(moves: &[(u64, u64)]) -> u64 {
        let start = Uptime::from_ms(7_000);
        let mut pace = Pace::default();
        pace.wait(start);
        for (second, bytes) in moves {
            let now = start.after(Duration::from_secs(*second));
            pace.advance(*bytes, now);
            pace.wait(now);
        }
        let deadline = pace.deadline(LIMITS).unwrap();
        deadline.since(start).as_secs()
    }

    #[test]
    fn a_peer_that_moves_nothing_is_too_slow_after_the_idle_limit() {
        assert_eq!(too_slow_at(&[]), 30);
    }

    #[test]
    fn a_fast_peer_that_stands_still_is_too_slow_after_the_idle_limit() {
        assert_eq!(too_slow_at(&[(1, 1_000_000)]), 31);
    }

    #[test]
    fn a_peer_below_the_lowest_rate_has_the_idle_limit_in_all() {
        assert_eq!(too_slow_at(&[(10, 1), (20, 1), (29, 1)]), 30);
    }

    #[test]
    fn each_byte_at_the_lowest_rate_buys_its_time() {
        assert_eq!(too_slow_at(&[(20, 2000), (38, 2000)]), 40);
        assert_eq!(too_slow_at(&[(20, 2000), (38, 2000), (39, 500)]), 45);
    }

    #[test]
    fn the_time_in_which_nothing_waits_does_not_count() {
        let start = Uptime::from_ms(7_000);
        let mut pace = Pace::default();
        pace.advance(1, start);
        assert_eq!(pace.deadline(LIMITS), None);
        let later = start.after(Duration::from_secs(3600));
        pace.wait(later);
        let deadline = pace.deadline(LIMITS);
        assert_eq!(deadline, Some(later.after(LIMITS.idle)));
    }
}

use super::LONGEST_WAIT_MS;

/// How much later than asked a timer may fire, in milliseconds, before it counts as late: a busy
/// page's timers are late by less.
const LATE_MS: u64 = 5_000;

/// When something that stands still, or takes too long in all, is no longer waited for.
///
/// Counts the time that the machine was awake: while it sleeps nothing arrives, and then its timers
/// fire late. The first late one since anything moved starts the silence again instead of ending it.
/// (The first only: a browser fires the timers of a hidden page once a minute, all of them late.)
///
/// ```
/// use aurous_contract::retry::{Check, Patience};
///
/// let mut patience = Patience::new(0, 30_000, Some(120_000));
/// assert_eq!(patience.next_check_ms(), 30_000);
/// patience.moved(20_000, 30_000);
/// assert_eq!(patience.check(30_000), Check::NextIn(20_000));
/// assert_eq!(patience.check(50_000), Check::Over { after_ms: 30_000 });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long it may stand still.
    still_limit_ms: u64,
    /// How long all of it may take.
    whole_limit_ms: u64,
    still_ms: u64,
    spent_ms: u64,
    /// By the wall clock, the one that goes on while the machine sleeps.
    counted_to_ms: u64,
    next_check_ms: u64,
    forgives_lateness: bool,
}

/// What a timer that fired means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Nothing yet: look again in this many milliseconds.
    NextIn(u64),
    /// Patience is at its end, after this many milliseconds of silence, or in all.
    Over { after_ms: u64 },
}

impl Patience {
    /// With something that may stand still for `still_limit_ms`, and take `whole_limit_ms` in all.
    pub fn new(now_ms: u64, still_limit_ms: u64, whole_limit_ms: Option<u64>) -> Self {
        let mut patience = Self {
            still_limit_ms: still_limit_ms.min(LONGEST_WAIT_MS),
            whole_limit_ms: whole_limit_ms.unwrap_or(u64::MAX),
            still_ms: 0,
            spent_ms: 0,
            counted_to_ms: now_ms,
            next_check_ms: 0,
            forgives_lateness: true,
        };
        patience.next_check_ms = patience.left_ms();
        patience
    }

    /// With a wait: late is late enough.
    pub fn wait(now_ms: u64, ms: u64) -> Self {
        Self {
            forgives_lateness: false,
            ..Self::new(now_ms, ms, None)
        }
    }

    /// When to [`check`](Self::check), in milliseconds from when that was last decided.
    pub fn next_check_ms(&self) -> u64 {
        self.next_check_ms
    }

    /// It moved. From here on it may stand still for `still_limit_ms`.
    pub fn moved(&mut self, now_ms: u64, still_limit_ms: u64) {
        self.count(now_ms);
        self.still_ms = 0;
        self.still_limit_ms = still_limit_ms.min(LONGEST_WAIT_MS);
        self.forgives_lateness = true;
    }

    /// The timer fired.
    pub fn check(&mut self, now_ms: u64) -> Check {
        let late_ms = now_ms
            .saturating_sub(self.counted_to_ms)
            .saturating_sub(self.next_check_ms);
        if late_ms > LATE_MS && self.forgives_lateness {
            self.forgives_lateness = false;
            self.still_ms = 0;
            self.counted_to_ms = now_ms;
        } else {
            // The timer is believed, not the clock: that may have been set back.
            self.count(u64::MAX);
            self.counted_to_ms = now_ms;
        }
        if self.spent_ms >= self.whole_limit_ms {
            return Check::Over {
                after_ms: self.whole_limit_ms,
            };
        }
        if self.still_ms >= self.still_limit_ms {
            return Check::Over {
                after_ms: self.still_limit_ms,
            };
        }
        self.next_check_ms = self.left_ms();
        Check::NextIn(self.next_check_ms)
    }

    /// How long it has taken so far, in milliseconds that the machine was awake.
    pub fn spent_ms(mut self, now_ms: u64) -> u64 {
        self.count(now_ms);
        self.spent_ms
    }

    /// Counts the time up to now: no more than up to the next check, since the machine slept where the
    /// timer was not heard.
    fn count(&mut self, now_ms: u64) {
        let passed_ms = now_ms
            .saturating_sub(self.counted_to_ms)
            .min(self.next_check_ms);
        self.counted_to_ms = now_ms;
        self.next_check_ms -= passed_ms;
        self.still_ms = self.still_ms.saturating_add(passed_ms);
        self.spent_ms = self.spent_ms.saturating_add(passed_ms);
    }

    fn left_ms(&self) -> u64 {
        let still_ms = self.still_limit_ms.saturating_sub(self.still_ms);
        still_ms.min(self.whole_limit_ms.saturating_sub(self.spent_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: u64 = 3_600_000;

    #[test]
    fn silence_is_over_at_its_limit() {
        let mut patience = Patience::new(7_000, 30_000, None);
        assert_eq!(patience.next_check_ms(), 30_000);
        assert_eq!(patience.check(37_001), Check::Over { after_ms: 30_000 });
    }

    #[test]
    fn all_of_it_is_over_at_the_deadline_though_it_moves() {
        let mut patience = Patience::new(0, 30_000, Some(40_000));
        patience.moved(20_000, 30_000);
        assert_eq!(patience.check(30_000), Check::NextIn(10_000));
        patience.moved(39_000, 30_000);
        assert_eq!(patience.check(40_000), Check::Over { after_ms: 40_000 });
    }

    #[test]
    fn a_machine_that_slept_is_given_its_time_again_once() {
        let mut patience = Patience::new(0, 30_000, Some(120_000));
        assert_eq!(patience.check(HOUR_MS), Check::NextIn(30_000));
        assert_eq!(patience.spent_ms(HOUR_MS), 0);
        assert_eq!(
            patience.check(2 * HOUR_MS),
            Check::Over { after_ms: 30_000 }
        );
        assert_eq!(patience.spent_ms(2 * HOUR_MS), 30_000);
    }

    #[test]
    fn what_moved_since_is_forgiven_again() {
        let mut patience = Patience::new(0, 30_000, None);
        assert_eq!(patience.check(HOUR_MS), Check::NextIn(30_000));
        patience.moved(HOUR_MS + 1_000, 30_000);
        assert_eq!(patience.check(2 * HOUR_MS), Check::NextIn(30_000));
    }

    #[test]
    fn sleep_is_not_counted_where_no_timer_was_heard() {
        let patience = Patience::new(0, 30_000, None);
        assert_eq!(patience.spent_ms(12_000), 12_000);
        assert_eq!(patience.spent_ms(HOUR_MS), 30_000);
    }

    #[test]
    fn a_wait_is_over_however_late() {
        assert_eq!(
            Patience::wait(0, 500).check(HOUR_MS),
            Check::Over { after_ms: 500 }
        );
    }

    #[test]
    fn a_clock_that_is_set_back_lengthens_nothing() {
        let mut patience = Patience::new(HOUR_MS, 30_000, None);
        assert_eq!(patience.check(0), Check::Over { after_ms: 30_000 });
    }

    #[test]
    fn a_limit_longer_than_a_timer_counts_is_cut() {
        assert_eq!(
            Patience::new(0, u64::MAX, None).next_check_ms(),
            LONGEST_WAIT_MS
        );
    }
}

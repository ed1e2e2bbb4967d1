use super::LONGEST_WAIT_MS;

/// How much later than asked a timer may fire, in milliseconds, before it counts as late: a busy
/// page's timers are late by less.
const LATE_MS: u64 = 5_000;

/// How long to wait for a job that may stand still, or take too long in all.
///
/// Counts the time that the machine was awake: while it sleeps nothing arrives, and then its timers fire
/// late. The first late timer since the job last moved starts the silence again instead of ending it. (Only
/// the first: a browser fires the timers of a hidden page once a minute, all of them late.)
///
/// ```
/// use aurous_flow::retry::{Check, Patience};
///
/// let mut patience = Patience::new(0, 30_000, Some(120_000));
/// assert_eq!(patience.remaining_ms(0), 30_000);
/// patience.restart(20_000, 30_000);
/// assert_eq!(patience.remaining_ms(45_000), 5_000);
/// assert_eq!(patience.check(50_000), Check::Over { after_ms: 30_000 });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long the job may stand still.
    still_limit_ms: u64,
    /// How long all of it may take.
    whole_limit_ms: u64,
    still_ms: u64,
    spent_ms: u64,
    /// By the wall clock, which goes on while the machine sleeps.
    counted_to_ms: u64,
    forgives_lateness: bool,
}

/// What a timer that fired means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The job may still take [`Patience::remaining_ms`].
    NotYet,
    /// Patience is at its end, after this many milliseconds of silence, or in all.
    Over { after_ms: u64 },
}

impl Patience {
    /// Returns the patience with a job that begins now, may stand still for `still_limit_ms`, and may take
    /// `whole_limit_ms` in all.
    pub fn new(now_ms: u64, still_limit_ms: u64, whole_limit_ms: Option<u64>) -> Self {
        Self {
            still_limit_ms: still_limit_ms.min(LONGEST_WAIT_MS),
            whole_limit_ms: whole_limit_ms.unwrap_or(u64::MAX),
            still_ms: 0,
            spent_ms: 0,
            counted_to_ms: now_ms,
            forgives_lateness: true,
        }
    }

    /// Returns the patience of a wait of `ms`, which a late timer ends as well.
    pub fn wait(now_ms: u64, ms: u64) -> Self {
        Self {
            forgives_lateness: false,
            ..Self::new(now_ms, ms, None)
        }
    }

    /// Returns when to [`check`](Self::check), in milliseconds from now.
    pub fn remaining_ms(&self, now_ms: u64) -> u64 {
        let passed_ms = now_ms.saturating_sub(self.counted_to_ms);
        self.left_ms().saturating_sub(passed_ms)
    }

    /// Starts the silence again: the job moved. From here on it may stand still for `still_limit_ms`.
    pub fn restart(&mut self, now_ms: u64, still_limit_ms: u64) {
        self.count_to(now_ms);
        self.still_ms = 0;
        self.still_limit_ms = still_limit_ms.min(LONGEST_WAIT_MS);
        self.forgives_lateness = true;
    }

    /// Decides what it means that a timer fired that was set to [`Self::remaining_ms`].
    pub fn check(&mut self, now_ms: u64) -> Check {
        let left_ms = self.left_ms();
        let late_ms = now_ms
            .saturating_sub(self.counted_to_ms)
            .saturating_sub(left_ms);
        if late_ms > LATE_MS && self.forgives_lateness {
            self.forgives_lateness = false;
            self.still_ms = 0;
            self.counted_to_ms = now_ms;
        } else {
            // The timer is right even where the clock was set back.
            self.count(left_ms, now_ms);
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
        Check::NotYet
    }

    /// Returns how long the job has taken so far, in milliseconds that the machine was awake.
    pub fn spent_ms(mut self, now_ms: u64) -> u64 {
        self.count_to(now_ms);
        self.spent_ms
    }

    /// Counts the time up to now, and no more than the timer would have let pass: where it was not heard,
    /// the machine slept.
    fn count_to(&mut self, now_ms: u64) {
        let passed_ms = now_ms.saturating_sub(self.counted_to_ms);
        self.count(passed_ms.min(self.left_ms()), now_ms);
    }

    fn count(&mut self, passed_ms: u64, now_ms: u64) {
        self.still_ms = self.still_ms.saturating_add(passed_ms);
        self.spent_ms = self.spent_ms.saturating_add(passed_ms);
        self.counted_to_ms = now_ms;
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
        assert_eq!(patience.remaining_ms(7_000), 30_000);
        assert_eq!(patience.check(37_001), Check::Over { after_ms: 30_000 });
    }

    #[test]
    fn a_job_that_moves_is_over_at_its_deadline() {
        let mut patience = Patience::new(0, 30_000, Some(40_000));
        patience.restart(20_000, 30_000);
        assert_eq!(patience.remaining_ms(20_000), 20_000);
        patience.restart(39_000, 30_000);
        assert_eq!(patience.remaining_ms(39_000), 1_000);
        assert_eq!(patience.check(40_000), Check::Over { after_ms: 40_000 });
    }

    #[test]
    fn a_machine_that_slept_gets_its_time_again_once() {
        let mut patience = Patience::new(0, 30_000, Some(120_000));
        assert_eq!(patience.check(HOUR_MS), Check::NotYet);
        assert_eq!(patience.spent_ms(HOUR_MS), 0);
        assert_eq!(
            patience.check(2 * HOUR_MS),
            Check::Over { after_ms: 30_000 }
        );
        assert_eq!(patience.spent_ms(2 * HOUR_MS), 30_000);
    }

    #[test]
    fn a_job_that_moved_since_may_be_late_again() {
        let mut patience = Patience::new(0, 30_000, None);
        assert_eq!(patience.check(HOUR_MS), Check::NotYet);
        patience.restart(HOUR_MS + 1_000, 30_000);
        assert_eq!(patience.check(2 * HOUR_MS), Check::NotYet);
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
            Patience::new(0, u64::MAX, None).remaining_ms(0),
            LONGEST_WAIT_MS
        );
    }
}

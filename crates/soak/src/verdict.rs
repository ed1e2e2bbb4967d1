//! Whether the promises were kept.

use std::time::Duration;

use crate::attackers::Deeds;
use crate::gateway::Resources;
use crate::losses::Losses;
use crate::visitors::{Step, Visit};

/// The longest time of 99 steps in 100.
const STEP_TIME: Duration = Duration::from_secs(3);
/// The most memory that the gateway may ever have resident, in bytes.
const PEAK_MEMORY: u64 = 96 * 1024 * 1024;

/// The longest attempt of an attacker's: a slow PUT takes a minute, its ticket and connection some time
/// more. No limit of the gateway's on a silent connection is longer, but that between two requests.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(120);

/// What the soak found.
pub struct Findings {
    pub visits: Vec<Visit>,
    pub losses: Losses,
    /// In bytes. `None` where the gateway has ended.
    pub peak_memory: Option<u64>,
    /// What the gateway held before the first visitor.
    pub before: Resources,
    /// What it held when the last visitor had left and the attackers were still there.
    pub during: Option<Resources>,
    /// What it held after the attack; `None` where it has ended or does not answer.
    pub after: Option<Resources>,
    pub deeds: Vec<Deeds>,
}

/// The times of one step, over all visitors.
pub struct StepTimes(Vec<Duration>);

/// A promise, and whether it was kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    pub promise: String,
    pub holds: bool,
}

impl StepTimes {
    pub fn of(step: Step, visits: &[Visit]) -> Self {
        let ends = visits.iter().flat_map(|it| &it.steps);
        let mut times: Vec<_> = ends
            .filter(|it| it.step == step)
            .map(|it| it.time)
            .collect();
        times.sort_unstable();
        Self(times)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the time within which this many percent of the steps ended. `None` where there were none.
    pub fn percentile(&self, percent: usize) -> Option<Duration> {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0.get(rank.saturating_sub(1)).copied()
    }
}

pub fn judge(findings: &Findings) -> Vec<Check> {
    let Findings {
        visits,
        losses,
        peak_memory,
        before,
        during: _,
        after,
        deeds,
    } = findings;
    let check = |promise: String, holds| Check { promise, holds };
    let mut checks: Vec<_> = Step::ALL
        .into_iter()
        .map(|step| {
            let p99 = StepTimes::of(step, visits).percentile(99);
            check(
                format!("99 of 100 visitors have their {step:?} within {STEP_TIME:?}"),
                p99.is_some_and(|it| it <= STEP_TIME),
            )
        })
        .collect();
    checks.extend([
        check(
            "no visitor fails".to_owned(),
            visits.iter().all(Visit::has_made_a_character),
        ),
        check(
            "each create made one character, with the picture's bytes".to_owned(),
            *losses == Losses::default(),
        ),
        check(
            format!("the gateway needs at most {} MB", PEAK_MEMORY >> 20),
            peak_memory.is_some_and(|it| it <= PEAK_MEMORY),
        ),
        check(
            "afterwards, it holds no more than before".to_owned(),
            after.is_some_and(|it| it.is_within(*before)),
        ),
        check(
            "each attack took place".to_owned(),
            deeds.iter().all(|it| it.attempts > 0),
        ),
        check(
            format!("no attacker holds a connection for more than {LONGEST_ATTEMPT:?}"),
            deeds.iter().all(|it| it.longest <= LONGEST_ATTEMPT),
        ),
    ]);
    checks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attackers::Attacker;
    use crate::visitors::StepEnd;

    const BEFORE: Resources = Resources {
        connections: 0,
        uploads: 0,
        open_files: 12,
    };

    fn visit(step_time: Duration) -> Visit {
        let end = |step| StepEnd {
            step,
            time: step_time,
            retries: 0,
            failure: None,
        };
        Visit {
            number: 0,
            steps: Step::ALL.map(end).to_vec(),
        }
    }

    fn good() -> Findings {
        Findings {
            visits: vec![visit(Duration::from_secs(1)); 100],
            losses: Losses::default(),
            peak_memory: Some(PEAK_MEMORY),
            before: BEFORE,
            during: None,
            after: Some(BEFORE),
            deeds: vec![Deeds {
                attacker: Attacker::LeakedUrl,
                attempts: 1,
                longest: LONGEST_ATTEMPT,
            }],
        }
    }

    /// Returns the promises that were broken.
    fn broken(findings: &Findings) -> Vec<String> {
        let checks = judge(findings).into_iter();
        let broken = checks.filter(|it| !it.holds);
        broken.map(|it| it.promise).collect()
    }

    #[track_caller]
    fn assert_breaks(promise: &str, spoil: impl FnOnce(&mut Findings)) {
        let mut findings = good();
        spoil(&mut findings);
        let broken = broken(&findings);
        assert!(
            broken.len() == 1 && broken[0].contains(promise),
            "{broken:?}"
        );
    }

    #[test]
    fn a_good_soak_keeps_every_promise() {
        assert_eq!(broken(&good()), <[String; 0]>::default());
    }

    #[test]
    fn one_slow_visitor_in_a_hundred_is_borne_and_two_are_not() {
        let slow = Duration::from_secs(4);
        let mut findings = good();
        findings.visits[0].steps[1].time = slow;
        assert_eq!(broken(&findings), <[String; 0]>::default());
        assert_breaks("their Put", |it| {
            it.visits[0].steps[1].time = slow;
            it.visits[1].steps[1].time = slow;
        });
    }

    #[test]
    fn a_visitor_that_fails_breaks_a_promise() {
        assert_breaks("no visitor fails", |it| {
            it.visits[7].steps[3].failure = Some("429".to_owned());
        });
        assert_breaks("no visitor fails", |it| {
            it.visits[7].steps.pop();
        });
    }

    #[test]
    fn no_visitor_at_all_breaks_a_promise() {
        let findings = Findings {
            visits: Vec::new(),
            ..good()
        };
        assert_eq!(broken(&findings).len(), Step::ALL.len());
    }

    #[test]
    fn a_loss_breaks_a_promise() {
        assert_breaks("one character", |it| it.losses.altered = 1);
    }

    #[test]
    fn memory_over_the_limit_breaks_a_promise_and_so_does_a_gateway_that_has_ended() {
        assert_breaks("96 MB", |it| it.peak_memory = Some(PEAK_MEMORY + 1));
        assert_breaks("96 MB", |it| it.peak_memory = None);
    }

    #[test]
    fn whatever_is_not_released_breaks_a_promise() {
        assert_breaks("no more than before", |it| it.after = None);
        let after = [
            Resources {
                connections: 1,
                ..BEFORE
            },
            Resources {
                uploads: 1,
                ..BEFORE
            },
            Resources {
                open_files: 13,
                ..BEFORE
            },
        ];
        for after in after {
            assert_breaks("no more than before", |it| it.after = Some(after));
        }
    }

    #[test]
    fn an_attack_that_did_not_take_place_proves_nothing() {
        assert_breaks("took place", |it| it.deeds[0].attempts = 0);
    }

    #[test]
    fn a_connection_that_an_attacker_holds_for_ever_breaks_a_promise() {
        let too_long = LONGEST_ATTEMPT + Duration::from_secs(1);
        assert_breaks("holds a connection", |it| it.deeds[0].longest = too_long);
    }
}

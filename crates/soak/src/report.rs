//! The tables that the soak prints.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use crate::gateway::Resources;
use crate::verdict::{Check, Findings, StepTimes};
use crate::visitors::{Step, Visit};

pub fn tables(findings: &Findings, checks: &[Check], log_bytes: u64) -> String {
    let visits = &findings.visits;
    let mut lines = vec![format!(
        "{:10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "step", "visitors", "p50", "p99", "longest", "retries", "failed"
    )];
    lines.extend(Step::ALL.map(|step| step_line(step, visits)));
    for (failure, count) in failures(visits) {
        lines.push(format!("  {count} failed: {failure}"));
    }
    lines.push(String::new());
    lines.push(format!(
        "{:18} {:>9} {:>9}",
        "attacker", "attempts", "longest"
    ));
    lines.extend(findings.deeds.iter().map(|it| {
        let name = format!("{:?}", it.attacker);
        format!("{name:18} {:>9} {:>7} s", it.attempts, it.longest.as_secs())
    }));
    lines.push(format!("{} KB of the log were read", log_bytes / 1024));
    lines.push(format!("losses: {:?}", findings.losses));
    let memory = findings.peak_memory.map(|it| it >> 20);
    lines.push(format!("peak memory: {} MB", or_unknown(memory)));
    lines.push(format!("held before the attack: {}", findings.before));
    lines.push(format!("held at its end: {}", or_unknown(findings.during)));
    lines.push(format!("held after it: {}", or_unknown(findings.after)));
    lines.push(String::new());
    for Check { promise, holds } in checks {
        let verdict = if *holds { "kept" } else { "BROKEN" };
        lines.push(format!("{verdict:7} {promise}"));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn step_line(step: Step, visits: &[Visit]) -> String {
    let times = StepTimes::of(step, visits);
    let ends = || visits.iter().flat_map(|it| &it.steps);
    let ends = || ends().filter(|it| it.step == step);
    let retries: u32 = ends().map(|it| it.retries).sum();
    let failed = ends().filter(|it| it.failure.is_some()).count();
    let milliseconds = |percent| {
        let time = times.percentile(percent);
        or_unknown(time.map(|it| format!("{} ms", it.as_millis())))
    };
    format!(
        "{:10} {:>9} {:>9} {:>9} {:>9} {retries:>9} {failed:>9}",
        format!("{step:?}"),
        times.count(),
        milliseconds(50),
        milliseconds(99),
        milliseconds(100),
    )
}

/// Counts each failure by its step and reason.
fn failures(visits: &[Visit]) -> BTreeMap<String, usize> {
    let mut failures = BTreeMap::new();
    for end in visits.iter().flat_map(|it| &it.steps) {
        if let Some(failure) = &end.failure {
            *failures
                .entry(format!("{:?}: {failure}", end.step))
                .or_default() += 1;
        }
    }
    failures
}

fn or_unknown(value: Option<impl Display>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |it| it.to_string())
}

impl Display for Resources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} connections, {} uploads, {} open files",
            self.connections, self.uploads, self.open_files
        )
    }
}

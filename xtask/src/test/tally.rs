//! Counts tests from what the runners print: libtest's result lines, which wasm-bindgen's runner
//! prints as well, and the summary of Node's runner.

use crate::report::Totals;

/// Reads the output of `cargo test`, standard error included (cargo names each suite there), or of
/// `node --test` in TAP.
#[derive(Default)]
pub struct Tally {
    totals: Totals,
    /// A suite has been started, and no result of it seen yet.
    is_open: bool,
}

impl Tally {
    pub fn line(&mut self, line: &str) {
        let line = line.trim();
        if is_heading(line) {
            self.close();
            self.is_open = true;
        } else if line == "no tests to run!" {
            // wasm-bindgen's runner, of a suite without tests.
            self.is_open = false;
        } else if let Some(count) = count_of_node(line) {
            self.totals = self.totals.plus(count);
        } else if let Some(result) = result(line) {
            self.totals = self.totals.plus(result);
            self.is_open = false;
        }
    }

    /// `success` is the exit code's word. A failure that no line told of is one failed test.
    pub fn totals(mut self, success: bool) -> Totals {
        self.close();
        if !success && self.totals.failed == 0 {
            self.totals.failed = 1;
        }
        self.totals
    }

    /// A suite that ended without a result has died: a crash, or a time limit.
    fn close(&mut self) {
        if self.is_open {
            self.totals.failed += 1;
        }
        self.is_open = false;
    }
}

/// `Running unittests src/lib.rs (target/…)`, `Running tests/a.rs (target/…)`, `Doc-tests name`.
fn is_heading(line: &str) -> bool {
    line.starts_with("Doc-tests ")
        || (line.starts_with("Running ") && line.ends_with(')') && line.contains(" ("))
}

/// `test result: ok. 12 passed; 0 failed; 0 ignored; …`
fn result(line: &str) -> Option<Totals> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        let mut counts = counts.split("; ").filter_map(|count| count.split_once(' '));
        counts.find(|(_, name)| *name == what)?.0.parse().ok()
    };
    Some(Totals {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

/// `# pass 12`, `# fail 0`, `# cancelled 0`: one line each. A cancelled test did not end.
fn count_of_node(line: &str) -> Option<Totals> {
    let (what, count) = line.strip_prefix("# ")?.split_once(' ')?;
    let count = count.parse().ok()?;
    match what {
        "pass" => Some(Totals {
            passed: count,
            failed: 0,
        }),
        "fail" | "cancelled" => Some(Totals {
            passed: 0,
            failed: count,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str, success: bool) -> (usize, usize) {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.line(line));
        let totals = tally.totals(success);
        (totals.passed, totals.failed)
    }

    const RUNNING: &str = "     Running unittests src/lib.rs (target/debug/deps/a-0f)\n";

    #[test]
    fn suites_add_up() {
        let output = format!(
            "{RUNNING}test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
             {RUNNING}test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 filtered out\n\
             Doc-tests aurous_web\ntest result: ok. 1 passed; 0 failed; 0 ignored\n"
        );
        assert_eq!(tally(&output, false), (16, 2));
    }

    #[test]
    fn one_suite_may_have_two_results() {
        let result = "test result: ok. 1 passed; 0 failed; 0 ignored\n";
        assert_eq!(
            tally(&format!("   Doc-tests a\n{result}{result}"), true),
            (2, 0)
        );
    }

    #[test]
    fn a_suite_that_dies_is_a_failure() {
        let output = format!(
            "{RUNNING}running 3 tests\n{RUNNING}test result: ok. 1 passed; 0 failed; 0 ignored\n"
        );
        assert_eq!(tally(&output, false), (1, 1));
        assert_eq!(tally(RUNNING, true), (0, 1));
    }

    #[test]
    fn a_build_that_fails_is_one_failure() {
        assert_eq!(tally("error: could not compile `a`\n", false), (0, 1));
    }

    #[test]
    fn nodes_summary_counts_and_its_test_names_do_not() {
        let output = "# Subtest: pass 7\nok 1 - pass 7\n1..4\n# tests 4\n# suites 0\n# pass 2\n# fail 1\n\
            # cancelled 1\n# skipped 0\n# todo 0\n# duration_ms 90.5\n";
        assert_eq!(tally(output, false), (2, 2));
    }

    #[test]
    fn a_suite_without_tests_is_neither() {
        assert_eq!(tally(&format!("{RUNNING}no tests to run!\n"), true), (0, 0));
    }

    #[test]
    fn other_lines_do_not_count() {
        assert_eq!(
            tally(
                "running 3 tests\ntest result: unclear\nRunning headless tests in Chrome\n",
                true
            ),
            (0, 0)
        );
    }
}

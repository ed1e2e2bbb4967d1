//! The output of a command that runs tests: each step as it runs, and the totals as the last line.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    pub passed: usize,
    pub failed: usize,
}

impl Totals {
    pub fn plus(self, other: Totals) -> Totals {
        Totals {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[derive(Default)]
pub struct Report {
    totals: Totals,
    failures: Vec<String>,
}

impl Report {
    /// Runs a step that counts as one test, and returns its value if it succeeded.
    pub fn step<T>(&mut self, title: &str, run: impl FnOnce() -> Result<T>) -> Option<T> {
        let mut value = None;
        self.suites(title, || {
            value = Some(run()?);
            Ok(Totals {
                passed: 1,
                failed: 0,
            })
        });
        value
    }

    /// Runs a step and adds up its tests. A step without any tests counts as failed.
    pub fn suites(&mut self, title: &str, run: impl FnOnce() -> Result<Totals>) {
        println!("\n=== {title}");
        let start = Instant::now();
        let totals = run().and_then(|totals| match totals {
            Totals {
                passed: 0,
                failed: 0,
            } => bail!("no test was run"),
            totals => Ok(totals),
        });
        let totals = totals.unwrap_or_else(|error| {
            println!("error: {error:#}");
            Totals {
                passed: 0,
                failed: 1,
            }
        });
        let outcome = if totals.failed == 0 { "ok" } else { "FAILED" };
        println!(
            "=== {title}: {outcome}, {totals}, {:.1} s",
            start.elapsed().as_secs_f32()
        );
        if totals.failed > 0 {
            self.failures.push(title.to_owned());
        }
        self.totals = self.totals.plus(totals);
    }

    /// Prints the totals, and returns the exit code.
    pub fn close(self) -> ExitCode {
        println!();
        if !self.failures.is_empty() {
            println!("Failed: {}", self.failures.join(", "));
        }
        println!("{}", self.totals);
        let _ = io::stdout().flush();
        if self.totals.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

//! The table that a person reads.

use std::fmt::Write;

use crate::verdict::Check;

pub fn table(checks: &[Check]) -> String {
    let width = checks
        .iter()
        .map(|check| check.subject.chars().count())
        .max()
        .unwrap_or(0);
    let mut table = String::from("\nVerified from the emulator's log, the page and the API:\n\n");
    for check in checks {
        let verdict = if check.differences.is_empty() {
            "ok"
        } else {
            "NO"
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "  {verdict}  {:width$}  {}",
            check.subject, check.fact
        );
    }
    table.push('\n');
    table
}

//! The table that a person reads.

use std::fmt::Write;

use crate::verdict::Check;

pub fn table(checks: &[Check]) -> String {
    let width = checks
        .iter()
        .map(|check| check.subject.chars().count())
        .max()
        .unwrap_or(0);
    let mut table = String::from(
        "\nVerified from what the gateway and the API received, the page and the API's answer:\n\n",
    );
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

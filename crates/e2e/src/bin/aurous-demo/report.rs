//! The report on the terminal.

use std::fmt::Write;

use crate::verdict::CheckedSubject;

pub fn table(checks: &[CheckedSubject]) -> String {
    let width = checks
        .iter()
        .map(|check| check.subject.chars().count())
        .max()
        .unwrap_or(0);
    let mut table = String::from(
        "\nChecked in the requests to the gateway and the API, on the page, and in the API's answer:\n\n",
    );
    for check in checks {
        let verdict = if check.differences.is_empty() {
            "ok"
        } else {
            "NO"
        };
        // Writing to a String can't fail.
        let _ = writeln!(
            table,
            "  {verdict}  {:width$}  {}",
            check.subject, check.fact
        );
    }
    table.push('\n');
    table
}

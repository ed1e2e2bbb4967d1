//! Times as the API writes them.

use jiff::Timestamp;

/// Writes a time as the API does: RFC 3339, UTC, in whole seconds (rounded down).
pub(crate) fn rfc3339(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    // A clock that was advanced past the year 9999 stays there.
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::MAX)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_the_api_writes_it() {
        assert_eq!(rfc3339(1_778_234_400_999), "2026-05-08T10:00:00Z");
        assert!(rfc3339(u64::MAX).starts_with("9999-12-3"));
    }
}

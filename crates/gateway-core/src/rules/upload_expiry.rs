//! When an upload URL expires.

use std::time::Duration;

use aurous_contract::limits::{UPLOAD_TTL_MS, UPLOAD_URL_TTL_MS};
use jiff::Timestamp;

/// The longest life of an upload URL: 24 hours, which is how long the API keeps a ticket's bytes.
pub(crate) const LIFETIME_MAX: Duration = Duration::from_millis(UPLOAD_TTL_MS);

/// Returns the time at which an upload URL expires: as the API says, but at most [`LIFETIME_MAX`] from
/// now. If it says no time, after the documented 15 minutes.
pub(crate) fn upload_expiry(expires_at: &str, now: Timestamp) -> Timestamp {
    let later = |time| now.saturating_add(time).unwrap_or(Timestamp::MAX);
    match expires_at.parse::<Timestamp>() {
        Ok(time) => time.clamp(Timestamp::UNIX_EPOCH, later(LIFETIME_MAX)),
        Err(_) => later(Duration::from_millis(UPLOAD_URL_TTL_MS)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_upload_url_expires_as_the_api_says_and_within_a_day() {
        let now = time("2026-05-08T10:00:00Z");
        for (says, expires) in [
            ("2026-05-08T10:15:00Z", "2026-05-08T10:15:00Z"),
            ("2026-05-08T12:15:00+02:00", "2026-05-08T10:15:00Z"),
            ("2026-05-08T09:00:00Z", "2026-05-08T09:00:00Z"),
            ("2026-05-10T10:00:00Z", "2026-05-09T10:00:00Z"),
            ("9999-12-30T00:00:00Z", "2026-05-09T10:00:00Z"),
            ("-000001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            // Later than the library's last time.
            ("9999-12-31T23:59:59Z", "2026-05-08T10:15:00Z"),
            ("tomorrow", "2026-05-08T10:15:00Z"),
            ("", "2026-05-08T10:15:00Z"),
        ] {
            assert_eq!(upload_expiry(says, now), time(expires), "{says}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_time_do_harm(text in "\\PC{0,40}", now_s in any::<i64>()) {
            let now = Timestamp::from_second(now_s).unwrap_or(Timestamp::MAX);
            upload_expiry(&text, now);
        }
    }
}

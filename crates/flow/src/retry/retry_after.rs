use super::LONGEST_WAIT_MS;

/// What a `Retry-After` header says (RFC 9110, 10.2.3), in milliseconds from now. `None` where it
/// says nothing that can be read: then it counts as absent.
///
/// `date_ms` is what the browser makes of it as a date, `now_ms` the reader's own clock, both in
/// milliseconds since 1970: a page is not shown the answer's `Date`, so a date is as right as that clock.
/// Of the three forms of a date only IMF-fixdate is taken; the two obsolete ones may not be sent. A past
/// date and a negative number are 0; more than [`LONGEST_WAIT_MS`], for which a timer would not wait, is that.
///
/// ```
/// use aurous_flow::retry::parse_retry_after;
///
/// let (now_ms, date_ms) = (784_111_777_000, 784_111_780_000.0);
/// assert_eq!(parse_retry_after("120", f64::NAN, now_ms), Some(120_000));
/// assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:40 GMT", date_ms, now_ms), Some(3_000));
/// assert_eq!(parse_retry_after("soon", f64::NAN, now_ms), None);
/// ```
pub fn parse_retry_after(value: &str, date_ms: f64, now_ms: u64) -> Option<u64> {
    let value = value.trim_ascii();
    if let Some(seconds) = number(value) {
        let ms = (seconds * 1000.0) as u64; // saturates
        return Some(ms.min(LONGEST_WAIT_MS));
    }
    if let Some(negative) = value.strip_prefix('-') {
        return number(negative).map(|_| 0);
    }
    // Browsers take much for a date, and each something else.
    let is_date = value.ends_with(" GMT") && !date_ms.is_nan();
    is_date.then(|| (date_ms as u64).saturating_sub(now_ms).min(LONGEST_WAIT_MS))
}

fn number(digits: &str) -> Option<f64> {
    let mut number = None;
    for byte in digits.bytes() {
        let digit = Some(byte.wrapping_sub(b'0')).filter(|it| *it < 10)?;
        number = Some(number.unwrap_or(0.0) * 10.0 + f64::from(digit));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 784_111_777_000;

    #[test]
    fn seconds_are_read() {
        for (value, ms) in [
            ("0", 0),
            ("1", 1_000),
            ("007", 7_000),
            (" 120\t", 120_000),
            ("-5", 0),
            ("2147483", 2_147_483_000),
            ("2147484", LONGEST_WAIT_MS),
            ("18446744073709551616", LONGEST_WAIT_MS),
            (&"9".repeat(1_000), LONGEST_WAIT_MS),
        ] {
            // Browsers take some of them for a year.
            assert_eq!(parse_retry_after(value, 5.0, NOW_MS), Some(ms), "{value}");
        }
    }

    #[test]
    fn a_date_is_read_against_the_given_time() {
        let now_ms = NOW_MS as f64;
        for (date_ms, ms) in [
            (now_ms, 0),
            (now_ms + 1_500.0, 1_500),
            (now_ms - 1_000.0, 0),
            (-1.0, 0),
            // The end of the year 9999.
            (253_402_300_799_000.0, LONGEST_WAIT_MS),
        ] {
            let date = "Sun, 06 Nov 1994 08:49:37 GMT";
            assert_eq!(parse_retry_after(date, date_ms, NOW_MS), Some(ms));
        }
    }

    #[test]
    fn garbage_says_nothing() {
        for value in [
            "",
            " ",
            "-",
            "--1",
            "+1",
            "1.5",
            "1s",
            "1e3",
            "soon",
            "１２",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 GMT, 120",
        ] {
            for date_ms in [f64::NAN, 0.0] {
                assert_eq!(parse_retry_after(value, date_ms, NOW_MS), None, "{value:?}");
            }
        }
        assert_eq!(parse_retry_after("no date GMT", f64::NAN, NOW_MS), None);
    }
}

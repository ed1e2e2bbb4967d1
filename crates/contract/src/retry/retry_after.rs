/// What a `Retry-After` header says (RFC 9110, 10.2.3), in milliseconds from now. `None` where it
/// says nothing that can be read: then it counts as absent.
///
/// `now_ms` is the reader's own clock, in milliseconds since 1970: a page is not shown the answer's
/// `Date`, so a date is as right as that clock. Of the three forms of a date only IMF-fixdate is
/// read; the two obsolete ones may not be sent. A past date and a negative number are 0; what is
/// too large to count saturates.
///
/// ```
/// use aurous_contract::retry::parse_retry_after;
///
/// let now_ms = 784_111_777_000; // Sun, 06 Nov 1994 08:49:37 GMT
/// assert_eq!(parse_retry_after("120", now_ms), Some(120_000));
/// assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:49:40 GMT", now_ms), Some(3_000));
/// assert_eq!(parse_retry_after("soon", now_ms), None);
/// ```
pub fn parse_retry_after(value: &str, now_ms: u64) -> Option<u64> {
    let value = value.trim_ascii();
    if let Some(seconds) = number(value.as_bytes()) {
        return Some(seconds.saturating_mul(1000));
    }
    if let Some(negative) = value.strip_prefix('-') {
        return number(negative.as_bytes()).map(|_| 0);
    }
    imf_fixdate_ms(value.as_bytes()).map(|date_ms| date_ms.saturating_sub(now_ms))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in milliseconds since 1970; what is before counts as 1970. The
/// day's name says nothing that the date doesn't, so it isn't compared with it.
fn imf_fixdate_ms(text: &[u8]) -> Option<u64> {
    let fits = text.len() == IMF_FIXDATE.len()
        && text
            .iter()
            .zip(IMF_FIXDATE)
            .all(|(byte, form)| *form == b'?' || byte == form);
    let part = |range| text.get(range).filter(|_| fits);
    let field = |range| part(range).and_then(number);

    let (month, days) = MONTHS
        .iter()
        .enumerate()
        .find(|(_, (name, _))| part(8..11) == Some(*name))
        .map(|(place, (_, days))| (place as u64 + 1, *days))?;
    let day = field(5..7).filter(|day| (1..=days).contains(day))?;
    let year = field(12..16)?;
    let hour = field(17..19).filter(|hour| *hour < 24)?;
    let minute = field(20..22).filter(|minute| *minute < 60)?;
    // 60 is a leap second.
    let second = field(23..25).filter(|second| *second <= 60)?;
    let seconds = ((day_number(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(seconds.saturating_sub(EPOCH_SECONDS) * 1000)
}

/// IMF-fixdate, a question mark for each letter or digit that varies.
const IMF_FIXDATE: &[u8] = b"???, ?? ??? ???? ??:??:?? GMT";

/// Days of a month at most: 29 February is taken in any year, as 1 March where there is none.
const MONTHS: [(&[u8], u64); 12] = [
    (b"Jan", 31),
    (b"Feb", 29),
    (b"Mar", 31),
    (b"Apr", 30),
    (b"May", 31),
    (b"Jun", 30),
    (b"Jul", 31),
    (b"Aug", 31),
    (b"Sep", 30),
    (b"Oct", 31),
    (b"Nov", 30),
    (b"Dec", 31),
];

/// 1970, counted as [`day_number`] counts.
const EPOCH_SECONDS: u64 = day_number(1970, 1, 1) * 24 * 60 * 60;

/// A day of the Gregorian calendar, counted from a start of no meaning, in years that begin in
/// March, so that a leap day is their last (Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `days_from_civil`).
const fn day_number(year: u64, month: u64, day: u64) -> u64 {
    // One whole cycle of the calendar (400 years) on top: January of year 0 belongs to the year
    // before.
    let (year, month) = if month > 2 {
        (year + 400, month - 3)
    } else {
        (year + 399, month + 9)
    };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

/// Digits and nothing else, at least one. Saturates.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const NOW_MS: u64 = 784_111_777_000;

    fn wait_ms(value: &str) -> Option<u64> {
        parse_retry_after(value, NOW_MS)
    }

    fn since_1970(date: &str) -> Option<u64> {
        parse_retry_after(date, 0)
    }

    #[test]
    fn seconds_are_read() {
        for (value, ms) in [
            ("0", 0),
            ("1", 1_000),
            ("007", 7_000),
            (" 120\t", 120_000),
            ("-5", 0),
            ("18446744073709551616", u64::MAX),
            (&"9".repeat(1_000), u64::MAX),
        ] {
            assert_eq!(wait_ms(value), Some(ms), "{value}");
        }
    }

    #[test]
    fn a_date_is_read_against_the_given_time() {
        for (value, ms) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:38 GMT", 1_000),
            ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400_000),
            ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sat, 01 Jan 0000 00:00:00 GMT", 0),
        ] {
            assert_eq!(wait_ms(value), Some(ms), "{value}");
        }
        let half_a_second_on = parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", NOW_MS + 500);
        assert_eq!(half_a_second_on, Some(500));
    }

    #[test]
    fn dates_of_every_kind_of_year_fall_on_their_second() {
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:01 GMT", 1),
            ("Sat, 28 Feb 1970 23:59:59 GMT", 5_097_599),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Sun, 31 Dec 2028 23:59:60 GMT", 1_861_920_000),
            ("Fri, 08 May 2026 10:15:00 GMT", 1_778_235_300),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] {
            assert_eq!(since_1970(date), Some(seconds * 1_000), "{date}");
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
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov -994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 GMT, 120",
        ] {
            assert_eq!(wait_ms(value), None, "{value:?}");
        }
    }
}

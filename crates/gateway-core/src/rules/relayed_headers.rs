//! The headers of the API's that a visitor gets: each with a value that is as documented and within
//! limits, or not at all.

use std::time::SystemTime;

use aurous_contract::header::{RATE_LIMIT, RATE_LIMIT_RESET};
use aurous_contract::version::is_api_version;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::headers::{IDEMPOTENT_REPLAYED, RATE_LIMIT_REMAINING, REQUEST_ID, VERSION};

/// The longest wait that a visitor is asked for, in seconds: a day, as long as anything here lives.
const RETRY_AFTER_MAX_S: u64 = 24 * 60 * 60;

/// The longest request id, in characters. It goes into the log, too.
const REQUEST_ID_MAX_CHARS: usize = 128;

/// Returns the headers to pass on.
pub(crate) fn relay(received: &HeaderMap) -> HeaderMap {
    let text = |name: &HeaderName| received.get(name)?.to_str().ok();
    let mut relayed = HeaderMap::new();
    let mut pass_on = |name: HeaderName, is_documented: fn(&str) -> bool| {
        let value = text(&name).filter(|it| is_documented(it));
        if let Some(value) = value.and_then(|it| HeaderValue::from_str(it).ok()) {
            relayed.insert(name, value);
        }
    };
    pass_on(REQUEST_ID, is_request_id);
    pass_on(VERSION, is_api_version);
    pass_on(IDEMPOTENT_REPLAYED, |it| it == "true");
    pass_on(HeaderName::from_static(RATE_LIMIT), is_count);
    pass_on(RATE_LIMIT_REMAINING, is_count);
    pass_on(HeaderName::from_static(RATE_LIMIT_RESET), is_count);
    if let Some(seconds) = retry_after_seconds(received) {
        relayed.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    relayed
}

/// Returns the seconds that `Retry-After` asks for, a day at most. A date counts from the response's own
/// `Date`: its sender's clock may be another one than this machine's.
pub(crate) fn retry_after_seconds(received: &HeaderMap) -> Option<u64> {
    let text = |name: HeaderName| received.get(name)?.to_str().ok();
    let value = text(RETRY_AFTER)?;
    let seconds = if is_digits(value) {
        value.parse().unwrap_or(u64::MAX)
    } else {
        let retry_at = httpdate::parse_http_date(value).ok()?;
        let sent_at = httpdate::parse_http_date(text(DATE)?).ok()?;
        seconds_between(sent_at, retry_at)
    };
    Some(seconds.min(RETRY_AFTER_MAX_S))
}

/// Returns the seconds from one time to a later one, 0 where it is not later.
fn seconds_between(earlier: SystemTime, later: SystemTime) -> u64 {
    later
        .duration_since(earlier)
        .map_or(0, |time| time.as_secs())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text is a number of tokens, or of seconds since 1970: a whole number of 32 bits.
fn is_count(text: &str) -> bool {
    is_digits(text) && text.parse::<u32>().is_ok()
}

fn is_request_id(text: &str) -> bool {
    (1..=REQUEST_ID_MAX_CHARS).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn waiting(value: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        retry_after_seconds(&headers)
    }

    #[test]
    fn a_wait_is_read_as_seconds() {
        for (value, seconds) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("86400", Some(86_400)),
            ("86401", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(waiting(value, None), seconds, "{value}");
        }
    }

    #[test]
    fn a_wait_until_a_date_counts_from_the_date_of_the_response() {
        let sent = "Sun, 06 Nov 1994 08:49:30 GMT";
        for (value, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7),
            ("Sun, 06 Nov 1994 08:49:30 GMT", 0),
            ("Sat, 05 Nov 1994 08:49:30 GMT", 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ] {
            assert_eq!(waiting(value, Some(sent)), Some(seconds), "{value}");
        }
        assert_eq!(waiting("Sun, 06 Nov 1994 08:49:37 GMT", None), None);
        assert_eq!(waiting("Sun, 06 Nov 1994 08:49:37 GMT", Some("now")), None);
    }

    proptest! {
        #[test]
        fn no_header_from_outside_does_harm(value in "[ -~]{0,300}") {
            let mut headers = HeaderMap::new();
            for name in aurous_contract::header::RELAYED {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
            }
            for (name, value) in &relay(&headers) {
                prop_assert!(value.len() <= REQUEST_ID_MAX_CHARS, "{name}");
            }
        }
    }
}

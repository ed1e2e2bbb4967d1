//! The headers that pages may send beside those of the SDK.

use http::HeaderName;

use super::error::SettingProblem;

/// Headers that a page cannot set (<https://fetch.spec.whatwg.org/#forbidden-request-header>), or that
/// say who asks.
const FORBIDDEN: [&str; 26] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-api-key",
    "x-forwarded-for",
    "x-real-ip",
];

/// Parses the name of a header that pages may send.
pub(super) fn check(text: &str) -> Result<HeaderName, SettingProblem> {
    let refuse = |problem: &str, remedy| Err(SettingProblem::new(problem, remedy));
    if text == "*" {
        return refuse("is every header", "Name each header: X-CSRF-Token");
    }
    // A browser writes names in lower case, and `HeaderName` does so, too.
    let Ok(name) = text.parse::<HeaderName>() else {
        return refuse(
            "is not a header's name",
            "Write the name alone: X-CSRF-Token",
        );
    };
    let is_forbidden = FORBIDDEN.contains(&name.as_str())
        || name.as_str().starts_with("proxy-")
        || name.as_str().starts_with("sec-");
    if is_forbidden {
        return refuse(
            "is no header for a page to set",
            "Leave it out: the browser or the gateway sets it, or it would say who asks",
        );
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_in_lower_case() {
        for (text, name) in [
            ("X-CSRF-Token", "x-csrf-token"),
            ("x-requested-with", "x-requested-with"),
            ("RequestVerificationToken", "requestverificationtoken"),
        ] {
            assert_eq!(check(text).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_is_no_name_or_not_for_a_page_to_set_is_refused() {
        for text in [
            "",
            "*",
            "a b",
            "a:b",
            "X-CSRF-Token: 1",
            "a,b",
            "\u{e9}",
            "a\r\nb",
            "Cookie",
            "HOST",
            "X-Api-Key",
            "Origin",
            "X-Forwarded-For",
            "Content-Length",
            "Transfer-Encoding",
            "Sec-Fetch-Site",
            "Proxy-Authorization",
            "Connection",
            "Forwarded",
        ] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }
}

//! The headers of the API and of the gateway, by name; and which texts may stand in one.

/// What lets a visitor into a gateway: `Bearer` and a session token.
pub const AUTHORIZATION: &str = "authorization";
/// The type of a body, and the only header of a PUT.
pub const CONTENT_TYPE: &str = "content-type";
/// The team's key. A browser never sends it.
pub const API_KEY: &str = "x-api-key";
/// When the response was written. A gateway shows it to pages.
pub const DATE: &str = "date";
/// On every response of a gateway and on none of the API's: tells the two apart.
pub const GATEWAY: &str = "aurous-gateway";
/// The key under which a create happens once.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// `true` on a response that was given before, to the same idempotency key.
pub const IDEMPOTENT_REPLAYED: &str = "aurous-idempotent-replayed";
/// The tokens of a full bucket.
pub const RATE_LIMIT: &str = "x-ratelimit-limit";
/// The tokens that are left in the bucket.
pub const RATE_LIMIT_REMAINING: &str = "x-ratelimit-remaining";
/// The epoch second at which the bucket is full again.
pub const RATE_LIMIT_RESET: &str = "x-ratelimit-reset";
/// The id under which the vendor's support finds a request.
pub const REQUEST_ID: &str = "aurous-request-id";
/// The seconds to wait before the next attempt, or the date of that attempt.
pub const RETRY_AFTER: &str = "retry-after";
/// The version of the API: the one asked for, and the one applied.
pub const VERSION: &str = "aurous-version";

/// The headers of an API response that a gateway passes on.
pub const RELAYED: [&str; 7] = [
    REQUEST_ID,
    VERSION,
    IDEMPOTENT_REPLAYED,
    RETRY_AFTER,
    RATE_LIMIT,
    RATE_LIMIT_REMAINING,
    RATE_LIMIT_RESET,
];

/// Returns whether `text` may be the value of a header: printable ASCII, not empty, without a space at
/// either end.
///
/// This is stricter than HTTP (RFC 9110, 5.5), so that the answer is the same in every browser.
///
/// ```
/// use aurous_contract::header::is_header_value;
///
/// assert!(is_header_value("al_live_0123"));
/// assert!(!is_header_value("a\r\nX-Evil: 1"));
/// ```
pub fn is_header_value(text: &str) -> bool {
    !text.is_empty()
        && text.trim_ascii().len() == text.len()
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_value_is_printable_ascii() {
        assert!(is_header_value("al_live_0123"));
        for bad in ["", " x", "x ", "a\nb", "a\r\nX-Evil: 1", "é", "\u{0}"] {
            assert!(!is_header_value(bad), "{bad:?}");
        }
    }
}

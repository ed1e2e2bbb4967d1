//! The API's versions.

/// The version that applies where neither the request nor the team names one.
pub const DEFAULT_API_VERSION: &str = "2026-05-15";

/// Returns whether a text has the form that `Aurous-Version` takes: `^\d{4}-\d{2}-\d{2}$`.
///
/// ```
/// use aurous_contract::version::{DEFAULT_API_VERSION, is_api_version};
///
/// assert!(is_api_version(DEFAULT_API_VERSION));
/// assert!(!is_api_version("2026-5-15"));
/// ```
pub fn is_api_version(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_four_digits_two_and_two() {
        for bad in [
            "",
            "latest",
            "2026-05-1",
            "2026-05-155",
            "2026/05/15",
            "20260-5-15",
            "２026-05-1",
        ] {
            assert!(!is_api_version(bad), "{bad}");
        }
    }
}

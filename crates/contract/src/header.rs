//! Which texts may stand in an HTTP header.

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

//! The API's ids, as far as the gateway accepts them.

use std::fmt;

/// An id of the API's that is safe in a path: 1 to 128 ASCII letters, digits, `_` and `-`.
///
/// Stricter than the contract's opaque ids on purpose. An id from a browser becomes a part of a URL
/// upstream, and a path segment is decoded before it is looked at, so it can hold anything
/// (`..%2f..%2fadmin%3fx=1`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VendorId(String);

impl VendorId {
    /// The characters of the longest id.
    pub const MAX_LENGTH: usize = 128;

    pub fn parse(text: &str) -> Option<Self> {
        let is_id = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        is_id.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VendorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_api_passes_unchanged() {
        for id in ["upl_01HXMQ7Z3K8Y2NABCDEFGHJKMR", "char-1", "a", "_"] {
            assert_eq!(VendorId::parse(id).unwrap().as_str(), id);
        }
        assert!(VendorId::parse(&"a".repeat(128)).is_some());
    }

    #[test]
    fn a_text_that_could_leave_its_path_segment_is_no_id() {
        let long = "a".repeat(129);
        for text in [
            "", ".", "..", "a/b", "../admin", "a?x=1", "a#b", "a%2fb", "a b", "é", "a.b", "a\n",
            "a\0", &long,
        ] {
            assert_eq!(VendorId::parse(text), None, "{text:?}");
        }
    }
}

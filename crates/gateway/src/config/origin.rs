//! Web origins.

use std::fmt;

use url::Url;

use super::error::{SettingProblem, quoted};
use super::host;

const REMEDY: &str =
    "Write scheme, host and, unless it is the default, port, and nothing else: https://app.example";

/// An http or https origin as a browser writes it: lower-case, without the default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Parses an origin: `https://app.example`, `http://127.0.0.1:3000`. `None` for a text that is
    /// more or less than an origin, such as one with a `/` at its end, `*` or `null`.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let is_http = ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str());
        if !is_http || !host::is_plain(authority) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        Some(Self(url.origin().ascii_serialization()))
    }

    pub(super) fn check(text: &str) -> Result<Self, SettingProblem> {
        Self::parse(text).ok_or_else(|| {
            SettingProblem::new(format!("{} is not an origin", quoted(text)), REMEDY)
        })
    }

    /// Returns the origin as a browser writes it: `https://app.example`, `http://127.0.0.1:3000`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the `Host` header of a request to the origin: `app.example`, `127.0.0.1:3000`.
    pub fn host(&self) -> &str {
        let parts = self.0.split_once("://");
        parts.map_or(self.0.as_str(), |(_, host)| host)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_origin_is_kept_as_a_browser_writes_it() {
        for (text, normal, host) in [
            ("https://app.example", "https://app.example", "app.example"),
            ("HTTPS://App.Example", "https://app.example", "app.example"),
            (
                "https://app.example:443",
                "https://app.example",
                "app.example",
            ),
            ("http://app.example:80", "http://app.example", "app.example"),
            (
                "http://app.example:443",
                "http://app.example:443",
                "app.example:443",
            ),
            (
                "http://127.0.0.1:3000",
                "http://127.0.0.1:3000",
                "127.0.0.1:3000",
            ),
            ("http://[::1]:3000", "http://[::1]:3000", "[::1]:3000"),
            (
                "https://bücher.example",
                "https://xn--bcher-kva.example",
                "xn--bcher-kva.example",
            ),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.as_str(), origin.host()), (normal, host), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "app.example",
            "//app.example",
            "https://",
            "https://:443",
            "https:app.example",
            "https://app.example/",
            "https://app.example/path",
            "https://app.example?x",
            "https://app.example#x",
            "https://app.example:",
            "https://app.example:port",
            "https://user@app.example",
            "https://*.example",
            "https://a.example https://b.example",
            "https://a.example\\",
            "https://a\t.example",
            " https://app.example",
            "ftp://app.example",
            "file://",
            "chrome-extension://abcdef",
        ] {
            assert_eq!(Origin::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_origin_parses_to_itself(text in "\\PC{0,20}|https?://[a-zA-Zé0-9.:\\[\\]_-]{1,20}") {
            if let Some(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(origin.as_str()), Some(origin.clone()));
                prop_assert!(origin.as_str().is_ascii());
            }
        }
    }
}

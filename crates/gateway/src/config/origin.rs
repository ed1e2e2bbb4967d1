//! Web origins.

use std::fmt;

use url::Url;

use super::error::{Wrong, quoted};

const REMEDY: &str = "Write scheme, host and, where it is not the default, port, and nothing else: https://app.example";

/// An http or https origin as a browser writes it: lower-case, without the default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    text: String,
    is_https: bool,
}

impl Origin {
    /// The origin that a text names: `https://app.example`, `http://127.0.0.1:3000`. `None` for
    /// anything more or less, a `/` at the end, a `*` and `null` included.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        // The URL parser mends much: what it would mend is refused, so that what counts is what
        // somebody wrote.
        let is_plain = authority
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '.' | '_' | ':' | '[' | ']'));
        if !is_plain || !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return None;
        }
        Some(Self::of(&Url::parse(text).ok()?))
    }

    /// The origin of an http or https URL.
    pub(crate) fn of(url: &Url) -> Self {
        Self {
            text: url.origin().ascii_serialization(),
            is_https: url.scheme() == "https",
        }
    }

    pub(super) fn check(text: &str) -> Result<Self, Wrong> {
        Self::parse(text)
            .ok_or_else(|| Wrong::new(format!("{} is not an origin", quoted(text)), REMEDY))
    }

    /// `https://app.example`, `http://127.0.0.1:3000`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// `app.example`, `127.0.0.1:3000`: what stands in the `Host` header of a request to it.
    pub fn host(&self) -> &str {
        self.text
            .split_once("://")
            .map_or(self.text.as_str(), |(_, host)| host)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

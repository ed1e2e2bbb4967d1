//! URLs, taken apart by a parser that this crate does not need to know: in a page, the browser's own.

use crate::text::cut;
use crate::value::Value;

/// An absolute URL, as the URL standard writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// All of it. An upload URL is signed here: it goes into no message.
    pub href: String,
    /// The host without its port: `app.example`, `[::1]`.
    pub hostname: String,
    /// Whether it names a user or a password.
    pub has_credentials: bool,
}

impl Url {
    /// Returns whether `fetch` takes this URL: over http or https, without a user name or password.
    pub fn is_fetchable(&self) -> bool {
        (self.is_https() || self.href.starts_with("http:")) && !self.has_credentials
    }

    pub fn is_https(&self) -> bool {
        self.href.starts_with("https:")
    }

    /// Returns whether its host is this machine.
    pub fn is_loopback(&self) -> bool {
        let host = &*self.hostname;
        let is_ipv4 = || host.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || (host.starts_with("127.") && is_ipv4())
    }

    /// Returns this URL without query, fragment and the slashes at its end: paths are put behind it.
    pub fn root(&self) -> String {
        let (mut root, _) = cut(cut(&self.href, b'#').0, b'?');
        while let Some(shorter) = root.strip_suffix('/') {
            root = shorter;
        }
        root.to_owned()
    }
}

/// Resolves a URL that may be relative to a client's `root`; `None` where `fetch` does not take it.
pub fn resolve<V: Value>(text: &str, root: &str) -> Option<String> {
    let url = V::parse_url(text, Some(&[root, "/"].concat()));
    url.filter(Url::is_fetchable).map(|it| it.href)
}

#[cfg(test)]
mod tests {
    use crate::value::Value;

    fn url(text: &str) -> super::Url {
        serde_json::Value::parse_url(text, None).unwrap()
    }

    #[test]
    fn a_url_is_fetchable_over_http_without_credentials() {
        assert!(url("https://a.example").is_fetchable());
        assert!(url("http://a.example").is_fetchable());
        for text in [
            "https://me@a.example",
            "https://:word@a.example",
            "file:///x",
            "data:,x",
            "blob:https://a.example/x",
            "javascript:alert(1)",
        ] {
            assert!(!url(text).is_fetchable(), "{text}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names_and_addresses_alone() {
        for host in [
            "localhost",
            "api.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
        ] {
            assert!(url(&format!("http://{host}:8080/")).is_loopback(), "{host}");
        }
        for host in [
            "127.0.0.1.evil.example",
            "127.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "[::2]",
            "notlocalhost",
        ] {
            assert!(!url(&format!("http://{host}/")).is_loopback(), "{host}");
        }
    }

    #[test]
    fn a_root_has_no_query_and_no_slash_at_its_end() {
        for text in [
            "https://a.example/aurous",
            "https://a.example/aurous//?a=b#c",
        ] {
            assert_eq!(url(text).root(), "https://a.example/aurous");
        }
        assert_eq!(url("http://a.example:81").root(), "http://a.example:81");
    }
}

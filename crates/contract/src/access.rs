//! Where an API key or a session token may go.

use crate::failure::{Code, Failure};

/// An absolute URL, as a browser writes it.
///
/// ```
/// use aurous_contract::access::Url;
///
/// let url = Url::new("https://app.example:8443/aurous/?a#b".into());
/// assert_eq!((url.protocol(), url.hostname()), ("https:", "app.example"));
/// assert_eq!(url.base(), "https://app.example:8443/aurous");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// `href`: as the URL standard writes it.
    pub const fn new(href: String) -> Self {
        Self(href)
    }

    /// With its colon: `https:`
    pub fn protocol(&self) -> &str {
        let name = before(&self.0, b":");
        self.0.get(..=name.len()).unwrap_or(name)
    }

    /// Whether it is one that `fetch` takes: no other protocol than http or https, no user name or
    /// password.
    pub fn is_fetchable(&self) -> bool {
        self.is_http() && !self.has_userinfo()
    }

    fn is_http(&self) -> bool {
        matches!(self.protocol(), "https:" | "http:")
    }

    fn has_userinfo(&self) -> bool {
        self.authority().contains('@')
    }

    /// IPv6 in brackets.
    pub fn hostname(&self) -> &str {
        let authority = self.authority();
        let address = before(authority, b"]");
        match authority.get(..=address.len()) {
            Some(address) => address,
            None => before(authority, b":"),
        }
    }

    fn authority(&self) -> &str {
        let rest = self.0.get(self.protocol().len()..).unwrap_or_default();
        let behind = rest.strip_prefix("//");
        before(behind.unwrap_or_default(), b"/?#")
    }

    /// Without query, fragment and slashes at its end.
    pub fn base(&self) -> &str {
        before(&self.0, b"?#").trim_end_matches('/')
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// What stands before the first of these characters.
fn before<'a>(text: &'a str, ends: &[u8]) -> &'a str {
    let end = text.bytes().position(|byte| ends.contains(&byte));
    end.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Where the code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page or a worker: whoever visits can read what is here.
    Browser,
    /// A page or a worker that said `dangerouslyAllowBrowser`.
    TrustedBrowser,
    /// A server, a command line.
    Elsewhere,
}

/// Whether calls may go to this URL at all.
///
/// # Errors
/// `invalid_option` about `baseUrl`.
pub fn check_base_url(base: &Url) -> Result<(), Box<Failure>> {
    if !base.is_http() {
        let message = "`baseUrl` must be an http or https URL; it is {}.";
        return Err(Failure::option("baseUrl", message, &[base.protocol()]));
    }
    if base.has_userinfo() {
        let message = "`baseUrl` must not hold a user name or password: a browser refuses to fetch such a URL. Use `sessionToken` or `headers`.";
        return Err(Failure::option("baseUrl", message, &[]));
    }
    Ok(())
}

/// Whether an API key may be sent to this URL from this place: over https or to loopback, and never
/// from a page that did not ask for it by name.
///
/// # Errors
/// `api_key_in_browser` about `apiKey`; `insecure_base_url` about `baseUrl`.
///
/// ```
/// use aurous_contract::access::{Place, Url, check_api_key};
///
/// let api = Url::new("https://api.aurous-labs.com/".into());
/// assert!(check_api_key(&api, Place::Elsewhere).is_ok());
/// assert_eq!(check_api_key(&api, Place::Browser).unwrap_err().code, "api_key_in_browser");
/// ```
pub fn check_api_key(base: &Url, place: Place) -> Result<(), Box<Failure>> {
    if place == Place::Browser {
        let message = "`apiKey` is a team secret, and whoever opens this page can read it. Leave it out and let a gateway hold it (`baseUrl`); in an extension or a desktop shell, set `dangerouslyAllowBrowser: true`.";
        return Err(Failure::new(Code::ApiKeyInBrowser, message, &[]).about("apiKey"));
    }
    if base.protocol() != "https:" && !is_loopback(base.hostname()) {
        let message = "An API key goes over https only (plain http: to this machine alone). Change `baseUrl` to https.";
        return Err(Failure::new(Code::InsecureBaseUrl, message, &[]).about("baseUrl"));
    }
    Ok(())
}

/// Whether a host name, as the URL standard writes it, is this machine.
fn is_loopback(hostname: &str) -> bool {
    let is_ipv4 = || {
        hostname
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname == "[::1]"
        || (hostname.starts_with("127.") && is_ipv4())
}

/// Whether a text may stand in a header: printable ASCII without spaces at the ends, not empty.
/// Stricter than HTTP, so that it holds in every engine.
pub fn is_header_value(text: &str) -> bool {
    !text.is_empty()
        && text.trim_ascii().len() == text.len()
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(href: &str) -> Url {
        Url::new(href.into())
    }

    #[test]
    fn a_key_never_leaves_a_page_that_did_not_ask_for_it() {
        let api = &url("https://api.aurous-labs.com/");
        assert_eq!(
            check_api_key(api, Place::Browser).unwrap_err().code,
            "api_key_in_browser"
        );
        assert!(check_api_key(api, Place::TrustedBrowser).is_ok());
        let loopback = &url("http://127.0.0.1:80/");
        assert!(check_api_key(loopback, Place::Browser).is_err());
    }

    fn http(host: &str) -> Url {
        url(&["http://", host, ":8080/x"].concat())
    }

    #[test]
    fn a_key_goes_over_plain_http_to_this_machine_alone() {
        for host in [
            "localhost",
            "api.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
        ] {
            assert!(
                check_api_key(&http(host), Place::Elsewhere).is_ok(),
                "{host}"
            );
        }
        for host in [
            "127.0.0.1.evil.example",
            "127.evil.example",
            "localhost.evil.example",
            "10.0.0.1",
            "[::2]",
            "notlocalhost",
        ] {
            let failure = check_api_key(&http(host), Place::Elsewhere).unwrap_err();
            assert_eq!(failure.code, "insecure_base_url", "{host}");
        }
    }

    #[test]
    fn a_base_url_is_http_without_userinfo() {
        assert!(check_base_url(&url("http://intranet/")).is_ok());
        for href in [
            "file:///x",
            "data:,x",
            "blob:https://a.example/x",
            "javascript:x",
            "https://user@a.example/",
            "https://user:word@a.example/",
        ] {
            let failure = check_base_url(&url(href)).unwrap_err();
            assert_eq!(failure.code, "invalid_option", "{href}");
            assert!(!url(href).is_fetchable());
        }
    }

    #[test]
    fn a_url_is_taken_apart_at_its_marks() {
        for (href, protocol, hostname, base) in [
            ("https://a.example/", "https:", "a.example", "https://a.example"),
            ("https://a.example/x/@/?q@#f", "https:", "a.example", "https://a.example/x/@"),
            ("http://[::1]:8080/y//", "http:", "[::1]", "http://[::1]:8080/y"),
            ("data:,x", "data:", "", "data:,x"),
            ("", "", "", ""),
        ] {
            let url = url(href);
            let parts = (url.protocol(), url.hostname(), url.base());
            assert_eq!(parts, (protocol, hostname, base));
            assert!(!url.has_userinfo(), "{href}");
        }
    }

    #[test]
    fn a_header_value_is_printable_ascii() {
        assert!(is_header_value("al_live_0123"));
        for bad in ["", " x", "x ", "a\nb", "a\r\nX-Evil: 1", "é", "\u{0}"] {
            assert!(!is_header_value(bad), "{bad:?}");
        }
    }
}

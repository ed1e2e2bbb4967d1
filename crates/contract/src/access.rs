//! Where an API key or a session token may go.

use crate::failure::{Code, Failure};

/// What of a base URL matters here, as the URL standard names it.
#[derive(Clone, Copy, Debug)]
pub struct BaseUrl<'a> {
    /// With its colon: `https:`
    pub protocol: &'a str,
    /// IPv6 in brackets.
    pub hostname: &'a str,
    pub has_userinfo: bool,
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
pub fn check_base_url(base: BaseUrl<'_>) -> Result<(), Box<Failure>> {
    if !matches!(base.protocol, "https:" | "http:") {
        return Err(Failure::field(
            Code::InvalidOption,
            "baseUrl",
            "must be an http or https URL",
            base.protocol,
        ));
    }
    if base.has_userinfo {
        let message = "`baseUrl` must not hold a user name or password: a browser refuses to fetch such a URL. Use `sessionToken` or `headers`.";
        return Err(Failure::new(Code::InvalidOption, &[message]).about("baseUrl"));
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
/// use aurous_contract::access::{BaseUrl, Place, check_api_key};
///
/// let api = BaseUrl { protocol: "https:", hostname: "api.aurous-labs.com", has_userinfo: false };
/// assert!(check_api_key(api, Place::Elsewhere).is_ok());
/// assert_eq!(check_api_key(api, Place::Browser).unwrap_err().code, "api_key_in_browser");
/// ```
pub fn check_api_key(base: BaseUrl<'_>, place: Place) -> Result<(), Box<Failure>> {
    if place == Place::Browser {
        let message = "`apiKey` is a team secret, and whoever opens this page can read it. Leave it out and let a gateway hold it (`baseUrl`); in an extension or a desktop shell, set `dangerouslyAllowBrowser: true`.";
        return Err(Failure::new(Code::ApiKeyInBrowser, &[message]).about("apiKey"));
    }
    if base.protocol != "https:" && !is_loopback(base.hostname) {
        let message = "An API key goes over https only (plain http: to this machine alone). Change `baseUrl` to https.";
        return Err(Failure::new(Code::InsecureBaseUrl, &[message]).about("baseUrl"));
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

    fn base<'a>(protocol: &'a str, hostname: &'a str) -> BaseUrl<'a> {
        BaseUrl {
            protocol,
            hostname,
            has_userinfo: false,
        }
    }

    #[test]
    fn a_key_never_leaves_a_page_that_did_not_ask_for_it() {
        let api = base("https:", "api.aurous-labs.com");
        assert_eq!(
            check_api_key(api, Place::Browser).unwrap_err().code,
            "api_key_in_browser"
        );
        assert!(check_api_key(api, Place::TrustedBrowser).is_ok());
        let loopback = base("http:", "127.0.0.1");
        assert!(check_api_key(loopback, Place::Browser).is_err());
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
                check_api_key(base("http:", host), Place::Elsewhere).is_ok(),
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
            let failure = check_api_key(base("http:", host), Place::Elsewhere).unwrap_err();
            assert_eq!(failure.code, "insecure_base_url", "{host}");
        }
    }

    #[test]
    fn a_base_url_is_http_without_userinfo() {
        assert!(check_base_url(base("http:", "intranet")).is_ok());
        for protocol in ["file:", "data:", "blob:", "javascript:"] {
            assert_eq!(
                check_base_url(base(protocol, "")).unwrap_err().code,
                "invalid_option"
            );
        }
        let userinfo = BaseUrl {
            has_userinfo: true,
            ..base("https:", "a.example")
        };
        assert!(check_base_url(userinfo).is_err());
    }

    #[test]
    fn a_header_value_is_printable_ascii() {
        assert!(is_header_value("al_live_0123"));
        for bad in ["", " x", "x ", "a\nb", "a\r\nX-Evil: 1", "é", "\u{0}"] {
            assert!(!is_header_value(bad), "{bad:?}");
        }
    }
}

//! Where an API key or a session token may go.

use crate::concat;
use crate::failure::{Code, Failure};
use crate::world::World;

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

/// Whether `fetch` takes a URL that was resolved: over http or https, without a user name or password.
pub fn is_fetchable(world: &dyn World, name: &str) -> bool {
    let is = |part, any_of: &[&str]| {
        let text = world.text(&concat(&[name, part]));
        text.is_some_and(|it| any_of.contains(&it.as_str()))
    };
    is(".protocol", &["https:", "http:"]) && is(".username", &[""]) && is(".password", &[""])
}

/// Whether an API key may be sent to this URL from this place: over https or to loopback, and never
/// from a page that did not ask for it by name. Protocol (with its colon) and host name as the URL
/// standard writes them.
///
/// # Errors
/// `api_key_in_browser` about `apiKey`; `insecure_base_url` about `baseUrl`.
///
/// ```
/// use aurous_contract::access::{Place, check_api_key};
///
/// let (protocol, hostname) = ("https:", "api.aurous-labs.com");
/// assert!(check_api_key(protocol, hostname, Place::Elsewhere).is_ok());
/// assert_eq!(check_api_key(protocol, hostname, Place::Browser).unwrap_err().code, "api_key_in_browser");
/// ```
pub fn check_api_key(protocol: &str, hostname: &str, place: Place) -> Result<(), Box<Failure>> {
    if place == Place::Browser {
        let message = "`apiKey` is a team secret, and whoever opens this page can read it. Leave it out and let a gateway hold it (`baseUrl`); in an extension or a desktop shell, set `dangerouslyAllowBrowser: true`.";
        return Err(Failure::new(Code::ApiKeyInBrowser, message, &[]).about("apiKey"));
    }
    if protocol != "https:" && !is_loopback(hostname) {
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
    use crate::fake_world::FakeWorld;

    #[test]
    fn a_key_never_leaves_a_page_that_did_not_ask_for_it() {
        let check = |place| check_api_key("https:", "api.aurous-labs.com", place);
        assert_eq!(
            check(Place::Browser).unwrap_err().code,
            "api_key_in_browser"
        );
        assert!(check(Place::TrustedBrowser).is_ok());
        assert!(check_api_key("http:", "127.0.0.1", Place::Browser).is_err());
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
                check_api_key("http:", host, Place::Elsewhere).is_ok(),
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
            let failure = check_api_key("http:", host, Place::Elsewhere).unwrap_err();
            assert_eq!(failure.code, "insecure_base_url", "{host}");
        }
    }

    #[test]
    fn what_is_fetched_is_http_without_userinfo() {
        let is_fetchable = |protocol: &str, username: &str, password: &str| {
            let mut world = FakeWorld::default();
            for (part, text) in [
                ("base.protocol", protocol),
                ("base.username", username),
                ("base.password", password),
            ] {
                world.put(part, text);
            }
            super::is_fetchable(&world, "base")
        };
        assert!(is_fetchable("https:", "", "") && is_fetchable("http:", "", ""));
        assert!(!is_fetchable("https:", "me", "") && !is_fetchable("https:", "", "word"));
        for protocol in ["file:", "data:", "blob:", "javascript:"] {
            assert!(!is_fetchable(protocol, "", ""), "{protocol}");
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

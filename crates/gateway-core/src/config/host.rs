//! The value of a `Host` header.

use url::{Host, Url};

use super::error::SettingProblem;

/// Writes a `host[:port]` in the form in which hosts are compared: lower-case, names of other scripts
/// in Punycode, without `:80` and `:443`, since the gateway cannot see whether a proxy in front
/// handles TLS. `None` where the text is no host.
pub fn normalise(text: &str) -> Option<String> {
    let url = parse(text)?;
    let host = url.host_str()?;
    Some(match url.port() {
        None | Some(443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    })
}

/// Returns the host in a `host[:port]`, without the port. `None` where the text is no host.
pub fn without_port(text: &str) -> Option<Host> {
    parse(text)?.host().map(|host| host.to_owned())
}

/// Checks a name without a port, and writes it in lower case.
pub fn check_name(text: &str) -> Result<String, SettingProblem> {
    match without_port(text) {
        Some(Host::Domain(name)) if !text.contains(':') => Ok(name),
        _ => Err(SettingProblem::new(
            "is not a name",
            "Write a name without a port: gateway.internal",
        )),
    }
}

/// Parses a `host[:port]` as a URL of http, whose default port 80 is dropped.
fn parse(text: &str) -> Option<Url> {
    let url = is_plain(text).then(|| Url::parse(&format!("http://{text}")));
    url?.ok()
}

/// Whether a text has no character that the URL parser would mend or take for another part of a URL
/// (a space, `\\`, userinfo): a check must see the host as it was written.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.ends_with(':')
        && text
            .chars()
            .all(|it| it.is_alphanumeric() || matches!(it, '-' | '.' | '_' | ':' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_of_a_host_has_one_normal_form() {
        for (text, normal) in [
            ("app.example", "app.example"),
            ("App.Example", "app.example"),
            ("app.example:443", "app.example"),
            ("app.example:80", "app.example"),
            ("app.example:8443", "app.example:8443"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            ("[::1]:3000", "[::1]:3000"),
            ("[::1]", "[::1]"),
            ("bücher.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(normalise(text).as_deref(), Some(normal), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_more_than_a_host_is_refused() {
        for text in [
            "",
            ":",
            ":80",
            "a b",
            "a/b",
            "a@b",
            "a?b",
            "a#b",
            "a\\b",
            "*.example",
            "a:x",
            "a:70000",
            "http://a",
            "[::1",
            "a,b",
            "a\n",
        ] {
            assert_eq!(normalise(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_of_the_admin_address_has_no_port() {
        assert_eq!(check_name("Gateway.Internal").unwrap(), "gateway.internal");
        for text in ["gateway.internal:8081", "10.0.0.7", "[::1]", "", "a b"] {
            assert!(check_name(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(text in "\\PC{0,20}|[a-zA-Zé0-9.:\\[\\]_-]{1,20}") {
            if let Some(normal) = normalise(&text) {
                prop_assert_eq!(normalise(&normal), Some(normal.clone()));
                prop_assert!(normal.is_ascii());
            }
        }
    }
}

//! The value of a `Host` header.

use url::Url;

/// Writes a `host[:port]` in the form in which hosts are compared: lower-case, names of other scripts
/// in Punycode, without `:80` and `:443`, since the gateway cannot see whether a proxy in front
/// handles TLS. `None` where the text is no host.
pub(crate) fn normalise(text: &str) -> Option<String> {
    if !is_plain(text) {
        return None;
    }
    // Parsing drops :80, the default port of http.
    let url = Url::parse(&format!("http://{text}")).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        None | Some(443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    })
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

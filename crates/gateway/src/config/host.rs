//! What may stand in a `Host` header.

use url::Url;

/// A `host[:port]` in the one form that is compared: lower-case, names of other scripts in
/// Punycode, without `:80` and `:443` (whether TLS ended in front of the gateway, it can't see).
/// `None` where it is no host.
pub(crate) fn normalise(text: &str) -> Option<String> {
    if !is_plain(text) {
        return None;
    }
    // The http form drops :80 by itself.
    let url = Url::parse(&format!("http://{text}")).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        None | Some(443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    })
}

/// Whether a text may be a `host[:port]` at all. The URL parser mends much (spaces, `\\`, userinfo):
/// what it would mend is refused, so that what counts is what somebody wrote.
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
    fn a_host_is_compared_in_one_form() {
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
    fn what_is_more_than_a_host_is_none() {
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
        fn the_one_form_is_its_own_form(text in "\\PC{0,20}|[a-zA-Zé0-9.:\\[\\]_-]{1,20}") {
            if let Some(normal) = normalise(&text) {
                prop_assert_eq!(normalise(&normal), Some(normal.clone()));
                prop_assert!(normal.is_ascii());
            }
        }
    }
}

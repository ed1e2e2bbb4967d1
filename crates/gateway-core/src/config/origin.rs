//! The origins of pages.

use std::fmt;

use url::Url;

use super::error::SettingProblem;
use super::host;

const REMEDY: &str = "Write scheme, host and, unless it is the default, port, and nothing else: https://app.example, or as an app or extension sends it: capacitor://localhost";

/// Schemes whose pages send another `Origin` than their URL, or none.
const SCHEMES_WITHOUT_PAGES: [&str; 8] = [
    "about",
    "blob",
    "data",
    "file",
    "ftp",
    "javascript",
    "ws",
    "wss",
];

/// The origin of a page, as its browser writes it: an http or https one is lower-case and has no default
/// port; one of an app or an extension (`capacitor://localhost`, `chrome-extension://abc`) is kept as it
/// was given, since no standard says how the browser writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Parses an origin: `https://app.example`, `http://127.0.0.1:3000`, `tauri://localhost`. `None` for
    /// a text that is more or less than an origin, such as one with a `/` at its end, `*` or `null`.
    pub fn parse(text: &str) -> Option<Self> {
        parse(text).ok()
    }

    pub(super) fn check(text: &str) -> Result<Self, SettingProblem> {
        parse(text)
            .map_err(|problem| SettingProblem::new(format!("is not an origin: {problem}"), REMEDY))
    }

    /// Returns the origin as a browser writes it: `https://app.example`, `http://127.0.0.1:3000`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the `Host` header of a request to the origin: `app.example`, `127.0.0.1:3000`. `None` for
    /// an app's or extension's, to which no request goes.
    pub fn host(&self) -> Option<&str> {
        let (scheme, host) = self.0.split_once("://")?;
        is_http(scheme).then_some(host)
    }
}

/// # Errors
/// Says what the text is instead of an origin.
fn parse(text: &str) -> Result<Origin, &'static str> {
    match text {
        "*" => return Err("every page could use a visitor's session"),
        "null" => return Err("every sandboxed frame and every file has it"),
        _ => {}
    }
    let (scheme, authority) = text.split_once("://").ok_or("it has no scheme")?;
    if authority.is_empty() {
        return Err("it has no host");
    }
    if authority.contains(['/', '?', '#', '\\']) {
        return Err("it has something after its host");
    }
    if authority.contains('*') {
        return Err("a host has no wildcard");
    }
    if !host::is_plain(authority) {
        return Err("its host is none");
    }
    if is_http(scheme) {
        let url = Url::parse(text).map_err(|_| "its host is none")?;
        return Ok(Origin(url.origin().ascii_serialization()));
    }
    if SCHEMES_WITHOUT_PAGES.contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err("no page has an origin of this scheme");
    }
    let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || !authority.is_ascii() {
        return Err("it has a character that an origin cannot have");
    }
    Ok(Origin(text.to_owned()))
}

fn is_http(scheme: &str) -> bool {
    ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str())
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
            assert_eq!(
                (origin.as_str(), origin.host()),
                (normal, Some(host)),
                "{text}"
            );
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
            "FILE://x",
            "file://localhost",
            "ws://app.example",
            "data://x",
            "capacitor:",
            "capacitor://",
            "capacitor:localhost",
            "capacitor://localhost/",
            "capacitor://localhost#x",
            "capacitor://*",
            "capacitor://user@localhost",
            "capacitor://b\u{fc}cher",
            "chrome-extension://*",
            "chrome-extension://abc/popup.html",
            "1app://localhost",
            "my app://localhost",
            "://localhost",
        ] {
            assert_eq!(Origin::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_origin_of_an_app_or_extension_is_kept_as_it_is() {
        for text in [
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "app://localhost",
            "app://obsidian.md",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
            "safari-web-extension://E7D9F9F5-3B6A-4B57-9F4C-0A1B2C3D4E5F",
            "vscode-webview://1tgk1vnq0ie5m0r8tv0c7cq1nmc1fe5ds6mss6bh6ctr2f3ktavi",
            "com.example.app://localhost:8080",
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.as_str(), origin.host()), (text, None));
        }
        let windows = Origin::parse("http://tauri.localhost").unwrap();
        assert_eq!(windows.host(), Some("tauri.localhost"));
    }

    proptest! {
        #[test]
        fn a_kept_origin_parses_to_itself(text in "\\PC{0,20}|[a-z]{1,5}s?://[a-zA-Zé0-9.:\\[\\]_-]{1,20}") {
            if let Some(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(origin.as_str()), Some(origin.clone()));
                prop_assert!(origin.as_str().is_ascii());
            }
        }
    }
}

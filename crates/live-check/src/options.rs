//! What to check, and where.

use std::time::Duration;

use aurous_contract::header::is_header_value;
use url::{Host, Url};

use crate::secret::ApiKey;

/// The environment's name for the key, and for the file that holds it.
pub const KEY: &str = "AUROUS_API_KEY";
pub const KEY_FILE: &str = "AUROUS_API_KEY_FILE";

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The API's base URL: see [`parse_api_url`].
    pub api: Url,
    pub key: ApiKey,
    /// Whether to try the flow that costs credits: five generations.
    pub synthesize: bool,
    /// The largest image to try, in bytes.
    pub max_image_bytes: usize,
    /// The time between two looks at a character that is being synthesized.
    pub poll_interval: Duration,
}

/// Parses the API's base URL.
///
/// # Errors
/// What is wrong with it, and what to write.
pub fn parse_api_url(text: &str) -> Result<Url, String> {
    let advice = "write the API's base URL, such as https://api.aurous-labs.com";
    let url = Url::parse(text).map_err(|_| format!("it is not a URL: {advice}"))?;
    if !is_secure(&url) {
        return Err(format!(
            "it is not https: {advice}. Plain http works for a loopback address alone, such as \
             http://127.0.0.1:8080"
        ));
    }
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("it has more than a host and a port: {advice}"));
    }
    Ok(url)
}

/// Returns whether a URL is https, or http to a literal loopback address. A name, even `localhost`, may
/// lead anywhere.
fn is_secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", _) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}

/// Parses a URL from a response of the API: https, or http on this machine if the API is there, too.
pub(crate) fn parse_signed_url(text: &str, api: &Url) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_allowed = url.scheme() == "https" || (api.scheme() == "http" && is_secure(&url));
    is_allowed.then_some(url)
}

/// Returns the key that the environment holds. `variable` and `file` read a variable and a file.
///
/// # Errors
/// What is missing or wrong, and what to do. It doesn't quote the key.
pub fn read_key(
    variable: impl Fn(&str) -> Option<String>,
    file: impl Fn(&str) -> std::io::Result<String>,
) -> Result<ApiKey, String> {
    let text = match (variable(KEY), variable(KEY_FILE)) {
        (Some(text), None) => text,
        (None, Some(path)) => {
            file(&path).map_err(|error| format!("{KEY_FILE}: cannot read {path}: {error}"))?
        }
        (Some(_), Some(_)) => {
            return Err(format!("{KEY} and {KEY_FILE} are both set: unset one"));
        }
        (None, None) => {
            return Err(format!(
                "there is no key: set {KEY} to a key of your team, or {KEY_FILE} to the path of a \
                 file that holds one"
            ));
        }
    };
    let text = text.trim();
    if !is_header_value(text) {
        return Err(format!(
            "the key is empty, or has characters that no key has: look at {KEY} or {KEY_FILE}"
        ));
    }
    Ok(ApiKey::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_travels_over_https_or_on_this_machine_alone() {
        for good in [
            "https://api.aurous-labs.com",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(parse_api_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.aurous-labs.com",
            "http://localhost:1",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://user@api.example",
            "https://api.example/v1",
            "https://api.example/?a",
            "api.example",
        ] {
            assert!(parse_api_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_remote_api_cannot_send_the_check_to_plain_http() {
        let remote = Url::parse("https://api.example").unwrap();
        let local = Url::parse("http://127.0.0.1:1").unwrap();
        assert!(parse_signed_url("http://127.0.0.1:2/x", &remote).is_none());
        assert!(parse_signed_url("http://up.example/x", &local).is_none());
        assert!(parse_signed_url("http://127.0.0.1:2/x", &local).is_some());
        assert!(parse_signed_url("https://up.example/x", &remote).is_some());
    }

    #[test]
    fn the_key_comes_from_one_place() {
        let no_file = |_: &str| Err(std::io::ErrorKind::NotFound.into());
        let only = |name: &'static str| move |it: &str| (it == name).then(|| "text".to_owned());
        assert!(read_key(only(KEY), no_file).is_ok());
        assert!(read_key(only(KEY_FILE), |_| Ok("al_live_1\n".to_owned())).is_ok());
        assert!(read_key(only(KEY_FILE), |_| Ok("\n".to_owned())).is_err());
        assert!(read_key(only(KEY_FILE), no_file).is_err());
        assert!(read_key(|_| None, no_file).is_err());
        assert!(read_key(|_| Some("text".to_owned()), no_file).is_err());
    }
}

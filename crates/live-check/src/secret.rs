//! The team's key, and the texts that no output may hold.

use std::fmt;

use http::HeaderValue;
use http::header::InvalidHeaderValue;
use url::Url;

/// The shortest part of a secret that counts as one, in bytes: fewer can't be more than a name.
const LEAK_BYTES: usize = 16;
const HIDDEN: &str = "[hidden]";

/// The team's key. `Debug` hides the text, and there is no `Display`.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the value of the one header that holds the key.
    pub(crate) fn header(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(&self.0)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}

/// The secrets that a run has met: the key, and what signs the URLs in the API's responses.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn of(key: &ApiKey) -> Self {
        Self(vec![key.0.clone()])
    }

    /// Adds the values in a URL's query, encoded and decoded, and the segments of its path. A signature
    /// may be in any of them.
    pub(crate) fn add_url(&mut self, url: &Url) {
        let query = url.query().unwrap_or_default();
        let encoded = query.split(['&', '=']).map(str::to_owned);
        let decoded = url.query_pairs().map(|(_, value)| value.into_owned());
        // The API's ids grant nothing, and tell a person what a message is about.
        let is_id = |it: &&str| it.starts_with("upl_") || it.starts_with("char_");
        let segments = url.path().split('/').filter(|it| !is_id(it));
        let segments = segments.map(str::to_owned);
        for text in encoded.chain(decoded).chain(segments) {
            if text.len() >= LEAK_BYTES && !self.0.contains(&text) {
                self.0.push(text);
            }
        }
    }

    /// Replaces each part of a secret in a text. Part of a signature is enough to count: an error may
    /// quote it cut short.
    pub fn hide(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let leak = self.leak_at_start_of(rest);
            if leak > 0 {
                shown.push_str(HIDDEN);
            } else {
                shown.push(first);
            }
            rest = rest.get(leak.max(first.len_utf8())..).unwrap_or_default();
        }
        shown
    }

    /// Returns how many of the first bytes are part of a secret; 0 if too few for a leak.
    fn leak_at_start_of(&self, text: &str) -> usize {
        let is_leak = |length: usize| {
            let part = text.get(..length);
            part.is_some_and(|part| self.0.iter().any(|secret| secret.contains(part)))
        };
        let ends = text.char_indices().map(|(at, it)| at + it.len_utf8());
        let mut leaks = ends.skip_while(|end| *end < LEAK_BYTES);
        let mut longest = 0;
        while let Some(end) = leaks.next().filter(|end| is_leak(*end)) {
            longest = end;
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "al_live_0123456789abcdef0123456789abcdef";

    fn secrets() -> Secrets {
        let mut secrets = Secrets::of(&ApiKey::new(KEY));
        let url = "https://up.example/a/upload?type=image%2Fpng&signature=AbCdEf%2BGhIjKlMnOp%3D";
        secrets.add_url(&Url::parse(url).unwrap());
        secrets
    }

    #[test]
    fn a_secret_is_hidden_whole_or_cut_short() {
        let shown = secrets().hide(&format!("key {KEY}, part {}.", &KEY[8..30]));
        assert_eq!(shown, "key [hidden], part [hidden].");
    }

    #[test]
    fn a_signature_is_hidden_encoded_and_decoded() {
        let shown = secrets().hide("é AbCdEf%2BGhIjKlMnOp%3D é AbCdEf+GhIjKlMnOp= é");
        assert_eq!(shown, "é [hidden] é [hidden] é");
    }

    #[test]
    fn what_is_no_secret_stays() {
        let text = "https://up.example: image/png must be é, not al_live_";
        assert_eq!(secrets().hide(text), text);
        assert_eq!(format!("{:?}", ApiKey::new(KEY)), "ApiKey(…)");
    }
}

//! The search for secrets in a text that a visitor is about to get.
//!
//! The API may repeat by mistake what the gateway sent it, or a part of what its operators typed. So the
//! search goes by what a reader can make of a text, and not by its bytes: with escapes decoded (JSON,
//! percent, HTML), in either case, in hexadecimal, in base64, and with anything between the letters and
//! digits. It is no defence against an API that means to reveal a secret: such an API can encode it in
//! ways without end.

mod decode;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use memchr::memmem::Finder;

use crate::secret::Secret;
use decode::decode_escapes;

/// The shortest pattern without its punctuation. A shorter one could occur by chance.
const PATTERN_MIN_CHARS: usize = 8;

/// How many layers of escapes are decoded: JSON in JSON in a percent-encoded URL has three.
const LAYERS_MAX: usize = 5;

/// The patterns of all secrets. `Debug` hides them.
#[derive(Clone)]
pub(crate) struct SecretSearch {
    /// The secrets in lower case.
    whole: Vec<Finder<'static>>,
    /// Their letters and digits, as they are and encoded.
    bare: Vec<Finder<'static>>,
}

impl SecretSearch {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let (mut whole, mut bare) = (Vec::new(), Vec::new());
        for secret in secrets {
            let secret = secret.expose();
            whole.push(finder(&secret.to_ascii_lowercase()));
            bare.extend(bare_patterns(secret).map(|it| finder(&it)));
        }
        Self { whole, bare }
    }

    /// Whether the text holds a secret in any form that the search knows.
    pub(crate) fn finds_in(&self, text: &str) -> bool {
        if self.finds_in_layer(text) {
            return true;
        }
        let mut layer = decode_escapes(text);
        for _ in 0..LAYERS_MAX {
            let Some(text) = layer else { break };
            if self.finds_in_layer(&text) {
                return true;
            }
            layer = decode_escapes(&text);
        }
        false
    }

    fn finds_in_layer(&self, text: &str) -> bool {
        let whole = text.to_ascii_lowercase();
        let bare = without_punctuation(text);
        let is_in = |text: &str, finders: &[Finder<'_>]| {
            let mut finders = finders.iter();
            finders.any(|it| it.find(text.as_bytes()).is_some())
        };
        is_in(&whole, &self.whole) || is_in(&bare, &self.bare)
    }
}

impl fmt::Debug for SecretSearch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretSearch(…)")
    }
}

fn finder(pattern: &str) -> Finder<'static> {
    Finder::new(pattern).into_owned()
}

/// Returns the letters and digits of a secret, of its hexadecimal form and of base64.
fn bare_patterns(secret: &str) -> impl Iterator<Item = String> {
    let hexadecimal: String = secret.bytes().map(|it| format!("{it:02x}")).collect();
    let encoded = [0, 1, 2].map(|offset| base64_inside(secret, offset));
    [secret.to_owned(), hexadecimal]
        .into_iter()
        .chain(encoded)
        .map(|it| without_punctuation(&it))
        .filter(|it| it.chars().count() >= PATTERN_MIN_CHARS)
}

/// Returns the characters of base64 that depend on the secret alone, where it stands `offset` bytes
/// after a group of three. Without punctuation, both alphabets are one.
fn base64_inside(secret: &str, offset: usize) -> String {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(secret.as_bytes());
    let ends_within_group = !bytes.len().is_multiple_of(3);
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let shared_at_start = if offset == 0 { 0 } else { offset + 1 };
    let end = encoded.len() - usize::from(ends_within_group);
    encoded
        .get(shared_at_start..end)
        .unwrap_or_default()
        .to_owned()
}

/// Returns the letters and digits of a text in lower case, without anything between them.
fn without_punctuation(text: &str) -> String {
    let kept = text.chars().filter(|it| it.is_alphanumeric());
    kept.map(|it| it.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests;

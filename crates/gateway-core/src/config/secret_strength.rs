//! Keys and secrets that somebody could guess.

use std::collections::HashSet;

use aurous_contract::header::is_header_value;

use super::error::SettingProblem;
use crate::secret::Secret;

/// The bytes of the shortest secret: as many as the hash has (RFC 7518, 3.2).
const MIN_BYTES: usize = 32;

/// The different bytes of a secret. 32 random digits have fewer in one case of ten million.
const MIN_DIFFERENT_BYTES: usize = 6;

/// The texts that stood for a key or a secret in this project's documentation.
const EXAMPLES: [&str; 3] = [
    "al_live_0123456789abcdef",
    "a session secret of 32 bytes or more",
    "a sealing secret of 32 bytes or more",
];

/// The ends of a text that stands for a longer one.
const ELLIPSES: [&str; 2] = ["…", "..."];

/// The beginning of a key of the API's.
const API_KEY_PREFIX: &str = "al_live_";

const IS_EXAMPLE: &str = "is an example from the documentation";
const MAKE_ONE: &str =
    "Make one with `openssl rand -hex 32`; a comma or a line end separates secrets";

/// Checks the team's key. The API makes keys, so only those that it cannot have made are refused.
pub(super) fn check_api_key(key: &str) -> Result<(), SettingProblem> {
    if is_example(key) {
        return Err(SettingProblem::new(
            IS_EXAMPLE,
            "Set it to the team's own key",
        ));
    }
    if !is_header_value(key) {
        return Err(SettingProblem::new(
            "cannot be sent: it holds a character that is not printable ASCII",
            "Copy the key again, without anything around it",
        ));
    }
    Ok(())
}

/// Checks a secret that signs or seals.
pub(super) fn check_secret(secret: &Secret, api_key: &Secret) -> Result<(), SettingProblem> {
    let text = secret.expose();
    let refuse = |problem: String| Err(SettingProblem::new(problem, MAKE_ONE));
    if is_example(text) {
        return refuse(IS_EXAMPLE.to_owned());
    }
    if secret == api_key {
        return refuse("is the API key".to_owned());
    }
    if text.starts_with(API_KEY_PREFIX) {
        return refuse("begins like a key of the API's".to_owned());
    }
    if text.len() < MIN_BYTES {
        return refuse(format!(
            "has {} bytes; the least is {MIN_BYTES}",
            text.len()
        ));
    }
    if is_repetition(text.as_bytes()) {
        return refuse("is a short piece, repeated".to_owned());
    }
    let different = text.bytes().collect::<HashSet<_>>().len();
    if different < MIN_DIFFERENT_BYTES {
        return refuse(format!(
            "has {different} different bytes; the least is {MIN_DIFFERENT_BYTES}"
        ));
    }
    Ok(())
}

fn is_example(text: &str) -> bool {
    EXAMPLES.contains(&text) || ELLIPSES.iter().any(|it| text.ends_with(it))
}

/// Whether a text is a piece that is too short for a secret, twice or more, and perhaps cut at its end.
fn is_repetition(text: &[u8]) -> bool {
    (1..MIN_BYTES)
        .filter(|length| 2 * length <= text.len())
        .any(|length| {
            text.iter()
                .zip(text.iter().skip(length))
                .all(|(a, b)| a == b)
        })
}

//! The API key and the secrets.

use crate::secret::Secret;

pub const API_KEY: &str = "AUROUS_API_KEY";
pub const SESSION: &str = "AUROUS_SESSION_SECRETS";
pub const SEALING: &str = "AUROUS_SEALING_SECRETS";

/// The API key and the secrets.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The team's key: `al_live_…`.
    pub api_key: Secret,
    /// The secrets of session tokens, each at least 32 random bytes. The first signs, all verify. Empty
    /// where there are no session tokens.
    pub session: Vec<Secret>,
    /// The secrets of upload URLs and ids, each at least 32 random bytes and none of them a session
    /// secret. The first seals, all open, and the last derives what a rotation must not change.
    pub sealing: Vec<Secret>,
    pub visitors: VisitorSource,
}

/// Who says who a visitor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitorSource {
    /// Session tokens, that the session secrets verify.
    Tokens,
    /// The web app, which is asked.
    App,
}

impl Secrets {
    /// Splits the text of several secrets at commas and line ends. Space around a secret does not count.
    pub fn split_list(text: &str) -> Vec<Secret> {
        text.split([',', '\n'])
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(Secret::new)
            .collect()
    }
}

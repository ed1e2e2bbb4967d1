//! The key and the secrets.

use std::fs;

use super::error::ConfigErrors;
use crate::secret::Secret;

pub(super) const API_KEY: &str = "AUROUS_API_KEY";
pub(super) const SESSION: &str = "AUROUS_SESSION_SECRETS";
pub(super) const SEALING: &str = "AUROUS_SEALING_SECRETS";

/// What must not be seen: never a flag, since every process of a machine can read another's flags.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The team's key: `al_live_…`.
    pub api_key: Secret,
    /// What session tokens are signed with, each at least 32 bytes. The first signs, all verify.
    /// Empty where there are none.
    pub session: Vec<Secret>,
    /// What upload URLs and ids are sealed with, each at least 32 bytes, none of them a session
    /// secret. The first seals, all open.
    pub sealing: Vec<Secret>,
}

impl Secrets {
    /// Reads `AUROUS_API_KEY`, `AUROUS_SESSION_SECRETS` and `AUROUS_SEALING_SECRETS`, or for each of
    /// them the file that the variable with `_FILE` at its end names. Lists are separated by commas
    /// or line ends; space around an entry is no part of it.
    ///
    /// What is missing is [`Config::new`](super::Config::new)'s to say.
    ///
    /// # Errors
    /// A variable and its `_FILE` at once; a file that can't be read.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::default();
        let secrets = Self::read(lookup, &mut errors);
        if errors.is_empty() {
            Ok(secrets)
        } else {
            Err(errors)
        }
    }

    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>, errors: &mut ConfigErrors) -> Self {
        let mut read = |name| text_of(name, &lookup, errors);
        Self {
            api_key: Secret::new(read(API_KEY).trim()),
            session: list(&read(SESSION)),
            sealing: list(&read(SEALING)),
        }
    }
}

/// The text of a variable or of its file; empty where there is none.
fn text_of(
    name: &'static str,
    lookup: impl Fn(&str) -> Option<String>,
    errors: &mut ConfigErrors,
) -> String {
    let file_name = format!("{name}_FILE");
    // Compose files set what they leave out to nothing.
    let given = |name: &str| lookup(name).filter(|text| !text.is_empty());
    match (given(name), given(&file_name)) {
        (Some(_), Some(_)) => {
            let problem = format!("it and {file_name} are both set");
            errors.add(name, problem, "Set one of them");
            String::new()
        }
        (Some(text), None) => text,
        (None, Some(path)) => fs::read_to_string(&path).unwrap_or_else(|error| {
            // Only what kind of error it was: a secret in the wrong variable must not be quoted.
            let problem = format!(
                "the file that {file_name} names can't be read ({})",
                error.kind()
            );
            let remedy = "Check its path and who may read it; it has to be a text in UTF-8";
            errors.add(name, problem, remedy);
            String::new()
        }),
        (None, None) => String::new(),
    }
}

fn list(text: &str) -> Vec<Secret> {
    text.split([',', '\n'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(Secret::new)
        .collect()
}

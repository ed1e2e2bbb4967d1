//! The errors of a configuration.

use std::borrow::Cow;
use std::fmt;

/// One error. Never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The flag or the environment variable.
    pub setting: &'static str,
    /// What is wrong with the setting.
    pub problem: String,
    /// What to do.
    pub remedy: Cow<'static, str>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            setting,
            problem,
            remedy,
        } = self;
        write!(formatter, "{setting}: {problem}. {remedy}.")
    }
}

/// All errors of a configuration. `Display` writes each on a line of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }

    pub(super) fn add(
        &mut self,
        setting: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(ConfigError {
            setting,
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    /// Returns the value, or adds the error and returns `None`.
    pub(super) fn accept<T>(
        &mut self,
        setting: &'static str,
        result: Result<T, SettingProblem>,
    ) -> Option<T> {
        result
            .map_err(|it| self.add(setting, it.problem, it.remedy))
            .ok()
    }

    pub(super) fn has_error_in(&self, setting: &str) -> bool {
        self.iter().any(|error| error.setting == setting)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            error.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// What is wrong with a text, before the setting it came from is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettingProblem {
    pub(super) problem: String,
    pub(super) remedy: &'static str,
}

impl SettingProblem {
    pub(super) fn new(problem: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            problem: problem.into(),
            remedy,
        }
    }
}

/// Quotes a text for an error, unless the text may hold a password.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('@') {
        "the value".to_owned()
    } else {
        format!("{text:?}")
    }
}

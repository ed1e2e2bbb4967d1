//! What is wrong with a configuration.

use std::borrow::Cow;
use std::fmt;

/// One thing that is wrong. Quotes no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The flag or the environment variable.
    pub setting: &'static str,
    /// What is wrong with it.
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

/// Everything that is wrong with a configuration, each on a line by `Display`.
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

    /// The value, or `None` and one error more.
    pub(super) fn keep<T>(&mut self, setting: &'static str, result: Result<T, Wrong>) -> Option<T> {
        result
            .map_err(|wrong| self.add(setting, wrong.problem, wrong.remedy))
            .ok()
    }

    pub(super) fn has(&self, setting: &str) -> bool {
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

/// What is wrong with a text, before it is known which setting it was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) problem: String,
    pub(super) remedy: &'static str,
}

impl Wrong {
    pub(super) fn new(problem: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            problem: problem.into(),
            remedy,
        }
    }
}

/// A text as an error quotes it; one that may hold a password is not quoted.
pub(super) fn quoted(text: &str) -> String {
    if text.contains('@') {
        "the value".to_owned()
    } else {
        format!("{text:?}")
    }
}

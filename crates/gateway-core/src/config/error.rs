//! The errors of a configuration.

use std::borrow::Cow;
use std::fmt;

/// One error, or one thing to warn of. Never quotes the setting's value: any value may be a secret in
/// the wrong place.
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

    pub fn add(
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

    /// Returns a number. Adds an error where it is 0.
    pub fn accept_count(&mut self, setting: &'static str, number: u32) -> u32 {
        if number == 0 {
            self.add_zero(setting);
        }
        number
    }

    pub fn add_zero(&mut self, setting: &'static str) {
        self.add(setting, "it is 0", "Give a number above 0");
    }

    /// Returns the value of a setting, or adds the error and returns `None`.
    pub fn accept<T>(
        &mut self,
        setting: &'static str,
        result: Result<T, SettingProblem>,
    ) -> Option<T> {
        self.accept_named(setting, "it", result)
    }

    /// Returns the value at this place of a list, counted from 0, or adds the error and returns `None`.
    pub fn accept_at<T>(
        &mut self,
        setting: &'static str,
        place: usize,
        result: Result<T, SettingProblem>,
    ) -> Option<T> {
        self.accept_named(setting, &format!("value {}", place + 1), result)
    }

    fn accept_named<T>(
        &mut self,
        setting: &'static str,
        name: &str,
        result: Result<T, SettingProblem>,
    ) -> Option<T> {
        result
            .map_err(|it| self.add(setting, format!("{name} {}", it.problem), it.remedy))
            .ok()
    }

    pub fn has_error_in(&self, setting: &str) -> bool {
        self.iter().any(|error| error.setting == setting)
    }

    pub fn is_empty(&self) -> bool {
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

/// What is wrong with a text, before the setting it came from is known. The problem has no subject: "is
/// not a URL".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    pub problem: String,
    pub remedy: &'static str,
}

impl SettingProblem {
    pub fn new(problem: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            problem: problem.into(),
            remedy,
        }
    }
}

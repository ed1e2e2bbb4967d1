//! The programs behind the browsers. `cargo xtask` finds or installs them, and passes their paths in the
//! environment.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalProgram {
    Chromedriver,
    Geckodriver,
    WebKitDriver,
    /// A display, for the browser that has no headless mode.
    Xvfb,
}

impl ExternalProgram {
    /// Returns where the program is.
    ///
    /// # Errors
    /// The environment doesn't say.
    pub fn path(self) -> Result<PathBuf> {
        path_from_environment(match self {
            Self::Chromedriver => "AUROUS_CHROMEDRIVER",
            Self::Geckodriver => "AUROUS_GECKODRIVER",
            Self::WebKitDriver => "AUROUS_WEBKIT_DRIVER",
            Self::Xvfb => "AUROUS_XVFB",
        })
    }
}

/// Returns the path that `cargo xtask` passes in a variable.
///
/// # Errors
/// The variable is not set.
pub fn path_from_environment(variable: &str) -> Result<PathBuf> {
    env::var_os(variable).map(PathBuf::from).with_context(|| {
        format!("{variable} is not set: run this with `cargo xtask e2e` or `cargo xtask demo`")
    })
}

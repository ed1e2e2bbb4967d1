//! Where the browsers and their drivers are: the environment names them (`cargo xtask` sets it), else
//! they are looked for on PATH.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A program that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Chromium,
    Chromedriver,
    Firefox,
    Geckodriver,
    /// WebKitGTK's MiniBrowser.
    WebKit,
    WebKitDriver,
    /// A display for the browser that has no headless mode.
    Xvfb,
}

impl Tool {
    /// # Errors
    /// One line on what is missing and what to run.
    pub fn path(self) -> Result<PathBuf> {
        let variable = self.variable();
        if let Some(named) = env::var_os(variable).filter(|value| !value.is_empty()) {
            let named = PathBuf::from(named);
            return is_program(&named).then_some(named).with_context(|| {
                format!("{variable} names no program: unset it, or run `cargo xtask test`")
            });
        }
        let folders = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&folders)
            .flat_map(|folder| self.names().iter().map(move |name| folder.join(name)))
            .map(|program| program.with_extension(env::consts::EXE_EXTENSION))
            .find(|program| is_program(program))
            .with_context(|| {
                format!(
                    "no {} on PATH and no {variable}: run `cargo xtask test`, which sets it up",
                    self.names()[0]
                )
            })
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "AUROUS_CHROMIUM",
            Self::Chromedriver => "AUROUS_CHROMEDRIVER",
            Self::Firefox => "AUROUS_FIREFOX",
            Self::Geckodriver => "AUROUS_GECKODRIVER",
            Self::WebKit => "AUROUS_WEBKIT",
            Self::WebKitDriver => "AUROUS_WEBKIT_DRIVER",
            Self::Xvfb => "AUROUS_XVFB",
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &[
                "chromium",
                "chromium-browser",
                "google-chrome-stable",
                "google-chrome",
            ],
            Self::Chromedriver => &["chromedriver"],
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Geckodriver => &["geckodriver"],
            // No PATH leads to it: where Debian has it.
            Self::WebKit => &["/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"],
            Self::WebKitDriver => &["WebKitWebDriver"],
            Self::Xvfb => &["Xvfb"],
        }
    }
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

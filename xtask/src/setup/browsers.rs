//! Chromium, Firefox and WebKit with their drivers. They are looked for on every run, since child processes
//! need to know where they are; they are installed only for a command that needs them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::apt;
use crate::project;

/// A program that is not part of a toolchain, and where it may be.
struct Place {
    /// The variable that names it to child processes, and by which a user names another one.
    variable: &'static str,
    /// Names on PATH, and absolute paths.
    candidates: &'static [&'static str],
}

const CHROMIUM: Place = Place {
    variable: "AUROUS_CHROMIUM",
    candidates: &[
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
};
const CHROMEDRIVER: Place = Place {
    variable: "AUROUS_CHROMEDRIVER",
    candidates: &["chromedriver", "/usr/lib/chromium-browser/chromedriver"],
};
const FIREFOX: Place = Place {
    variable: "AUROUS_FIREFOX",
    candidates: &[
        "firefox-esr",
        "firefox",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
    ],
};
/// Comes from cargo's registry.
const GECKODRIVER: Place = Place {
    variable: "AUROUS_GECKODRIVER",
    candidates: &[],
};
/// WebKitGTK's own small browser. It comes with the driver, in a folder that is not on PATH.
const WEBKIT: Place = Place {
    variable: "AUROUS_WEBKIT",
    candidates: &[
        "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
        "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
        "/usr/lib/webkit2gtk-4.1/MiniBrowser",
    ],
};
const WEBKIT_DRIVER: Place = Place {
    variable: "AUROUS_WEBKIT_DRIVER",
    candidates: &["WebKitWebDriver"],
};
/// The display that WebKitGTK needs: it has no headless mode.
const XVFB: Place = Place {
    variable: "AUROUS_XVFB",
    candidates: &["Xvfb"],
};

const CHROMIUM_FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox", // as root and in containers, Chromium does not start with a sandbox
    "--disable-dev-shm-usage", // containers have a small /dev/shm
    "--disable-gpu",
    "--disable-quic",
    // The rest stops Chromium from contacting any server but the tests' own.
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

#[derive(Default)]
pub struct Browsers {
    chromium: Option<PathBuf>,
    chromedriver: Option<PathBuf>,
    firefox: Option<PathBuf>,
    geckodriver: Option<PathBuf>,
    webkit: Option<PathBuf>,
    webkit_driver: Option<PathBuf>,
    xvfb: Option<PathBuf>,
}

impl Browsers {
    pub fn find() -> Browsers {
        let mut browsers = Browsers::default();
        browsers.find_missing();
        browsers
    }

    pub fn ensure_chromium(&mut self) -> Result<()> {
        let is_missing = self.chromium.is_none() || self.chromedriver.is_none();
        if is_missing && apt::is_usable() {
            apt::ensure(&["chromium", "chromium-driver"], "usually 1 minute")?;
            self.find_missing();
        }
        self.chromium
            .as_ref()
            .context("install Chrome or Chromium, or set AUROUS_CHROMIUM to its path")?;
        self.chromedriver()?;
        Ok(())
    }

    /// Where no geckodriver was found, `install_driver` installs one and returns its folder.
    pub fn ensure_firefox(
        &mut self,
        install_driver: impl FnOnce() -> Result<PathBuf>,
    ) -> Result<()> {
        if self.firefox.is_none() && apt::is_usable() {
            apt::ensure(&["firefox-esr"], "usually 1 minute")?;
            self.find_missing();
        }
        self.firefox
            .as_ref()
            .context("install Firefox, or set AUROUS_FIREFOX to its path")?;
        if self.geckodriver.is_none() {
            let program = install_driver()?.join("geckodriver");
            self.geckodriver = Some(program.with_extension(env::consts::EXE_EXTENSION));
        }
        Ok(())
    }

    pub fn ensure_webkit(&mut self) -> Result<()> {
        // xvfb-run needs xauth.
        let is_missing = self.webkit.is_none()
            || self.webkit_driver.is_none()
            || self.xvfb.is_none()
            || which::which("xauth").is_err();
        if is_missing && apt::is_usable() {
            apt::ensure(&["webkit2gtk-driver", "xvfb", "xauth"], "usually 1 minute")?;
            self.find_missing();
        }
        self.webkit
            .as_ref()
            .context("install WebKitGTK with its MiniBrowser, or set AUROUS_WEBKIT to its path")?;
        self.webkit_driver()?;
        self.xvfb
            .as_ref()
            .context("install Xvfb, or set AUROUS_XVFB to its path")?;
        Ok(())
    }

    pub fn chromedriver(&self) -> Result<&Path> {
        self.chromedriver.as_deref().context(
            "install the chromedriver of your Chrome's version, or set AUROUS_CHROMEDRIVER to its path",
        )
    }

    pub fn geckodriver(&self) -> Result<&Path> {
        self.geckodriver
            .as_deref()
            .context("install geckodriver, or set AUROUS_GECKODRIVER to its path")
    }

    pub fn webkit_driver(&self) -> Result<&Path> {
        self.webkit_driver
            .as_deref()
            .context("install WebKitWebDriver, or set AUROUS_WEBKIT_DRIVER to its path")
    }

    /// Returns the variables that tell child processes where the browsers are.
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let mut variables: Vec<_> = [
            (CHROMIUM, &self.chromium),
            (CHROMEDRIVER, &self.chromedriver),
            (FIREFOX, &self.firefox),
            (GECKODRIVER, &self.geckodriver),
            (WEBKIT, &self.webkit),
            (WEBKIT_DRIVER, &self.webkit_driver),
            (XVFB, &self.xvfb),
        ]
        .into_iter()
        .filter_map(|(place, path)| Some((place.variable, path.clone()?)))
        .collect();
        // wasm-bindgen-test-runner fixed the name; crates/e2e reads the same file.
        variables.push(("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities_file()));
        variables
    }

    /// Writes the capabilities with which a WebDriver session is started, for every browser that was found.
    /// Each driver ignores those of the others.
    pub fn write_capabilities(&self) -> Result<()> {
        let capabilities = json!({
            "goog:chromeOptions": options(&self.chromium, CHROMIUM_FLAGS),
            "moz:firefoxOptions": options(&self.firefox, &[]),
            "webkitgtk:browserOptions": options(&self.webkit, &["--automation"]),
        });
        let path = capabilities_file();
        fs::create_dir_all(project::target())?;
        fs::write(&path, capabilities.to_string())
            .with_context(|| format!("cannot write {}", path.display()))
    }

    fn find_missing(&mut self) {
        for (path, place) in [
            (&mut self.chromium, CHROMIUM),
            (&mut self.chromedriver, CHROMEDRIVER),
            (&mut self.firefox, FIREFOX),
            (&mut self.geckodriver, GECKODRIVER),
            (&mut self.webkit, WEBKIT),
            (&mut self.webkit_driver, WEBKIT_DRIVER),
            (&mut self.xvfb, XVFB),
        ] {
            if path.is_none() {
                *path = place.find();
            }
        }
    }
}

impl Place {
    fn find(&self) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from);
        named.or_else(|| {
            self.candidates
                .iter()
                .find_map(|name| which::which(name).ok())
        })
    }
}

fn options(browser: &Option<PathBuf>, flags: &[&str]) -> Value {
    match browser {
        Some(browser) => json!({ "binary": browser, "args": flags }),
        None => json!({}),
    }
}

fn capabilities_file() -> PathBuf {
    project::target().join("webdriver.json")
}

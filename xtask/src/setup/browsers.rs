//! Chromium, Firefox and WebKit with their drivers. Found on every run, for the environment of
//! children; installed only for a command that needs them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::apt;
use crate::project;

const CHROMIUM: &[&str] = &[
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const CHROMEDRIVER: &[&str] = &["chromedriver", "/usr/lib/chromium-browser/chromedriver"];
const FIREFOX: &[&str] = &[
    "firefox-esr",
    "firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
];
const WEBKIT_DRIVER: &[&str] = &["WebKitWebDriver"];
/// WebKitGTK's own small browser. It comes with the driver, and no PATH leads to it.
const WEBKIT: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/webkit2gtk-4.1/MiniBrowser",
];
/// WebKitGTK has no headless mode: it needs a display.
const XVFB: &[&str] = &["Xvfb"];

/// As root and in containers Chromium starts only without its sandbox and shared memory; the rest
/// keeps it from talking to anyone but the page under test.
const CHROMIUM_FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
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
        Browsers {
            chromium: find("AUROUS_CHROMIUM", CHROMIUM),
            chromedriver: find("AUROUS_CHROMEDRIVER", CHROMEDRIVER),
            firefox: find("AUROUS_FIREFOX", FIREFOX),
            geckodriver: find("AUROUS_GECKODRIVER", &[]),
            webkit: find("AUROUS_WEBKIT", WEBKIT),
            webkit_driver: find("AUROUS_WEBKIT_DRIVER", WEBKIT_DRIVER),
            xvfb: find("AUROUS_XVFB", XVFB),
        }
    }

    pub fn ensure_chromium(&mut self) -> Result<()> {
        let is_missing = self.chromium.is_none() || self.chromedriver.is_none();
        if is_missing && apt::is_ours_to_use() {
            apt::ensure(&["chromium", "chromium-driver"], "usually 1 minute")?;
            self.chromium = find("AUROUS_CHROMIUM", CHROMIUM);
            self.chromedriver = find("AUROUS_CHROMEDRIVER", CHROMEDRIVER);
        }
        self.chromium
            .as_ref()
            .context("install Chrome or Chromium, or set AUROUS_CHROMIUM to its path")?;
        self.chromedriver()?;
        Ok(())
    }

    /// `driver` gives the folder of a geckodriver, where the environment names none.
    pub fn ensure_firefox(&mut self, driver: impl FnOnce() -> Result<PathBuf>) -> Result<()> {
        if self.firefox.is_none() && apt::is_ours_to_use() {
            apt::ensure(&["firefox-esr"], "usually 1 minute")?;
            self.firefox = find("AUROUS_FIREFOX", FIREFOX);
        }
        self.firefox
            .as_ref()
            .context("install Firefox, or set AUROUS_FIREFOX to its path")?;
        if self.geckodriver.is_none() {
            self.geckodriver = Some(
                driver()?
                    .join("geckodriver")
                    .with_extension(env::consts::EXE_EXTENSION),
            );
        }
        Ok(())
    }

    pub fn ensure_webkit(&mut self) -> Result<()> {
        // xvfb-run needs xauth.
        let is_missing = self.webkit.is_none()
            || self.webkit_driver.is_none()
            || self.xvfb.is_none()
            || which::which("xauth").is_err();
        if is_missing && apt::is_ours_to_use() {
            apt::ensure(&["webkit2gtk-driver", "xvfb", "xauth"], "usually 1 minute")?;
            self.webkit = find("AUROUS_WEBKIT", WEBKIT);
            self.webkit_driver = find("AUROUS_WEBKIT_DRIVER", WEBKIT_DRIVER);
            self.xvfb = find("AUROUS_XVFB", XVFB);
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

    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let webdriver = webdriver_json();
        let found = [
            ("AUROUS_CHROMIUM", self.chromium.as_deref()),
            ("AUROUS_CHROMEDRIVER", self.chromedriver.as_deref()),
            ("AUROUS_FIREFOX", self.firefox.as_deref()),
            ("AUROUS_GECKODRIVER", self.geckodriver.as_deref()),
            ("AUROUS_WEBKIT", self.webkit.as_deref()),
            ("AUROUS_WEBKIT_DRIVER", self.webkit_driver.as_deref()),
            ("AUROUS_XVFB", self.xvfb.as_deref()),
            // Where wasm-bindgen-test-runner looks for the capabilities of its browser.
            (
                "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
                Some(webdriver.as_path()),
            ),
        ];
        found
            .into_iter()
            .filter_map(|(name, path)| Some((name, path?.to_owned())))
            .collect()
    }

    /// Generated, since the browser's path differs from machine to machine.
    pub fn write_webdriver_json(&self) -> Result<()> {
        // Each driver takes what is its own.
        let mut capabilities = Map::new();
        if let Some(chromium) = &self.chromium {
            let options = json!({ "binary": chromium, "args": CHROMIUM_FLAGS });
            capabilities.insert("goog:chromeOptions".to_owned(), options);
        }
        if let Some(firefox) = &self.firefox {
            let options = json!({ "binary": firefox });
            capabilities.insert("moz:firefoxOptions".to_owned(), options);
        }
        let path = webdriver_json();
        fs::create_dir_all(project::target())?;
        fs::write(&path, Value::Object(capabilities).to_string())
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn webdriver_json() -> PathBuf {
    project::target().join("webdriver.json")
}

fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let named = env::var_os(variable).map(PathBuf::from);
    named.or_else(|| names.iter().find_map(|name| which::which(name).ok()))
}

//! A fresh browser: its own profile, no cookies, no cache, nobody logged in.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::driver::Driver;
use crate::tool::Tool;

/// How long a script in the page may take. Long: ten PUTs of 10 MB on two busy cores.
const SCRIPT_WITHIN: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// One browser at a time in a process: two on two cores would each wait for the other.
static TURN: Mutex<()> = Mutex::const_new(());

/// Dereferences to fantoccini's client: find, click, type, navigate.
#[derive(Debug)]
pub struct Browser {
    // Before the driver, so that it is dropped before: its own farewell finds the session alive.
    client: Client,
    pub engine: Engine,
    _driver: Driver,
    // After the driver: the next one starts when this one is gone.
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Waits until no other browser of this process is there.
    ///
    /// # Errors
    /// The browser or its driver is missing, or does not start.
    pub async fn start(engine: Engine) -> Result<Self> {
        let turn = TURN.lock().await;
        let mut driver = Driver::start(match engine {
            Engine::Chromium => Tool::Chromedriver,
            Engine::Firefox => Tool::Geckodriver,
            Engine::WebKit => Tool::WebKitDriver,
        })?;
        let capabilities = match engine {
            Engine::Chromium => chromium(&driver)?,
            Engine::Firefox => firefox()?,
            Engine::WebKit => webkit()?,
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url())
            .await
            .with_context(|| format!("{engine} did not start"))?;
        let session = client
            .session_id()
            .await?
            .context("a session without an id")?;
        driver.adopt(session);
        // The driver ends the session, not fantoccini: it does so where there is no runtime left, too.
        client.persist().await?;
        let timeouts = TimeoutConfiguration::new(Some(SCRIPT_WITHIN), Some(SCRIPT_WITHIN), None);
        client.update_timeouts(timeouts).await?;
        Ok(Self {
            client,
            engine,
            _driver: driver,
            _turn: turn,
        })
    }
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

fn chromium(driver: &Driver) -> Result<Capabilities> {
    let profile = driver.folder().join("profile");
    let capabilities = json!({
        "goog:chromeOptions": {
            "binary": Tool::Chromium.path()?,
            "args": [
                "--headless=new",
                "--window-size=1100,900",
                "--no-sandbox", // it refuses to run as root, in a container, with one
                "--disable-gpu",
                "--disable-dev-shm-usage", // containers have a small /dev/shm
                "--disable-quic",
                "--disable-sync",
                "--disable-background-networking", // nothing leaves the machine
                "--disable-component-update",
                "--no-first-run",
                format!("--user-data-dir={}", profile.display()),
            ],
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    Ok(object(capabilities))
}

fn firefox() -> Result<Capabilities> {
    let capabilities = json!({
        "moz:firefoxOptions": { "binary": Tool::Firefox.path()?, "args": ["-headless"] },
    });
    Ok(object(capabilities))
}

fn webkit() -> Result<Capabilities> {
    let capabilities = json!({
        "webkitgtk:browserOptions": { "binary": Tool::WebKit.path()?, "args": ["--automation"] },
    });
    Ok(object(capabilities))
}

fn object(value: Value) -> Capabilities {
    match value {
        Value::Object(map) => map,
        _ => Capabilities::new(),
    }
}

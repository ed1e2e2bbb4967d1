//! Starts a fresh browser: a profile of its own, no cookies, no cache, no one signed in.

use std::fmt;
use std::fs;
use std::ops::Deref;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

use crate::driver::Driver;
use crate::external_program::{ExternalProgram, path_from_environment};

/// The time limit for a script in the page. Ten PUTs of 10 MB take long on two busy cores.
const SCRIPT_TIME_LIMIT: Duration = Duration::from_secs(120);

/// Names the file with the capabilities that `cargo xtask` writes: for each browser its path and its flags.
/// wasm-bindgen-test-runner fixed the name.
const CAPABILITIES_VARIABLE: &str = "WASM_BINDGEN_TEST_WEBDRIVER_JSON";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    fn driver(self) -> ExternalProgram {
        match self {
            Self::Chromium => ExternalProgram::Chromedriver,
            Self::Firefox => ExternalProgram::Geckodriver,
            Self::WebKit => ExternalProgram::WebKitDriver,
        }
    }

    /// Returns the name of the capability with the browser's path and flags.
    fn options(self) -> &'static str {
        match self {
            Self::Chromium => "goog:chromeOptions",
            Self::Firefox => "moz:firefoxOptions",
            Self::WebKit => "webkitgtk:browserOptions",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Allows one browser at a time in a process: on two cores, two would slow each other down.
static TURN: Mutex<()> = Mutex::const_new(());

/// A running browser. Dereferences to fantoccini's client: find, click, type, navigate.
#[derive(Debug)]
pub struct Browser {
    // Before the driver, so that it is dropped first: it needs the driver's session to say goodbye.
    client: Client,
    pub engine: Engine,
    _driver: Driver,
    // After the driver: the next browser starts once this one has ended.
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts a browser, once no other one of this process is running.
    ///
    /// # Errors
    /// The browser or its driver is missing, or does not start.
    pub async fn start(engine: Engine) -> Result<Self> {
        let turn = TURN.lock().await;
        let mut driver = Driver::start(engine.driver())?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(engine, &driver)?)
            .connect(&driver.url())
            .await
            .with_context(|| format!("{engine} did not start"))?;
        let session = client
            .session_id()
            .await?
            .context("a session without an id")?;
        driver.adopt(session);
        // The driver ends the session instead of fantoccini, because it can do so without a runtime.
        client.persist().await?;
        let limit = Some(SCRIPT_TIME_LIMIT);
        client
            .update_timeouts(TimeoutConfiguration::new(limit, limit, None))
            .await?;
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

fn capabilities(engine: Engine, driver: &Driver) -> Result<Capabilities> {
    let path = path_from_environment(CAPABILITIES_VARIABLE)?;
    let file = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut options = serde_json::from_slice::<Value>(&file)?[engine.options()].take();
    let flags = match engine {
        Engine::Chromium => {
            let profile = driver.folder().join("profile");
            vec![
                "--window-size=1100,900".to_owned(),
                format!("--user-data-dir={}", profile.display()),
            ]
        }
        Engine::Firefox => vec!["-headless".to_owned()],
        Engine::WebKit => Vec::new(),
    };
    options["args"]
        .as_array_mut()
        .with_context(|| format!("{} has no {engine}", path.display()))?
        .extend(flags.into_iter().map(Value::from));
    let mut capabilities = Capabilities::new();
    capabilities.insert(engine.options().to_owned(), options);
    if engine == Engine::Chromium {
        let level = json!({ "browser": "ALL" });
        capabilities.insert("goog:loggingPrefs".to_owned(), level);
    }
    Ok(capabilities)
}

//! Runs JavaScript in the page, and waits for conditions.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use crate::browser::Browser;

/// The time limit for a condition to become true.
pub const CONDITION_TIME_LIMIT: Duration = Duration::from_secs(60);
/// Between two evaluations of a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A module that controls the page's clock and its network, and counts what a call leaves behind. The
/// SDK's own suites load it as well.
const TEST_SUPPORT: &str = include_str!("../../../tests/browser/support.js");
/// Imports the module from a Blob, so that a page of any site can load it. `navigator.onLine` becomes true, even
/// if the machine has no network.
const LOAD_TEST_SUPPORT: &str = "
    const url = URL.createObjectURL(new Blob([args], { type: 'text/javascript' }));
    globalThis.testSupport = await import(url);
    testSupport.sayOnline(true);";

/// Runs an async function in the page, and answers with JSON. The page's own `eval` makes the function, since
/// Firefox runs WebDriver's scripts in a sandbox that has no `import()`. An error becomes the result of its
/// `toJSON()`, plus two fields that are not part of it.
const CALL: &str = r#"
    const [body, args, done] = arguments;
    const run = window.eval(`(async (body, args) => {
        const AsyncFunction = (async () => {}).constructor;
        const toJson = (error) => ({
            ...(typeof error?.toJSON === "function" ? error.toJSON() : { thrown: String(error) }),
            isError: error instanceof Error,
            text: String(error),
        });
        try {
            const value = await new AsyncFunction("args", body)(JSON.parse(args));
            return JSON.stringify({ value: value ?? null });
        } catch (error) {
            return JSON.stringify({ error: toJson(error) });
        }
    })`);
    run(body, args).then(done, (error) => done(JSON.stringify({ error: String(error) })));
"#;

impl Browser {
    /// Runs the body of an async function that takes `args`. Returns `Ok(Err(…))` if it rejects: an
    /// `AurousError` as the result of its `toJSON()`.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn attempt(&self, body: &str, args: Value) -> Result<Result<Value, Value>> {
        let answer = self
            .execute_async(CALL, vec![json!(body), json!(args.to_string())])
            .await?;
        let mut answer: Value = serde_json::from_str(answer.as_str().unwrap_or_default())?;
        Ok(match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["value"].take()),
        })
    }

    /// Runs the body of an async function that must succeed; see [`Browser::attempt`].
    ///
    /// # Errors
    /// The function rejected, or the browser did not answer.
    pub async fn run(&self, body: &str, args: Value) -> Result<Value> {
        match self.attempt(body, args).await? {
            Ok(value) => Ok(value),
            Err(error) => bail!("the page's script rejected: {error:#}"),
        }
    }

    /// Runs the body of an async function that must reject, and returns the error; see [`Browser::attempt`].
    ///
    /// # Errors
    /// The function succeeded, or the browser did not answer.
    pub async fn refused(&self, body: &str, args: Value) -> Result<Value> {
        match self.attempt(body, args).await? {
            Ok(value) => bail!("the page's script should have rejected, but returned {value}"),
            Err(error) => Ok(error),
        }
    }

    /// Gives the page the global `testSupport`: the exports of `tests/browser/support.js`.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn load_test_support(&self) -> Result<()> {
        self.run(LOAD_TEST_SUPPORT, TEST_SUPPORT.into())
            .await
            .map(drop)
    }

    /// Loads `testSupport`, and runs the page's time a hundred times as fast from now on.
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn start_fast_clock(&self) -> Result<()> {
        self.load_test_support().await?;
        self.run("testSupport.fastClock();", Value::Null)
            .await
            .map(drop)
    }

    /// Waits until the function body `condition` returns a truthy value, and returns the value.
    ///
    /// # Errors
    /// It did not within [`CONDITION_TIME_LIMIT`]. The error contains `what` and the page's text.
    pub async fn until(&self, what: &str, condition: &str) -> Result<Value> {
        let deadline = Instant::now() + CONDITION_TIME_LIMIT;
        loop {
            let value = self.execute(condition, Vec::new()).await?;
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            if Instant::now() > deadline {
                let page = self
                    .execute("return document.body?.innerText", Vec::new())
                    .await;
                bail!(
                    "waited {CONDITION_TIME_LIMIT:?} in vain until {what}; the page shows:\n{}",
                    text(page)
                );
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Sets a cookie of the page's host. fantoccini's own method sends null for optional fields, which
    /// chromedriver refuses.
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn give_cookie(&self, name: &str, value: &str) -> Result<()> {
        let body = json!({ "cookie": { "name": name, "value": value } });
        self.extension("cookie", body).await?;
        Ok(())
    }

    /// Returns the page's console messages since the last call (Chromium only).
    ///
    /// # Errors
    /// The browser did not answer.
    pub async fn console(&self) -> Result<Vec<String>> {
        let entries = self
            .extension("se/log", json!({ "type": "browser" }))
            .await?;
        let entries = entries.as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect())
    }

    /// Sends a command of the DevTools protocol (Chromium only).
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.extension("goog/cdp/execute", body)
            .await
            .with_context(|| format!("{command} failed"))
    }

    /// Takes a screenshot of the whole page, however long it is, as PNG (Chromium only).
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn screenshot_whole_page(&self) -> Result<Vec<u8>> {
        // After the animations that end; some run for ever.
        let clip = "const finite = document.getAnimations()
                        .filter((it) => Number.isFinite(it.effect.getComputedTiming().endTime));
                    await Promise.all(finite.map((it) => it.finished));
                    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
                    return { x: 0, y: 0, width, height, scale: 1 };";
        let clip = self.run(clip, Value::Null).await?;
        let parameters = json!({ "captureBeyondViewport": true, "clip": clip });
        let answer = self.devtools("Page.captureScreenshot", parameters).await?;
        let data = answer["data"]
            .as_str()
            .context("the answer has no screenshot")?;
        Ok(BASE64_STANDARD.decode(data)?)
    }

    async fn extension(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.issue_cmd(ExtensionCommand { path, body }).await
    }
}

fn text(value: Result<Value, CmdError>) -> String {
    match value {
        Ok(Value::String(text)) => text,
        other => format!("{other:?}"),
    }
}

/// A driver's command that is not part of the WebDriver standard.
#[derive(Debug)]
struct ExtensionCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for ExtensionCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

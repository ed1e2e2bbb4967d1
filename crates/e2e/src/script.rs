//! JavaScript run in the page, and conditions waited for.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use crate::browser::Browser;

/// How long anything on a page may take to come true. Waiting ends when it does.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A module that controls the page's clock and its network, and counts what a call leaves behind. The
/// SDK's own suites load it as well.
const TEST_SUPPORT: &str = include_str!("../../../tests/browser/support.js");
/// From a Blob, so that a page of any site can import it. As far as the page knows it is online, although
/// the machine that runs the tests may not be.
const LOAD_TEST_SUPPORT: &str = "
    const url = URL.createObjectURL(new Blob([args], { type: 'text/javascript' }));
    globalThis.testSupport = await import(url);
    testSupport.sayOnline(true);";

/// Makes one answer of a promise. The function is the page's own, made by its `eval`: Firefox runs what
/// WebDriver gives it in a sandbox, where there is no `import()`. Between the two goes text. An error
/// crosses as its own JSON, with what that would lose.
const CALL: &str = r#"
    const [body, args, done] = arguments;
    const run = window.eval(`(async (body, args) => {
        const AsyncFunction = (async () => {}).constructor;
        const told = (error) => ({
            ...(typeof error?.toJSON === "function" ? error.toJSON() : { thrown: String(error) }),
            isError: error instanceof Error,
            text: String(error),
        });
        try {
            const value = await new AsyncFunction("args", body)(JSON.parse(args));
            return JSON.stringify({ value: value ?? null });
        } catch (error) {
            return JSON.stringify({ error: told(error) });
        }
    })`);
    run(body, args).then(done, (error) => done(JSON.stringify({ error: String(error) })));
"#;

impl Browser {
    /// Runs the body of an async function that takes `args`. `Ok(Err(…))` is what it rejected with, an
    /// `AurousError` as its `toJSON()`.
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

    /// Like [`Browser::attempt`], where it must succeed.
    ///
    /// # Errors
    /// It rejected, or the browser did not answer.
    pub async fn run(&self, body: &str, args: Value) -> Result<Value> {
        match self.attempt(body, args).await? {
            Ok(value) => Ok(value),
            Err(error) => bail!("the page's script rejected: {error:#}"),
        }
    }

    /// Like [`Browser::attempt`], where it must reject.
    ///
    /// # Errors
    /// It succeeded, or the browser did not answer.
    pub async fn refused(&self, body: &str, args: Value) -> Result<Value> {
        match self.attempt(body, args).await? {
            Ok(value) => bail!("the page's script should have rejected, but gave {value}"),
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

    /// Waits until the function body `condition` returns something truthy, and gives that.
    ///
    /// # Errors
    /// It did not within [`PATIENCE`]; the error says what `what` is and what the page shows.
    pub async fn until(&self, what: &str, condition: &str) -> Result<Value> {
        let deadline = Instant::now() + PATIENCE;
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
                    "waited {PATIENCE:?} in vain until {what}; the page shows:\n{}",
                    text(page)
                );
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sets a cookie of the page's host. Not fantoccini's own: that spells out every optional field as
    /// null, which chromedriver refuses.
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn give_cookie(&self, name: &str, value: &str) -> Result<()> {
        let body = json!({ "cookie": { "name": name, "value": value } });
        self.extension("cookie", body).await?;
        Ok(())
    }

    /// What the page's console got since last asked (Chromium only).
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

    /// A command of Chromium's own protocol (Chromium only).
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.extension("goog/cdp/execute", body)
            .await
            .with_context(|| format!("{command} failed"))
    }

    /// A picture of the whole page, however long it is, as PNG (Chromium only).
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn full_page(&self) -> Result<Vec<u8>> {
        // At rest: what fades in is waited for, what pulses for ever is not.
        let clip = "const passing = document.getAnimations()
                        .filter((it) => Number.isFinite(it.effect.getComputedTiming().endTime));
                    await Promise.all(passing.map((it) => it.finished));
                    const { scrollWidth: width, scrollHeight: height } = document.documentElement;
                    return { x: 0, y: 0, width, height, scale: 1 };";
        let clip = self.run(clip, Value::Null).await?;
        let parameters = json!({ "captureBeyondViewport": true, "clip": clip });
        let answer = self.devtools("Page.captureScreenshot", parameters).await?;
        let data = answer["data"]
            .as_str()
            .context("no picture in the answer")?;
        Ok(BASE64_STANDARD.decode(data)?)
    }

    async fn extension(&self, path: &'static str, body: Value) -> Result<Value, CmdError> {
        self.issue_cmd(Extension { path, body }).await
    }
}

fn text(value: Result<Value, CmdError>) -> String {
    match value {
        Ok(Value::String(text)) => text,
        other => format!("{other:?}"),
    }
}

/// A driver's command beyond the WebDriver standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
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

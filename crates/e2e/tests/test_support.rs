//! `tests/browser/support.js`, in Chromium: scripts may call `fetch(request)` or `fetch(url, init)`.

use anyhow::Result;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::testbed::Testbed;
use serde_json::{Value, json};

/// Each of `forms` makes the same request.
const FORMS: &str = "
    const options = { method: 'POST', body: '{}', signal: args?.signal };
    const forms = [
        () => fetch(new Request('/echo', options)),
        () => fetch('/echo', options),
        () => fetch(new URL('/echo', location), options),
    ];";

#[tokio::test]
async fn a_request_is_recorded_in_whichever_form_fetch_is_called() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser.load_test_support().await?;
    let script = format!(
        "{FORMS} for (const send of forms) await send();
         return [testSupport.requestCount, testSupport.takeBodies(), testSupport.takeBodies()];"
    );
    let recorded = browser.run(&script, Value::Null).await?;
    assert_eq!(recorded, json!([3, ["{}", "{}", "{}"], []]));
    let echoes = testbed
        .site
        .paths()
        .iter()
        .filter(|it| *it == "/echo")
        .count();
    assert_eq!(echoes, 3);
    Ok(())
}

#[tokio::test]
async fn a_request_is_lost_in_whichever_form_fetch_is_called() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser.load_test_support().await?;
    let script = format!(
        "testSupport.loseRequests(3);
         {FORMS} const ends = [];
         for (const send of forms) ends.push(await send().catch((error) => error.name));
         return ends;"
    );
    let ends = browser.run(&script, Value::Null).await?;
    assert_eq!(ends, json!(["TypeError", "TypeError", "TypeError"]));
    assert!(!testbed.site.paths().contains(&"/echo".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_lost_request_can_still_be_cancelled() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser.load_test_support().await?;
    let script = format!(
        "testSupport.loseRequests(3);
         args = {{ signal: AbortSignal.abort('cancelled') }};
         {FORMS} const reasons = [];
         for (const send of forms) reasons.push(await send().catch((reason) => reason));
         return reasons;"
    );
    let reasons = browser.run(&script, Value::Null).await?;
    assert_eq!(reasons, json!(["cancelled", "cancelled", "cancelled"]));
    Ok(())
}

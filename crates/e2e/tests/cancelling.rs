//! Cancelling, in Chromium: a call rejects with the signal's own reason, at once.

use anyhow::Result;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::stage::Stage;
use aurous_emulator::{Fault, Outcome, Step};
use serde_json::{Value, json};

/// What `call` rejects with when its signal is aborted `when`, held against the reason given.
const ABORTED: &str = r#"
    const { initUpload, putFile, classify, createCharacter, isAurousError } = await import("/pkg/index.js");
    const file = await paint("image/png", "front.png");
    const ticket = await initUpload(file);
    const reasons = { text: "enough", object: { why: "enough" }, none: undefined };
    const calls = {
        initUpload: (options) => initUpload(file, options),
        putFile: (options) => putFile(ticket, file, options),
        classify: (options) => classify(ticket, options),
        createCharacter: (options) => createCharacter({ name: "A", upload_ids: [ticket.upload_id] }, options),
    };
    const found = {};
    for (const [name, call] of Object.entries(calls)) {
        for (const [kind, reason] of Object.entries(reasons)) {
            const controller = new AbortController();
            if (args.before) controller.abort(reason);
            const outcome = call({ signal: controller.signal }).then(() => "resolved", (error) =>
                isAurousError(error) ? `AurousError ${error.code}`
                : error === controller.signal.reason ? "the reason" : String(error));
            if (!args.before) {
                await args.arrived(name);
                controller.abort(reason);
            }
            found[`${name} ${kind}`] = await outcome;
        }
    }
    return found;
"#;

#[tokio::test]
async fn a_signal_that_is_already_aborted_stops_every_call_before_a_request() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    let found = browser.run(ABORTED, json!({ "before": true })).await?;
    all_with_the_reason(&found);
    assert_eq!(
        stage.emulator.log().len(),
        1,
        "only the ticket of the test itself"
    );
    Ok(())
}

#[tokio::test]
async fn a_call_in_flight_is_cancelled_at_once_and_its_request_with_it() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    // The test's own ticket is the first init; everything after it never gets an answer.
    for step in [Step::Init, Step::Put, Step::Classify, Step::Create] {
        let hang = Fault::Hang.on(step).for_ever();
        stage.emulator.inject(if step == Step::Init {
            hang.nth(2)
        } else {
            hang
        });
    }
    // The request is on its way when the browser's own record of it is: an entry of `fetch` begun.
    let script = format!(
        "const real = globalThis.fetch;
         let begun;
         globalThis.fetch = (...all) => {{ const answer = real(...all); begun?.(); return answer; }};
         args.arrived = () => new Promise((done) => (begun = done));
         {ABORTED}"
    );
    let found = browser.run(&script, json!({})).await?;
    all_with_the_reason(&found);
    for step in [Step::Init, Step::Put, Step::Classify, Step::Create] {
        let calls = stage.seen(step);
        let answered = calls
            .iter()
            .filter(|it| it.outcome == Some(Outcome::Answered))
            .count();
        assert_eq!(
            answered,
            usize::from(step == Step::Init),
            "{step:?}: {calls:#?}"
        );
    }
    Ok(())
}

fn all_with_the_reason(found: &Value) {
    let found = found.as_object().cloned().unwrap_or_default();
    assert_eq!(found.len(), 12);
    let wrong: Vec<_> = found
        .iter()
        .filter(|(_, how)| *how != "the reason")
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

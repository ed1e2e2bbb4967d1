//! What an error tells, and to whom it may be shown, in Chromium: no key, no secret, no signed URL and
//! no upload token, whatever went wrong.

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::gateway::{SEALING_SECRET, SESSION_SECRET};
use aurous_e2e::stage::{Stage, sample};
use aurous_emulator::{Fault, Operation};
use serde_json::{Value, json};

const STEPS: [Operation; 4] = [
    Operation::Init,
    Operation::Put,
    Operation::Classify,
    Operation::Create,
];

/// Fewest characters of a secret that tell something of it.
const TELLING: usize = 16;

#[tokio::test]
async fn an_error_survives_serialising_and_holds_no_secret() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    browser.run(OVERHEAR, Value::Null).await?;
    for step in STEPS {
        for fault in faults() {
            if (step, &fault) == (Operation::Put, &Fault::NotJson) {
                continue; // of a PUT's answer nobody reads more than its status
            }
            stage
                .emulator
                .inject(fault.clone().on(step).nth(nth(step)).for_ever());
            let told = browser
                .run(FAIL, json!(format!("{step:?}").to_lowercase()))
                .await
                .with_context(|| format!("{step:?}, {fault:?}"))?;
            stage.emulator.clear_faults();
            let json = &told["json"];
            let fields =
                ["name", "message", "code", "kind", "step", "retryable"].map(|name| &json[name]);
            assert_eq!(json!(fields), told["error"], "{step:?} after {fault:?}");
            assert_eq!(json["step"], format!("{step:?}").to_lowercase());
            let text = told["text"].as_str().unwrap_or_default();
            holds_none(text, &secrets(&stage, &browser).await?)
                .with_context(|| format!("{step:?} after {fault:?}"))?;
        }
    }
    // What the gateway answered is more than what the SDK tells of it.
    let overheard = browser.run("return overheard.join()", Value::Null).await?;
    let overheard = overheard.as_str().unwrap_or_default();
    ensure!(overheard.len() > 1000, "nothing was overheard: {overheard}");
    holds_none(overheard, &secrets_of_the_server(&stage))
}

#[tokio::test]
async fn a_page_on_which_everything_goes_wrong_shows_no_secret() -> Result<()> {
    let stage = Stage::example_page().await?;
    let browser = stage.visit(Chromium).await?;
    for step in [Operation::Put, Operation::Classify] {
        for fault in faults() {
            if fault == Fault::Hang {
                continue; // it has no end that the page would show
            }
            browser.refresh().await?;
            browser.start_fast_clock().await?;
            browser.run(OVERHEAR, Value::Null).await?;
            stage.emulator.inject(fault.clone().on(step).for_ever());
            browser.pick([sample("front.jpg")]).await?;
            let tiles = browser.settled(1).await?;
            assert_eq!(tiles[0].state, "error", "{step:?} after {fault:?}");
            stage.emulator.clear_faults();
            let page = browser
                .run("return document.documentElement.outerHTML", Value::Null)
                .await?;
            let text = page.as_str().unwrap_or_default();
            holds_none(text, &secrets(&stage, &browser).await?)
                .with_context(|| format!("{step:?} after {fault:?}"))?;
        }
    }
    let console = browser.console().await?;
    ensure!(!console.is_empty(), "failed requests stand in the console");
    // Chromium itself writes the URL of a failed request there, upload token and all.
    holds_none(&console.join("\n"), &secrets_of_the_server(&stage))
}

fn faults() -> [Fault; 8] {
    [
        Fault::status(400),
        Fault::status(401),
        Fault::status(403),
        Fault::status(500),
        Fault::NotJson,
        Fault::ResetBeforeBody,
        Fault::ResetAfterBody { processed: false },
        Fault::Hang,
    ]
}

/// The request of a step that fails: the init of the test's own ticket does not.
fn nth(step: Operation) -> u32 {
    if step == Operation::Init { 2 } else { 1 }
}

/// Notes what the gateway answers, and the tokens that it hands out.
const OVERHEAR: &str = "
    window.overheard = [];
    window.tokens = [];
    const real = window.fetch;
    window.fetch = async (...all) => {
        const answer = await real(...all);
        const text = await answer.clone().text();
        overheard.push(answer.status, JSON.stringify([...answer.headers]), text);
        const token = /uploads\\/([^\"]+)/.exec(text)?.[1];
        if (token) tokens.push(token);
        return answer;
    };";

/// Makes the call of a step, which must fail.
const FAIL: &str = "
    const { initUpload, putFile, classify, createCharacter } = await import('/pkg/index.js');
    const file = await paint('image/jpeg', 'me.jpg');
    const ticket = await initUpload(file);
    const options = { timeoutMs: 300, stallTimeoutMs: 300, maxRetries: 0 };
    const call = {
        init: () => initUpload(file, options),
        put: () => putFile(ticket, file, options),
        classify: () => classify(ticket, options),
        create: () => createCharacter({ name: 'A', upload_ids: [ticket.upload_id] }, options),
    };
    const error = await call[args]().then(() => { throw new Error('it succeeded') }, (error) => error);
    const own = Object.getOwnPropertyNames(error).map((name) => String(error[name]));
    return {
        json: error.toJSON(),
        text: [JSON.stringify(error), String(error), error.stack, String(error.cause?.stack), ...own].join(),
        error: [error.name, error.message, error.code, error.kind, error.step, error.retryable],
    };";

/// What nobody outside may learn, as far as it is known by now.
fn secrets_of_the_server(stage: &Stage) -> Vec<String> {
    let queries = stage
        .seen(Operation::Put)
        .into_iter()
        .filter_map(|it| it.query);
    let values = queries.flat_map(|query| {
        let values = query.split('&').filter_map(|part| part.split_once('='));
        values
            .map(|(_, value)| value.to_owned())
            .collect::<Vec<_>>()
    });
    [stage.emulator.api_key(), SESSION_SECRET, SEALING_SECRET]
        .map(str::to_owned)
        .into_iter()
        .chain(values.filter(|value| value.len() >= TELLING))
        .collect()
}

/// And what the page has to know, but may not tell.
async fn secrets(stage: &Stage, browser: &Browser) -> Result<Vec<String>> {
    let tokens = browser.run("return tokens", Value::Null).await?;
    let tokens: Vec<String> = serde_json::from_value(tokens)?;
    ensure!(!tokens.is_empty(), "there was no upload token");
    let mut secrets = secrets_of_the_server(stage);
    secrets.extend(tokens);
    Ok(secrets)
}

/// Not even a part of one.
fn holds_none(text: &str, secrets: &[String]) -> Result<()> {
    ensure!(secrets.len() >= 3);
    for secret in secrets {
        let part = secret
            .as_bytes()
            .chunks(TELLING)
            .filter(|part| part.len() == TELLING)
            .map(String::from_utf8_lossy)
            .find(|part| text.contains(part.as_ref()));
        if let Some(part) = part {
            anyhow::bail!("{part}, of a secret, stands in: {text}");
        }
    }
    Ok(())
}

//! Errors contain no key, no secret, no signed URL and no upload token, whatever went wrong, in Chromium.

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::gateway::{SEALING_SECRET, SESSION_SECRET};
use aurous_e2e::testbed::{Testbed, sample};
use aurous_emulator::{Fault, Operation};
use serde_json::{Value, json};

const STEPS: [Operation; 4] = [
    Operation::Init,
    Operation::Put,
    Operation::Classify,
    Operation::Create,
];

/// The length from which a part of a secret counts as a leak.
const LEAK_LENGTH: usize = 16;

#[tokio::test]
async fn an_error_survives_serialising_and_holds_no_secret() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser.run(RECORD_ANSWERS, Value::Null).await?;
    for step in STEPS {
        for fault in faults() {
            if (step, &fault) == (Operation::Put, &Fault::NotJson) {
                continue; // the SDK reads only the status of a PUT's answer
            }
            testbed
                .emulator
                .inject(fault.clone().on(step).nth(nth(step)).for_ever());
            let report = browser
                .run(FAIL, json!(format!("{step:?}").to_lowercase()))
                .await
                .with_context(|| format!("{step:?}, {fault:?}"))?;
            testbed.emulator.clear_faults();
            let json = &report["json"];
            let fields =
                ["name", "message", "code", "kind", "step", "retryable"].map(|name| &json[name]);
            assert_eq!(json!(fields), report["error"], "{step:?} after {fault:?}");
            assert_eq!(json["step"], format!("{step:?}").to_lowercase());
            let text = report["text"].as_str().unwrap_or_default();
            contains_none(text, &secrets(&testbed, &browser).await?)
                .with_context(|| format!("{step:?} after {fault:?}"))?;
        }
    }
    // The gateway's answers, of which the SDK's errors contain only a part.
    let answers = browser.run("return answers.join()", Value::Null).await?;
    let answers = answers.as_str().unwrap_or_default();
    ensure!(answers.len() > 1000, "nothing was recorded: {answers}");
    contains_none(answers, &secrets_of_the_server(&testbed))
}

#[tokio::test]
async fn a_page_on_which_everything_goes_wrong_shows_no_secret() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    for step in [Operation::Put, Operation::Classify] {
        for fault in faults() {
            if fault == Fault::Hang {
                continue; // the page shows no end of it
            }
            browser.refresh().await?;
            browser.start_fast_clock().await?;
            browser.run(RECORD_ANSWERS, Value::Null).await?;
            testbed.emulator.inject(fault.clone().on(step).for_ever());
            browser.pick([sample("front.jpg")]).await?;
            let tiles = browser.settled(1).await?;
            assert_eq!(tiles[0].state, "error", "{step:?} after {fault:?}");
            testbed.emulator.clear_faults();
            let page = browser
                .run("return document.documentElement.outerHTML", Value::Null)
                .await?;
            let text = page.as_str().unwrap_or_default();
            contains_none(text, &secrets(&testbed, &browser).await?)
                .with_context(|| format!("{step:?} after {fault:?}"))?;
        }
    }
    let console = browser.console().await?;
    ensure!(
        !console.is_empty(),
        "failed requests should be in the console"
    );
    // Not the page's secrets: Chromium itself writes the URLs of failed requests, with upload tokens, there.
    contains_none(&console.join("\n"), &secrets_of_the_server(&testbed))
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

/// Returns which request of a step fails. The first init, which gets the test's own ticket, does not.
fn nth(step: Operation) -> u32 {
    if step == Operation::Init { 2 } else { 1 }
}

/// Records the gateway's answers, and the upload tokens in them.
const RECORD_ANSWERS: &str = "
    window.answers = [];
    window.tokens = [];
    const real = window.fetch;
    window.fetch = async (...all) => {
        const answer = await real(...all);
        const text = await answer.clone().text();
        answers.push(answer.status, JSON.stringify([...answer.headers]), text);
        const token = /uploads\\/([^\"]+)/.exec(text)?.[1];
        if (token) tokens.push(token);
        return answer;
    };";

/// Makes the call of a step, which must fail, and returns the error.
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

/// Returns the secrets that must not reach the page, as far as they exist yet.
fn secrets_of_the_server(testbed: &Testbed) -> Vec<String> {
    let queries = testbed
        .seen(Operation::Put)
        .into_iter()
        .filter_map(|it| it.query);
    let values = queries.flat_map(|query| {
        let values = query.split('&').filter_map(|part| part.split_once('='));
        values
            .map(|(_, value)| value.to_owned())
            .collect::<Vec<_>>()
    });
    [testbed.emulator.api_key(), SESSION_SECRET, SEALING_SECRET]
        .map(str::to_owned)
        .into_iter()
        .chain(values.filter(|value| value.len() >= LEAK_LENGTH))
        .collect()
}

/// Returns all secrets, including those that the page has but must not show.
async fn secrets(testbed: &Testbed, browser: &Browser) -> Result<Vec<String>> {
    let tokens = browser.run("return tokens", Value::Null).await?;
    let tokens: Vec<String> = serde_json::from_value(tokens)?;
    ensure!(!tokens.is_empty(), "there was no upload token");
    let mut secrets = secrets_of_the_server(testbed);
    secrets.extend(tokens);
    Ok(secrets)
}

/// Checks that a text contains no part of any secret.
fn contains_none(text: &str, secrets: &[String]) -> Result<()> {
    ensure!(secrets.len() >= 3);
    for secret in secrets {
        let part = secret
            .as_bytes()
            .chunks(LEAK_LENGTH)
            .filter(|part| part.len() == LEAK_LENGTH)
            .map(String::from_utf8_lossy)
            .find(|part| text.contains(part.as_ref()));
        if let Some(part) = part {
            anyhow::bail!("{part}, a part of a secret, is in: {text}");
        }
    }
    Ok(())
}

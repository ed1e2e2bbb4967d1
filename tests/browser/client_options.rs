//! `createClient`'s options: where calls go, and what lets them in.

use aurous_web::{classify, init_upload, put_file};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

async fn classify_with(client: JsValue) -> Result<JsValue, JsValue> {
    classify("upl_1".into(), UNDEFINED, client).await
}

/// Asserts that a call was refused for an option of its client.
fn assert_config_error(result: Result<JsValue, JsValue>, code: &str, param: &str) {
    let error = error(result);
    assert_eq!(
        text(&error, "kind"),
        "config",
        "{}",
        text(&error, "message")
    );
    assert_names::<()>(Err(error), code, param);
}

#[wasm_bindgen_test]
async fn a_wrong_option_is_named() {
    let emulator = Emulator::fresh().await;
    for (options, param) in [
        ("7", "options"),
        ("'https://a.example'", "options"),
        ("({ baseUrl: 7 })", "baseUrl"),
        ("({ baseUrl: {} })", "baseUrl"),
        ("({ baseUrl: 'https://[' })", "baseUrl"),
        ("({ baseUrl: 'data:,x' })", "baseUrl"),
        ("({ baseUrl: 'file:///x' })", "baseUrl"),
        ("({ baseUrl: 'https://user:secret@a.example' })", "baseUrl"),
        ("({ get baseUrl() { throw 1 } })", "baseUrl"),
        ("({ sessionToken: 7 })", "sessionToken"),
        ("({ sessionToken: '' })", "sessionToken"),
        ("({ sessionToken: 'a\\nb' })", "sessionToken"),
        ("({ headers: 7 })", "headers"),
        ("({ headers: { 'a b': 'c' } })", "headers"),
        ("({ headers: { a: 'se\\ncret' } })", "headers"),
        ("({ headers: { get a() { throw 1 } } })", "headers"),
        ("({ headers: { 'X-Api-Key': 'secret' } })", "headers"),
        (
            "({ headers: { 'Authorization': 'secret' }, sessionToken: 't' })",
            "headers",
        ),
        ("({ headers: { 'Idempotency-Key': 'x' } })", "headers"),
        ("({ apiKey: 7 })", "apiKey"),
        ("({ apiKey: 'k', sessionToken: 't' })", "sessionToken"),
        (
            "({ apiKey: 'k', dangerouslyAllowBrowser: 1 })",
            "dangerouslyAllowBrowser",
        ),
        ("({ apiVersion: 7 })", "apiVersion"),
        ("({ apiVersion: 'latest' })", "apiVersion"),
        ("({ credentials: 'always' })", "credentials"),
        ("({ timeoutMs: 0 })", "timeoutMs"),
        ("({ stallTimeoutMs: 'long' })", "stallTimeoutMs"),
    ] {
        let result = classify_with(evaluate(options)).await;
        let message = text(result.as_ref().unwrap_err(), "message");
        assert!(!message.contains("secret"), "{message}");
        assert_config_error(result, "invalid_option", param);
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_page_does_not_send_an_api_key_by_mistake() {
    let emulator = Emulator::fresh().await;
    let key = "al_live_secret";
    let client = object(&[("apiKey", key.into())]);
    let result = classify_with(client.clone()).await;
    assert!(!text(result.as_ref().unwrap_err(), "message").contains(key));
    assert_config_error(result, "api_key_in_browser", "apiKey");

    let trusted = with(client, "dangerouslyAllowBrowser", true);
    let insecure = with(trusted, "baseUrl", "http://api.example");
    assert_config_error(
        classify_with(insecure).await,
        "insecure_base_url",
        "baseUrl",
    );
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_key_goes_with_api_calls_and_never_with_the_put() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    let client = emulator.direct_client();
    let ticket = init_upload(photo(), UNDEFINED, client.clone())
        .await
        .unwrap();
    put_file(ticket, photo(), UNDEFINED, client.clone())
        .await
        .unwrap();
    let log = emulator.log().await;
    assert_eq!(
        header(&log[0], "x-api-key"),
        field(&client, "apiKey").as_string()
    );
    assert_eq!(header(&log[0], "authorization"), None);
    assert_eq!(header(&log[1], "x-api-key"), None);
}

#[wasm_bindgen_test]
async fn token_headers_and_version_go_with_api_calls_and_never_with_the_put() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    let client = with(emulator.open_client(), "sessionToken", "a.b.c");
    let client = with(client, "apiVersion", "2026-05-15");
    // Accept is a header that any CORS answer lets through.
    let client = with(
        client,
        "headers",
        object(&[("Accept", "application/json".into())]),
    );
    let ticket = init_upload(photo(), UNDEFINED, client.clone())
        .await
        .unwrap();
    put_file(ticket, photo(), UNDEFINED, client).await.unwrap();
    let log = emulator.log().await;
    for (name, value) in [
        ("authorization", "Bearer a.b.c"),
        ("aurous-version", "2026-05-15"),
        ("accept", "application/json"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(header(&log[0], name).as_deref(), Some(value));
    }
    assert_eq!(header(&log[1], "authorization"), None);
    assert_eq!(header(&log[1], "aurous-version"), None);
    assert_eq!(header(&log[1], "accept").as_deref(), Some("*/*"));
}

#[wasm_bindgen_test]
async fn a_token_function_is_called_for_each_call_and_once_more_after_a_401() {
    let emulator = Emulator::fresh().await;
    let ask = evaluate("(() => { let n = 0; return async () => `token-${++n}`; })()");
    let client = with(emulator.open_client(), "sessionToken", ask);
    emulator.fault("init", r#"{"status":401}"#).await;
    init_upload(file(FRONT_JPG, "a.jpg"), UNDEFINED, client.clone())
        .await
        .unwrap();
    let log = emulator.log().await;
    let tokens: Vec<_> = log
        .iter()
        .map(|it| header(it, "authorization").unwrap())
        .collect();
    assert_eq!(tokens, ["Bearer token-1", "Bearer token-2"]);

    for _ in 0..2 {
        emulator.fault("init", r#"{"status":401}"#).await;
    }
    let error = error(init_upload(file(FRONT_JPG, "a.jpg"), UNDEFINED, client).await);
    assert_eq!(number(&error, "status"), 401.0);
    assert_eq!(number(&error, "attempts"), 2.0);
    assert_eq!(emulator.log().await.len(), 4);
}

#[wasm_bindgen_test]
async fn a_fixed_token_is_not_sent_again_after_a_401() {
    let emulator = Emulator::fresh().await;
    emulator.fault("classify", r#"{"status":401}"#).await;
    let client = with(emulator.open_client(), "sessionToken", "a.b.c");
    assert_eq!(number(&error(classify_with(client).await), "attempts"), 1.0);
    assert_eq!(emulator.log().await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_token_function_that_fails_is_reported_with_its_cause() {
    let emulator = Emulator::fresh().await;
    for ask in [
        "() => { throw new Error('mine') }",
        "() => Promise.reject(new Error('mine'))",
        "() => 7",
        "() => ''",
        "async () => 'a\\nb'",
    ] {
        let client = with(emulator.client(), "sessionToken", evaluate(ask));
        let result = classify_with(client).await;
        if ask.contains("mine") {
            let cause = field(result.as_ref().unwrap_err(), "cause");
            assert_eq!(text(&cause, "message"), "mine");
        }
        assert_config_error(result, "session_token_failed", "sessionToken");
    }
    let client = with(
        emulator.client(),
        "sessionToken",
        evaluate("() => new Promise(() => {})"),
    );
    let client = with(client, "timeoutMs", 50);
    assert_config_error(
        classify_with(client).await,
        "session_token_failed",
        "sessionToken",
    );
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn an_option_is_read_once_and_the_value_that_was_checked_is_used() {
    let emulator = Emulator::fresh().await;
    let client = evaluate(
        "globalThis.reads = [];
         ((options) => Object.assign(Object.create({}, Object.fromEntries(
             Object.entries(options).map(([name, value]) => [name, {
                 get() {
                     const again = reads.includes(name);
                     reads.push(name);
                     return again ? 'not\\nallowed' : value;
                 },
             }]),
         )), { maxRetries: 0 }))({ sessionToken: 'a.b.c', apiVersion: '2026-05-15' })",
    );
    let client = with(client, "baseUrl", field(&emulator.open_client(), "baseUrl"));
    let ticket = init_upload(file(FRONT_JPG, "front.jpg"), UNDEFINED, client).await;
    assert!(ticket.is_ok());
    let log = emulator.log().await;
    assert_eq!(
        header(&log[0], "authorization").as_deref(),
        Some("Bearer a.b.c")
    );
    assert_eq!(
        evaluate("reads.join()").as_string().unwrap(),
        "sessionToken,apiVersion"
    );
}

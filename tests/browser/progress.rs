//! `onProgress`: the PUT by `XMLHttpRequest`, and the reports that a page gets.

use aurous_web::{put_file, upload};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

/// Returns options with a listener that keeps its events, and the listener.
fn options() -> (JsValue, JsValue) {
    let listener = evaluate(
        "(() => { const listener = (event) => listener.events.push(event); listener.events = []; return listener; })()",
    );
    (object(&[("onProgress", listener.clone())]), listener)
}

fn events(listener: &JsValue) -> Vec<JsValue> {
    field(listener, "events").unchecked_into::<Array>().to_vec()
}

/// Returns the phase and the attempt of each event, without repetitions.
fn course(listener: &JsValue) -> Vec<(String, f64)> {
    let events = events(listener);
    let mut course: Vec<_> = events
        .iter()
        .map(|it| (text(it, "phase"), number(it, "attempt")))
        .collect();
    course.dedup();
    course
}

#[track_caller]
fn assert_runs_forward(listener: &JsValue, total: f64) {
    let events = events(listener);
    let loaded: Vec<_> = events.iter().map(|it| number(it, "loaded")).collect();
    assert!(loaded.is_sorted(), "{loaded:?}");
    assert_eq!(loaded.last(), Some(&total));
    assert!(events.iter().all(|it| number(it, "total") == total));
}

#[wasm_bindgen_test]
async fn an_upload_reports_its_phases_and_never_runs_backwards() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    let client = with(emulator.open_client(), "maxRetries", 6);
    emulator.fault("init", r#"{"status":503}"#).await;
    emulator.fault("put", r#"{"status":503}"#).await;
    let (options, listener) = options();
    let options = with(options, "classify", true);
    let photo = large_jpeg(5_000_000);
    upload(photo, options, client).await.unwrap();
    let course = course(&listener);
    let expected = [
        ("preparing", 1.0),
        ("minting", 1.0),
        ("minting", 2.0),
        ("uploading", 1.0),
        ("uploading", 2.0),
        ("classifying", 1.0),
    ];
    let expected: Vec<_> = expected.map(|(it, n)| (it.to_owned(), n)).into();
    assert_eq!(course, expected);
    assert_runs_forward(&listener, 5_000_000.0);
    // The refused PUT had sent all bytes as well, and was not reported as 100 %.
    let whole = events(&listener)
        .into_iter()
        .find(|it| number(it, "loaded") == 5_000_000.0);
    assert_eq!(number(&whole.unwrap(), "attempt"), 2.0);
}

#[wasm_bindgen_test]
async fn a_put_with_progress_carries_the_exact_bytes_and_one_header_of_its_own() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    let client = emulator.open_client();
    let ticket = ticket_with(&photo, client.clone()).await;
    let (options, listener) = options();
    put_file(ticket, photo, options, client).await.unwrap();
    let log = emulator.log().await;
    let put = log.iter().find(|it| text(it, "step") == "put").unwrap();
    assert_eq!(number(put, "body_length"), FRONT_JPG.len() as f64);
    assert_eq!(header(put, "content-type").as_deref(), Some("image/jpeg"));
    for name in [
        "cookie",
        "authorization",
        "x-api-key",
        "idempotency-key",
        "x-requested-with",
    ] {
        assert_eq!(header(put, name), None);
    }
    assert_eq!(course(&listener), [("uploading".to_owned(), 1.0)]);
    assert_runs_forward(&listener, FRONT_JPG.len() as f64);
}

#[wasm_bindgen_test]
async fn refusals_and_lost_connections_are_the_same_as_without_progress() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    for (fault, code) in [
        (r#"{"status":403}"#, "upload_url_expired"),
        (r#"{"status":413}"#, "upload_too_large"),
        (r#"{"status":503}"#, "upload_failed"),
        (r#""hang""#, "timeout"),
    ] {
        for client in [emulator.client(), emulator.open_client()] {
            let ticket = ticket_with(&photo(), client.clone()).await;
            emulator.fault("put", fault).await;
            let (options, listener) = options();
            let options = with(options, "stallTimeoutMs", 300);
            let error = error(put_file(ticket, photo(), options, client).await);
            assert_eq!(text(&error, "code"), code, "{fault}");
            let events = events(&listener);
            assert!(
                events
                    .iter()
                    .all(|it| number(it, "loaded") < number(it, "total"))
            );
        }
    }
    lose_requests(1);
    let (options, _) = options();
    let client = emulator.open_client();
    let ticket = evaluate("new URL(location.origin + '/nowhere')");
    let error = error(put_file(ticket, photo(), options, client).await);
    assert_eq!(text(&error, "code"), "network_error");
}

#[wasm_bindgen_test]
async fn a_redirect_is_an_error_though_it_was_followed() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    let client = emulator.open_client();
    let ticket = ticket_with(&photo, client.clone()).await;
    let other = ticket_with(&photo, client.clone()).await;
    let to = text(&other, "upload_url");
    let fault = format!(r#"{{"status":307,"headers":{{"location":"{to}"}}}}"#);
    emulator.fault("put", &fault).await;
    let (options, _) = options();
    let error = error(put_file(ticket, photo, options, client).await);
    assert_eq!(text(&error, "code"), "redirected");
    assert!(text(&error, "message").contains("redirected"));
    assert!(!text(&error, "message").contains("signature"));
}

#[wasm_bindgen_test]
async fn what_a_listener_throws_changes_nothing() {
    let emulator = Emulator::fresh().await;
    // To the runner, an uncaught error is a failure of the test.
    let silence = "globalThis.reported = 0; globalThis.reportError = () => reported++";
    evaluate(silence);
    let thrower = evaluate("() => { throw new Error('mine') }");
    let options = object(&[("onProgress", thrower)]);
    let photo = file(FRONT_JPG, "front.jpg");
    upload(photo, options, emulator.client()).await.unwrap();
    assert!(evaluate("reported").as_f64().unwrap() > 2.0);
}

#[wasm_bindgen_test]
async fn a_put_that_is_no_longer_waited_for_ends_on_the_wire() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    for with_progress in [false, true] {
        let client = emulator.open_client();
        let ticket = ticket_with(&photo(), client.clone()).await;
        emulator.fault("put", r#"{"delay_ms":600000}"#).await;
        let options = object(&[("stallTimeoutMs", 100.into())]);
        let options = match with_progress {
            true => with(options, "onProgress", evaluate("() => {}")),
            false => options,
        };
        let error = error(put_file(ticket, photo(), options, client).await);
        assert_eq!(text(&error, "code"), "timeout");
        emulator.ended_by_client("put").await;
    }
}

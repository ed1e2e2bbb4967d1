//! Retries: when, how often, and after how long.

use aurous_web::{classify, init_upload, put_file};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

pub fn photo() -> JsValue {
    file(FRONT_JPG, "front.jpg")
}

/// Returns a client with the default number of retries.
pub fn client(emulator: &Emulator) -> JsValue {
    with(emulator.open_client(), "maxRetries", JsValue::UNDEFINED)
}

/// Returns the waits between attempts: of the timers that were set, those that are no time limit.
pub fn waits(clock: &JsValue) -> Vec<f64> {
    let timers = field(clock, "timers").unchecked_into::<Array>();
    let timers = timers.iter().filter_map(|it| it.as_f64());
    timers.filter(|ms| *ms != 30_000.0).collect()
}

pub async fn count(emulator: &Emulator, step: &str) -> usize {
    let log = emulator.log().await;
    log.iter().filter(|it| text(it, "step") == step).count()
}

#[wasm_bindgen_test]
async fn a_call_that_fails_for_a_while_succeeds_in_the_end() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    for status in [408, 429, 500, 502, 503, 504] {
        for step in ["init", "put", "classify"] {
            let fault = format!(r#"{{"status":{status}}}"#);
            emulator.fault(step, &fault).await;
            emulator.fault(step, &fault).await;
        }
        let ticket = uploaded_with(&photo(), client(&emulator)).await;
        assert!(classify(ticket, UNDEFINED, client(&emulator)).await.is_ok());
    }
}

#[wasm_bindgen_test]
async fn waits_double_and_are_random() {
    let emulator = Emulator::fresh().await;
    let clock = fast_clock();
    for _ in 0..7 {
        emulator.fault("init", r#"{"status":503}"#).await;
    }
    let error = error(init_upload(photo(), UNDEFINED, client(&emulator)).await);
    assert_eq!(number(&error, "attempts"), 7.0);
    assert_eq!(count(&emulator, "init").await, 7);
    let waits = waits(&clock);
    let limits = [500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0];
    assert_eq!(waits.len(), limits.len(), "{waits:?}");
    assert!(waits.iter().zip(limits).all(|(wait, limit)| *wait < limit));
    assert!(waits.iter().any(|wait| *wait > 0.0), "{waits:?}");
}

#[wasm_bindgen_test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    let emulator = Emulator::fresh().await;
    // By the clock of the server, not the page's, which runs ahead from here on.
    let in_20_seconds = evaluate("new Date(Date.now() + 20000).toUTCString()");
    for value in [JsValue::from("20"), in_20_seconds] {
        let clock = fast_clock();
        let value = value.as_string().unwrap();
        let fault = format!(r#"{{"status":429,"headers":{{"retry-after":"{value}"}}}}"#);
        emulator.fault("init", &fault).await;
        init_upload(photo(), UNDEFINED, client(&emulator))
            .await
            .unwrap();
        // A date is in whole seconds, and some time has passed; a random part is added.
        let waits = waits(&clock);
        assert!(
            matches!(waits[..], [wait] if (15_000.0..20_500.0).contains(&wait)),
            "{waits:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_retry_after_beyond_the_deadline_fails_at_once() {
    let emulator = Emulator::fresh().await;
    let clock = fast_clock();
    let fault = r#"{"status":429,"headers":{"retry-after":"121"}}"#;
    emulator.fault("init", fault).await;
    let error = error(init_upload(photo(), UNDEFINED, client(&emulator)).await);
    assert_eq!(text(&error, "code"), "too_many_requests");
    assert_eq!(number(&error, "retryAfterMs"), 121_000.0);
    assert_eq!(number(&error, "attempts"), 1.0);
    assert_eq!(waits(&clock), [0.0; 0]);
}

#[wasm_bindgen_test]
async fn the_deadline_ends_an_attempt_and_the_call() {
    let emulator = Emulator::fresh().await;
    let clock = fast_clock();
    emulator.fault("init", r#""hang""#).await;
    let options = object(&[("deadlineMs", 20_000.into())]);
    let error = error(init_upload(photo(), options, client(&emulator)).await);
    assert_eq!(text(&error, "code"), "timeout");
    assert!(text(&error, "message").contains(" ms"));
    assert_eq!(number(&field(&clock, "pending"), "size"), 0.0);
}

#[wasm_bindgen_test]
async fn no_retries_means_one_request() {
    let emulator = Emulator::fresh().await;
    say_online(Some(false));
    lose_requests(1);
    let options = object(&[("maxRetries", 0.into())]);
    let error = error(init_upload(photo(), options, client(&emulator)).await);
    assert_eq!(text(&error, "code"), "network_error");
    assert_eq!(number(&error, "attempts"), 1.0);
}

#[wasm_bindgen_test]
async fn a_request_that_is_wrong_is_not_sent_again() {
    let emulator = Emulator::fresh().await;
    for status in [400, 402, 403, 404, 410, 413, 422, 501] {
        emulator
            .fault("init", &format!(r#"{{"status":{status}}}"#))
            .await;
        let error = error(init_upload(photo(), UNDEFINED, client(&emulator)).await);
        assert_eq!(number(&error, "attempts"), 1.0, "{status}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_broke_off_is_asked_for_again() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    emulator.fault("init", r#""truncate""#).await;
    assert!(
        init_upload(photo(), UNDEFINED, client(&emulator))
            .await
            .is_ok()
    );
    assert_eq!(count(&emulator, "init").await, 2);
}

#[wasm_bindgen_test]
async fn offline_the_call_waits_for_the_network_and_leaves_nothing_behind() {
    let emulator = Emulator::fresh().await;
    let clock = fast_clock();
    let controller = counted_controller();
    let options = object(&[("signal", field(&controller, "signal"))]);
    lose_requests(3);
    say_online(Some(false));
    let call: Promise = init_upload(photo(), options, client(&emulator));
    for times in 1..=3 {
        // The only timers here that are no time limits are those of the wait for the network.
        while waits(&clock).len() < times {
            emulator.log().await;
        }
        say_online(Some(times == 3));
        evaluate("dispatchEvent(new Event('online'))");
    }
    JsFuture::from(call).await.unwrap();
    assert_eq!(count(&emulator, "init").await, 1);
    assert_eq!(number(&field(&clock, "pending"), "size"), 0.0);
    assert_eq!(number(&controller, "listeners"), 0.0);
}

#[wasm_bindgen_test]
async fn offline_for_good_ends_at_the_deadline() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    say_online(Some(false));
    lose_requests(1_000);
    let error = error(init_upload(photo(), UNDEFINED, client(&emulator)).await);
    assert_eq!(text(&error, "code"), "network_error");
}

#[wasm_bindgen_test]
async fn a_browser_that_reports_offline_by_mistake_does_not_end_the_call() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    say_online(Some(false));
    lose_requests(1);
    let ticket = init_upload(photo(), UNDEFINED, client(&emulator)).await;
    assert!(ticket.is_ok());
}

#[wasm_bindgen_test]
async fn the_time_that_a_machine_sleeps_does_not_count() {
    let emulator = Emulator::fresh().await;
    let options = || object(&[("timeoutMs", 600.into()), ("deadlineMs", 5_000.into())]);
    for (slept, requests) in [(false, 2), (true, 1)] {
        emulator.control("POST", "/reset", None).await;
        emulator.fault("init", r#"{"delay_ms":900}"#).await;
        let call = init_upload(photo(), options(), client(&emulator));
        emulator.seen("init").await;
        if slept {
            evaluate("{ const now = Date.now; Date.now = () => now() + 3600000 }");
        }
        JsFuture::from(call).await.unwrap();
        assert_eq!(count(&emulator, "init").await, requests, "{slept}");
    }
}

#[wasm_bindgen_test]
async fn cancelling_ends_a_wait_at_once() {
    let emulator = Emulator::fresh().await;
    for offline in [false, true] {
        if offline {
            say_online(Some(false));
            lose_requests(1);
        } else {
            let fault = r#"{"status":503,"headers":{"retry-after":"100"}}"#;
            emulator.fault("init", fault).await;
        }
        let clock = fast_clock();
        let controller = counted_controller();
        let options = object(&[("signal", field(&controller, "signal"))]);
        let call = init_upload(photo(), options, client(&emulator));
        while waits(&clock).is_empty() {
            emulator.log().await;
        }
        let reason = abort(&controller);
        assert!(js_sys::Object::is(
            &JsFuture::from(call).await.unwrap_err(),
            &reason
        ));
        assert_eq!(number(&controller, "listeners"), 0.0);
        assert_eq!(number(&field(&clock, "pending"), "size"), 0.0);
    }
}

#[wasm_bindgen_test]
async fn a_put_that_stands_still_is_ended_and_tried_again() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    for on_progress in [JsValue::UNDEFINED, evaluate("() => {}")] {
        let ticket = ticket_with(&photo(), client(&emulator)).await;
        emulator.fault("put", r#""hang""#).await;
        let options = object(&[("onProgress", on_progress)]);
        put_file(ticket, photo(), options, client(&emulator))
            .await
            .unwrap();
    }
    assert_eq!(count(&emulator, "put").await, 4);
}

pub fn abort(controller: &JsValue) -> JsValue {
    let reason = evaluate("({})");
    controller
        .unchecked_ref::<web_sys::AbortController>()
        .abort_with_reason(&reason);
    reason
}

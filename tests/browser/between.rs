//! What stands between a page and its gateway, and what it does to requests.

use aurous_web::{classify, create_character, init_upload, put_file, upload};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::retries::{client, count, photo};
use crate::support::*;

#[wasm_bindgen_test]
async fn a_request_that_is_redirected_is_sent_once_and_says_so() {
    let emulator = Emulator::fresh().await;
    let ticket = uploaded_with(&photo(), client(&emulator)).await;
    let ids: JsValue = Array::of1(&field(&ticket, "upload_id")).into();
    let request = object(&[("name", "Aurora".into()), ("upload_ids", ids)]);
    let client = || client(&emulator);
    let calls: [(&str, &dyn Fn() -> Promise); 4] = [
        ("init", &|| init_upload(photo(), UNDEFINED, client())),
        ("put", &|| {
            put_file(ticket.clone(), photo(), UNDEFINED, client())
        }),
        ("classify", &|| {
            classify(ticket.clone(), UNDEFINED, client())
        }),
        ("create", &|| {
            create_character(request.clone(), UNDEFINED, client())
        }),
    ];
    for (step, call) in calls {
        for status in [301, 302, 303, 307, 308] {
            let before = count(&emulator, step).await;
            let fault = format!(r#"{{"status":{status},"headers":{{"location":"/sign-in"}}}}"#);
            emulator.fault(step, &fault).await;
            let error = error(JsFuture::from(call()).await);
            assert_eq!(text(&error, "code"), "redirected", "{step}, {status}");
            assert_eq!(number(&error, "attempts"), 1.0);
            assert_eq!(field(&error, "retryable"), JsValue::FALSE);
            assert_eq!(count(&emulator, step).await, before + 1);
        }
    }
}

#[wasm_bindgen_test]
async fn a_put_whose_body_was_changed_on_its_way_is_no_success() {
    let emulator = Emulator::fresh().await;
    for body in [
        "new Blob([])",
        "undefined",
        "'undefined'",
        "init.body.slice(0, 1000)",
        "new Blob([init.body, 'more'])",
    ] {
        let ticket = emulator.ticket(&photo()).await;
        let before = count(&emulator, "put").await;
        evaluate("globalThis.goodFetch = globalThis.fetch");
        evaluate(&format!(
            "globalThis.fetch = (input, init) =>
                 goodFetch(input, init.method === 'PUT' ? {{ ...init, body: {body} }} : init)"
        ));
        let put = put_file(ticket, photo(), UNDEFINED, emulator.client());
        let result = put.await;
        evaluate("globalThis.fetch = goodFetch");
        assert_eq!(text(&error(result), "code"), "upload_incomplete", "{body}");
        assert_eq!(count(&emulator, "put").await, before, "{body}");
    }
}

#[wasm_bindgen_test]
async fn a_file_that_the_gateway_would_not_take_is_not_sent() {
    let emulator = Emulator::fresh().await;
    let ticket = emulator.ticket(&photo()).await;
    assert!(number(&ticket, "max_size") >= FRONT_JPG.len() as f64);
    let ticket = with(ticket, "max_size", 1000);
    let error_of_put = error(put_file(ticket, photo(), UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error_of_put, "code"), "upload_too_large");
    assert_eq!(number(&error_of_put, "attempts"), 0.0);
    assert_eq!(count(&emulator, "put").await, 0);
    // The gateway refuses to mint a ticket for it.
    let large = large_jpeg(60_000_001);
    let error_of_init = error(init_upload(large, UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error_of_init, "code"), "upload_too_large");
    assert_eq!(count(&emulator, "init").await, 1, "that of the first file");
}

#[wasm_bindgen_test]
async fn a_put_settles_where_the_browser_says_for_ever_that_it_is_offline() {
    let emulator = Emulator::fresh().await;
    let ticket = ticket_with(&photo(), client(&emulator)).await;
    fast_clock();
    say_online(Some(false));
    lose_requests(1_000);
    let error = error(put_file(ticket, photo(), UNDEFINED, client(&emulator)).await);
    assert_eq!(text(&error, "code"), "network_error");
    assert_eq!(number(&error, "attempts"), 7.0);
}

#[wasm_bindgen_test]
async fn an_upload_that_fails_at_its_classification_tells_its_ticket() {
    let emulator = Emulator::fresh().await;
    emulator.fault("classify", r#"{"status":403}"#).await;
    let options = object(&[("classify", true.into())]);
    let error = error(upload(photo(), options, emulator.client()).await);
    assert_eq!(text(&error, "step"), "classify");
    let ticket = field(&error, "ticket");
    let upload_id = text(&ticket, "upload_id");
    let classification = classify(ticket, UNDEFINED, emulator.client()).await;
    assert_eq!(text(&classification.unwrap(), "upload_id"), upload_id);
}

#[wasm_bindgen_test]
async fn progress_says_what_an_upload_waits_for_and_what_its_attempt_has_sent() {
    let emulator = Emulator::fresh().await;
    let limited = r#"{"status":429,"headers":{"retry-after":"3"}}"#;
    emulator.fault("init", limited).await;
    emulator.fault("put", r#"{"status":503}"#).await;
    fast_clock();
    let reports = Array::new();
    let listener = Function::new_with_args("reports", "return (report) => reports.push(report)");
    let listener = listener.call1(&JsValue::UNDEFINED, &reports).unwrap();
    let options = object(&[("onProgress", listener)]);
    upload(photo(), options, client(&emulator)).await.unwrap();
    let mut waits = Vec::new();
    for report in reports.iter() {
        let fraction = number(&report, "fraction");
        assert!((0.0..=1.0).contains(&fraction), "{fraction}");
        if let Some(reason) = field(&report, "waiting").as_string() {
            assert!(number(&report, "waitingUntil") > 0.0);
            waits.push((text(&report, "phase"), reason));
        }
    }
    let expected = [("minting", "rate_limit"), ("uploading", "backoff")];
    assert_eq!(
        waits,
        expected.map(|(phase, reason)| (phase.into(), reason.into()))
    );
    let last = reports.get(reports.length() - 1);
    assert_eq!(number(&last, "fraction"), 1.0);
    assert_eq!(
        (number(&last, "attempt"), number(&last, "attemptLoaded")),
        (2.0, FRONT_JPG.len() as f64)
    );
}

#[wasm_bindgen_test]
async fn a_deadline_is_a_timeout_with_the_callers_number_whatever_it_interrupts() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    let options = || object(&[("deadlineMs", 3.into())]);
    for call in [
        init_upload(photo(), options(), client(&emulator)),
        upload(large_jpeg(9_000_000), options(), client(&emulator)),
    ] {
        let error = error(JsFuture::from(call).await);
        assert_eq!(text(&error, "code"), "timeout");
        assert!(text(&error, "message").contains("within 3 ms"));
    }
}

#[wasm_bindgen_test]
async fn progress_counts_the_bytes_of_a_file_that_says_it_has_none() {
    let emulator = Emulator::fresh().await;
    let ticket = ticket_with(&photo(), emulator.open_client()).await;
    let hide_size = Function::new_with_args(
        "file",
        "return Object.defineProperty(file, 'size', { value: 0 })",
    );
    let photo = hide_size.call1(&JsValue::UNDEFINED, &photo()).unwrap();
    let last = Array::new();
    let listener = Function::new_with_args("last", "return (report) => (last[0] = report)");
    let listener = listener.call1(&JsValue::UNDEFINED, &last).unwrap();
    let options = object(&[("onProgress", listener)]);
    let put = put_file(ticket, photo, options, emulator.open_client());
    put.await.unwrap();
    assert_eq!(number(&last.get(0), "fraction"), 1.0);
    assert_eq!(number(&last.get(0), "total"), FRONT_JPG.len() as f64);
}

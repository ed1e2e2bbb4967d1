//! Answers that are not the API's, the API's refusals, and no answer at all.

use aurous_web::{classify, create_character, init_upload, put_file};
use js_sys::JSON;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

/// Makes the call of a step, with arguments that pass.
async fn call(step: &str, client: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
    match step {
        "init" => init_upload(file(FRONT_JPG, "front.jpg"), options, client).await,
        "classify" => classify("upl_1".into(), options, client).await,
        _ => {
            let request = evaluate("({ name: 'A', upload_ids: ['upl_1'] })");
            create_character(request, options, client).await
        }
    }
}

const STEPS: [&str; 3] = ["init", "classify", "create"];

#[wasm_bindgen_test]
async fn an_accepted_call_without_a_readable_answer_fails_with_its_status_and_request_id() {
    let emulator = Emulator::fresh().await;
    for step in STEPS {
        for body in [
            "<!doctype html>",
            "",
            "{",
            "[]",
            "{}",
            "null",
            "7",
            r#"{"upload_id":7,"id":7}"#,
        ] {
            let headers = r#"{"aurous-request-id":"req_test","aurous-gateway":"1"}"#;
            let fault = format!(r#"{{"status":201,"headers":{headers},"body":{body:?}}}"#);
            for client in [emulator.open_client(), emulator.direct_client()] {
                emulator.fault(step, &fault).await;
                let error = error(call(step, client, UNDEFINED).await);
                let code = if step == "create" {
                    "create_outcome_unknown"
                } else {
                    "invalid_response"
                };
                assert_eq!(text(&error, "code"), code, "{step} {body}");
                assert_eq!(text(&error, "kind"), "api");
                assert_eq!(text(&error, "step"), step);
                assert_eq!(number(&error, "status"), 201.0);
                assert_eq!(text(&error, "requestId"), "req_test");
                assert_eq!(number(&error, "attempts"), 1.0);
            }
        }
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_lacks_one_documented_field_is_refused() {
    let emulator = Emulator::fresh().await;
    let ticket = r#"{"upload_id":"upl_1","upload_url":"https://upload.example/","upload_headers":{"Content-Type":"image/jpeg"},"expires_at":"2026-05-08T10:15:00Z"}"#;
    let classification = r#"{"upload_id":"upl_1","pose":"front","confidence":0.5}"#;
    let character = r#"{"id":"char_1","status":"ready","refs":[]}"#;
    for (step, whole) in [
        ("init", ticket),
        ("classify", classification),
        ("create", character),
    ] {
        let answered = async |body: String| {
            let fault = format!(r#"{{"status":200,"body":{body:?}}}"#);
            emulator.fault(step, &fault).await;
            call(step, emulator.direct_client(), UNDEFINED).await
        };
        assert!(answered(whole.into()).await.is_ok());
        let fields: js_sys::Object = JSON::parse(whole).unwrap().unchecked_into();
        for name in js_sys::Object::keys(&fields) {
            let name = name.as_string().unwrap();
            let lacking = with(JSON::parse(whole).unwrap(), &name, JsValue::NULL);
            let body = JSON::stringify(&lacking).unwrap();
            let error = error(answered(body.into()).await);
            assert_eq!(number(&error, "status"), 200.0, "{step} without {name}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_breaks_off_has_its_status_and_request_id() {
    let emulator = Emulator::fresh().await;
    for client in [emulator.open_client(), emulator.direct_client()] {
        emulator.fault("init", r#""truncate""#).await;
        let error = error(call("init", client, UNDEFINED).await);
        assert_eq!(text(&error, "code"), "invalid_response");
        assert_eq!(number(&error, "status"), 201.0);
        assert!(text(&error, "requestId").starts_with("req_"));
    }
}

#[wasm_bindgen_test]
async fn an_html_error_page_is_an_invalid_response_with_its_status() {
    let emulator = Emulator::fresh().await;
    for step in STEPS {
        for status in [400, 403, 500, 502, 503] {
            let fault = format!(
                r#"{{"status":{status},"headers":{{"aurous-request-id":"req_test"}},"body":"<h1>No</h1>","content_type":"text/html"}}"#
            );
            emulator.fault(step, &fault).await;
            let error = error(call(step, emulator.direct_client(), UNDEFINED).await);
            // Something in between may have passed the create on. No server carries out what it finds malformed.
            let is_open = step == "create" && status != 400;
            let code = if is_open {
                "create_outcome_unknown"
            } else {
                "invalid_response"
            };
            assert_eq!(text(&error, "code"), code, "{step} {status}");
            assert_eq!(number(&error, "status"), f64::from(status));
            assert_eq!(text(&error, "requestId"), "req_test");
            let retryable = status >= 500 && !is_open;
            assert_eq!(field(&error, "retryable"), JsValue::from(retryable));
        }
    }
}

#[wasm_bindgen_test]
async fn a_web_server_without_a_gateway_is_recognised() {
    let emulator = Emulator::fresh().await;
    let nowhere = with(emulator.client(), "baseUrl", "/nothing-is-mounted-here");
    for step in STEPS {
        let error = error(call(step, nowhere.clone(), UNDEFINED).await);
        assert_eq!(
            text(&error, "code"),
            "gateway_not_found",
            "{}",
            text(&error, "message")
        );
        assert_eq!(text(&error, "kind"), "gateway");
        assert!(text(&error, "message").contains("/nothing-is-mounted-here"));
    }
}

#[wasm_bindgen_test]
async fn the_apis_refusal_passes_through() {
    let emulator = Emulator::fresh().await;
    // A ticket with nothing PUT to it.
    let ticket = emulator.ticket(&file(FRONT_JPG, "front.jpg")).await;
    let error = error(classify(ticket, UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error, "code"), "upload_invalid");
    assert_eq!(text(&error, "kind"), "api");
    assert_eq!(text(&error, "type"), "invalid_request");
    assert_eq!(number(&error, "status"), 400.0);
    assert!(text(&error, "requestId").starts_with("req_"));
    assert!(text(&error, "docUrl").contains("upload_invalid"));
    assert_eq!(field(&error, "retryable"), JsValue::FALSE);
    assert_eq!(number(&error, "attempts"), 1.0);
}

#[wasm_bindgen_test]
async fn a_429_says_when_to_come_back() {
    let emulator = Emulator::fresh().await;
    emulator
        .fault("init", r#"{"status":429,"headers":{"retry-after":"7"}}"#)
        .await;
    let error = error(call("init", emulator.client(), UNDEFINED).await);
    assert_eq!(number(&error, "status"), 429.0);
    assert_eq!(number(&error, "retryAfterMs"), 7000.0);
    assert_eq!(field(&error, "retryable"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn no_answer_is_a_network_error_and_for_a_create_an_unknown_outcome() {
    let emulator = Emulator::fresh().await;
    let unreachable = with(emulator.client(), "baseUrl", "http://127.0.0.1:9/aurous");
    for step in STEPS {
        let error = error(call(step, unreachable.clone(), UNDEFINED).await);
        let code = if step == "create" {
            "create_outcome_unknown"
        } else {
            "network_error"
        };
        assert_eq!(text(&error, "code"), code);
        assert_eq!(text(&error, "kind"), "network");
        assert!(field(&error, "cause").is_object());
        assert!(field(&error, "status").is_undefined());
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come_in_time_is_a_timeout() {
    let emulator = Emulator::fresh().await;
    let options = object(&[("timeoutMs", 200.into())]);
    for step in STEPS {
        for fault in [r#""hang""#, r#""hang_after_headers""#] {
            emulator.fault(step, fault).await;
            let error = error(call(step, emulator.open_client(), options.clone()).await);
            let code = if step == "create" {
                "create_outcome_unknown"
            } else {
                "timeout"
            };
            assert_eq!(text(&error, "code"), code);
            assert_eq!(text(&error, "kind"), "timeout");
            assert!(text(&error, "message").contains("200 ms"));
        }
    }
}

#[wasm_bindgen_test]
async fn a_refusal_of_the_upload_host_has_the_same_code_with_a_gateway_and_without() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    for (status, code, gateways_status) in [
        (403, "upload_url_expired", 403),
        (413, "upload_too_large", 413),
        (500, "upload_failed", 502),
        (503, "upload_failed", 503),
    ] {
        for (client, answered) in [
            (emulator.open_client(), status),
            (emulator.client(), gateways_status),
        ] {
            let ticket = ticket_with(&photo(), client.clone()).await;
            emulator
                .fault("put", &format!(r#"{{"status":{status}}}"#))
                .await;
            let error = error(put_file(ticket, photo(), UNDEFINED, client).await);
            assert_eq!(text(&error, "code"), code);
            assert_eq!(text(&error, "kind"), "upload");
            assert_eq!(text(&error, "step"), "put");
            assert_eq!(number(&error, "status"), f64::from(answered));
            assert_eq!(field(&error, "retryable"), JsValue::from(status >= 500));
        }
    }
}

#[wasm_bindgen_test]
async fn a_file_over_the_limit_is_too_large() {
    let emulator = Emulator::fresh().await;
    let photo = large_jpeg(11_000_000);
    let ticket = emulator.ticket(&photo).await;
    let error = error(put_file(ticket, photo, UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error, "code"), "upload_too_large");
}

#[wasm_bindgen_test]
async fn a_put_that_stands_still_is_a_timeout() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    let ticket = emulator.ticket(&photo).await;
    emulator.fault("put", r#""hang""#).await;
    // The second that 33 kB take at 256 kbit/s is added to it.
    let options = object(&[("stallTimeoutMs", 100.into())]);
    let error = error(put_file(ticket, photo, options, emulator.client()).await);
    assert_eq!(text(&error, "code"), "timeout");
    assert_eq!(text(&error, "step"), "put");
}

#[wasm_bindgen_test]
async fn a_put_whose_connection_dies_is_a_network_error() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    let client = emulator.open_client();
    let ticket = ticket_with(&photo, client.clone()).await;
    // More than one, since Chromium sends the request again by itself.
    for _ in 0..5 {
        emulator.fault("put", r#""reset_before_body""#).await;
    }
    let error = error(put_file(ticket, photo, UNDEFINED, client).await);
    assert_eq!(text(&error, "code"), "network_error");
    let shown = format!("{}{:?}", text(&error, "message"), JSON::stringify(&error));
    assert!(!shown.contains("signature="), "{shown}");
}

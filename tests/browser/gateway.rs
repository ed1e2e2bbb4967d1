//! The gateway's own refusals, as a page sees them.

use aurous_web::{classify, create_character, init_upload, put_file};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

#[wasm_bindgen_test]
async fn an_id_that_is_not_the_visitors_is_not_found() {
    let emulator = Emulator::fresh().await;
    let error = error(classify("upl_1".into(), UNDEFINED, emulator.client()).await);
    assert_eq!(text(&error, "code"), "gateway_id_not_found");
    assert_eq!(text(&error, "kind"), "gateway");
    assert_eq!(text(&error, "step"), "classify");
    assert_eq!(number(&error, "status"), 404.0);
    assert_eq!(text(&error, "param"), "upload_id");
    assert!(text(&error, "requestId").starts_with("req_"));
    assert_eq!(field(&error, "retryable"), JsValue::FALSE);
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn no_visitor_can_mend_a_key_that_the_api_refuses() {
    let emulator = Emulator::fresh().await;
    let ask = evaluate("(() => { let n = 0; return () => `token-${globalThis.asked = ++n}`; })()");
    let client = with(emulator.client(), "sessionToken", ask);
    for status in [401, 403] {
        emulator
            .fault("init", &format!(r#"{{"status":{status}}}"#))
            .await;
        let photo = file(FRONT_JPG, "front.jpg");
        let error = error(init_upload(photo, UNDEFINED, client.clone()).await);
        assert_eq!(text(&error, "code"), "gateway_key_refused");
        assert_eq!(text(&error, "kind"), "gateway");
        assert_eq!(number(&error, "status"), 502.0);
        assert_eq!(field(&error, "retryable"), JsValue::FALSE);
        // No other token would help.
        assert_eq!(number(&error, "attempts"), 1.0);
    }
    assert_eq!(evaluate("globalThis.asked"), 2);
}

#[wasm_bindgen_test]
async fn a_put_is_retryable_where_the_upload_host_hangs_up_on_the_gateway() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    let ticket = emulator.ticket(&photo()).await;
    emulator.fault("put", r#""reset_before_body""#).await;
    let put = put_file(ticket.clone(), photo(), UNDEFINED, emulator.client());
    let error = error(put.await);
    assert_eq!(text(&error, "code"), "gateway_upstream_unreachable");
    assert_eq!(number(&error, "status"), 502.0);
    assert_eq!(field(&error, "retryable"), JsValue::TRUE);
    let put = put_file(ticket, photo(), UNDEFINED, emulator.client());
    assert!(put.await.is_ok());
}

#[wasm_bindgen_test]
async fn a_create_whose_answer_the_gateway_lost_is_found() {
    let emulator = Emulator::fresh().await;
    let ticket = emulator.uploaded(&file(FRONT_JPG, "front.jpg")).await;
    let fault = r#"{"reset_after_body":{"processed":true}}"#;
    emulator.fault("create", fault).await;
    let ids = js_sys::Array::of1(&field(&ticket, "upload_id"));
    let request = object(&[("name", "Aurora".into()), ("upload_ids", ids.into())]);
    let made = create_character(request, UNDEFINED, emulator.client());
    assert_eq!(text(&made.await.unwrap(), "status"), "ready");
}

#[wasm_bindgen_test]
async fn a_create_whose_answer_the_gateway_lost_has_an_unknown_outcome() {
    let emulator = Emulator::fresh().await;
    emulator.set(r#"{"echo_client_reference_id":false}"#).await;
    let ticket = emulator.uploaded(&file(FRONT_JPG, "front.jpg")).await;
    let fault = r#"{"reset_after_body":{"processed":true}}"#;
    emulator.fault("create", fault).await;
    let request = object(&[
        ("name", "Aurora".into()),
        (
            "upload_ids",
            js_sys::Array::of1(&field(&ticket, "upload_id")).into(),
        ),
    ]);
    let created = create_character(request, UNDEFINED, emulator.client());
    let error = error(created.await);
    assert_eq!(text(&error, "code"), "create_outcome_unknown");
    assert_eq!(text(&error, "kind"), "api");
    assert_eq!(text(&error, "step"), "create");
    assert_eq!(number(&error, "status"), 502.0);
    assert_eq!(field(&error, "retryable"), JsValue::FALSE);
}

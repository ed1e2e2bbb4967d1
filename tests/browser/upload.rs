//! `upload`: ticket, PUT and classification in one call.

use aurous_web::upload;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

async fn steps(emulator: &Emulator) -> Vec<String> {
    let log = emulator.log().await;
    log.iter().map(|it| text(it, "step")).collect()
}

#[wasm_bindgen_test]
async fn an_upload_resolves_to_the_ticket_the_facts_and_the_classification() {
    let emulator = Emulator::fresh().await;
    let options = object(&[("classify", true.into())]);
    let photo = file(PNG_NAMED_JPG, "png-named.jpg");
    let done = upload(photo, options, emulator.client()).await.unwrap();
    let image = field(&done, "image");
    assert_eq!(text(&image, "format"), "png");
    assert_eq!(text(&image, "contentType"), "image/png");
    assert_eq!(text(&image, "extension"), "png");
    assert_eq!(number(&image, "size"), PNG_NAMED_JPG.len() as f64);
    let classification = field(&done, "classification");
    assert_eq!(text(&classification, "pose"), "other");
    let id = text(&field(&done, "ticket"), "upload_id");
    assert_eq!(text(&classification, "upload_id"), id);
    assert_eq!(steps(&emulator).await, ["init", "put", "classify"]);
}

#[wasm_bindgen_test]
async fn an_upload_classifies_only_when_asked_to() {
    let emulator = Emulator::fresh().await;
    let photo = file(FRONT_JPG, "front.jpg");
    let done = upload(photo, UNDEFINED, emulator.client()).await.unwrap();
    assert!(field(&done, "classification").is_null());
    assert_eq!(steps(&emulator).await, ["init", "put"]);
}

#[wasm_bindgen_test]
async fn a_url_that_is_refused_is_replaced_once() {
    let emulator = Emulator::fresh().await;
    for client in [emulator.client(), emulator.open_client()] {
        let before = emulator.log().await.len();
        emulator.fault("put", r#"{"status":403}"#).await;
        let photo = file(FRONT_JPG, "front.jpg");
        let done = upload(photo.clone(), UNDEFINED, client.clone()).await;
        assert!(done.is_ok());
        let steps = steps(&emulator).await.split_off(before);
        assert_eq!(steps, ["init", "put", "init", "put"]);

        emulator.fault("put", r#"{"status":403}"#).await;
        emulator.fault("put", r#"{"status":403}"#).await;
        let error = error(upload(photo, UNDEFINED, client).await);
        assert_eq!(text(&error, "code"), "upload_url_expired");
        assert_eq!(text(&error, "step"), "put");
    }
}

#[wasm_bindgen_test]
async fn a_url_that_has_expired_is_replaced_once() {
    let emulator = Emulator::fresh().await;
    emulator.set(r#"{"upload_url_ttl_ms":0}"#).await;
    for (client, puts) in [(emulator.client(), 0), (emulator.open_client(), 2)] {
        let before = emulator.log().await.len();
        let photo = file(FRONT_JPG, "front.jpg");
        let error = error(upload(photo, UNDEFINED, client).await);
        assert_eq!(text(&error, "code"), "upload_url_expired");
        let steps = steps(&emulator).await.split_off(before);
        let count = |step: &str| steps.iter().filter(|it| *it == step).count();
        // A gateway knows that a URL has expired without asking the upload host.
        assert_eq!((count("init"), count("put")), (2, puts), "{steps:?}");
    }
}

#[wasm_bindgen_test]
async fn the_step_that_failed_is_named() {
    let emulator = Emulator::fresh().await;
    for step in ["init", "put", "classify"] {
        emulator.fault(step, r#"{"status":400}"#).await;
        let options = object(&[("classify", true.into())]);
        let photo = file(FRONT_JPG, "front.jpg");
        let error = error(upload(photo, options, emulator.open_client()).await);
        assert_eq!(text(&error, "step"), step);
        assert_eq!(number(&error, "attempts"), 1.0);
    }
}

#[wasm_bindgen_test]
async fn a_file_that_is_no_picture_is_refused_before_any_request() {
    let emulator = Emulator::fresh().await;
    let text_file = file(b"Dear diary", "diary.jpg");
    let refused = error(upload(text_file, UNDEFINED, emulator.client()).await);
    assert_eq!(text(&refused, "code"), "unsupported_file_type");
    for (name, value) in [
        ("classify", JsValue::from("yes")),
        ("snapshotBytes", JsValue::from(-1)),
        ("onProgress", JsValue::from("loud")),
        ("maxRetries", JsValue::from(1.5)),
        ("deadlineMs", JsValue::from(0)),
    ] {
        let options = object(&[(name, value)]);
        let photo = file(FRONT_JPG, "front.jpg");
        let result = upload(photo, options, emulator.client()).await;
        let error = error(result);
        assert_eq!(text(&error, "param"), ["options.", name].concat());
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_deadline_that_is_given_holds_for_the_whole_upload() {
    let emulator = Emulator::fresh().await;
    let clock = fast_clock();
    // Each step alone would be in time.
    emulator.fault("init", r#"{"delay_ms":150}"#).await;
    emulator.fault("put", r#"{"delay_ms":150}"#).await;
    let options = object(&[("deadlineMs", 20_000.into())]);
    let photo = file(FRONT_JPG, "front.jpg");
    let error = error(upload(photo, options, emulator.client()).await);
    assert_eq!(text(&error, "code"), "timeout");
    assert_eq!(text(&error, "step"), "put");
    assert_eq!(number(&field(&clock, "pending"), "size"), 0.0);
}

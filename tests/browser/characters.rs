//! The calls about characters that exist, through a gateway.

use aurous_web::{
    create_character, delete_character, get_character, list_characters, regenerate_ref,
    resynthesize_character, save_character, update_character, wait_for_character,
};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::retries::waits;
use crate::support::*;

/// Makes a character from a picture.
async fn character(emulator: &Emulator) -> JsValue {
    let ticket = emulator.uploaded(&file(FRONT_JPG, "front.jpg")).await;
    let ids = Array::of1(&field(&ticket, "upload_id"));
    let request = object(&[("name", "Aurora".into()), ("upload_ids", ids.into())]);
    create_character(request, UNDEFINED, emulator.client())
        .await
        .unwrap()
}

/// Has a character synthesized, which takes so many milliseconds.
async fn synthesized(emulator: &Emulator, details: &str, ms: u32) -> JsValue {
    emulator.set(&format!(r#"{{"synthesize_ms":{ms}}}"#)).await;
    let attributes = object(&[("additional_details", details.into())]);
    let request = object(&[
        ("name", "Aurora".into()),
        ("generate", JsValue::TRUE),
        ("attributes", attributes),
    ]);
    create_character(request, UNDEFINED, emulator.client())
        .await
        .unwrap()
}

/// Returns a client with the default number of retries: on a fast clock, a busy machine is out of time now and then.
fn patient_client(emulator: &Emulator) -> JsValue {
    with(emulator.client(), "maxRetries", JsValue::UNDEFINED)
}

async fn seen(emulator: &Emulator, step: &str) -> Vec<JsValue> {
    let log = emulator.log().await.into_iter();
    log.filter(|it| text(it, "step") == step).collect()
}

#[wasm_bindgen_test]
async fn a_character_is_got_by_its_id_or_by_itself() {
    let emulator = Emulator::fresh().await;
    let made = character(&emulator).await;
    for named in [made.clone(), field(&made, "id")] {
        let got = get_character(named, UNDEFINED, emulator.client());
        let got = got.await.unwrap();
        assert_eq!(text(&got, "id"), text(&made, "id"));
        assert_eq!(text(&got, "status"), "ready");
    }
}

#[wasm_bindgen_test]
async fn a_character_is_renamed_and_its_attributes_are_replaced() {
    let emulator = Emulator::fresh().await;
    let made = character(&emulator).await;
    let attributes = object(&[("hair_color", "black".into())]);
    let request = object(&[("name", "Borealis".into()), ("attributes", attributes)]);
    let changed = update_character(made, request, UNDEFINED, emulator.client());
    let changed = changed.await.unwrap();
    assert_eq!(text(&changed, "name"), "Borealis");
    assert_eq!(text(&field(&changed, "attributes"), "hair_color"), "black");
}

#[wasm_bindgen_test]
async fn a_character_is_deleted_once() {
    let emulator = Emulator::fresh().await;
    let made = character(&emulator).await;
    let deleted = delete_character(made.clone(), UNDEFINED, emulator.client());
    let deleted = deleted.await.unwrap();
    assert_eq!(text(&deleted, "id"), text(&made, "id"));
    assert_eq!(field(&deleted, "deleted"), JsValue::TRUE);
    let again = delete_character(made, UNDEFINED, emulator.client());
    assert_eq!(text(&error(again.await), "code"), "resource_not_found");
}

#[wasm_bindgen_test]
async fn a_delete_whose_answer_is_lost_succeeds_all_the_same() {
    let emulator = Emulator::fresh().await;
    let made = character(&emulator).await;
    fast_clock();
    let fault = r#"{"reset_after_body":{"processed":true}}"#;
    emulator.fault("delete", fault).await;
    let deleted = delete_character(made.clone(), UNDEFINED, patient_client(&emulator));
    let deleted = deleted.await.unwrap();
    assert_eq!(text(&deleted, "id"), text(&made, "id"));
    assert_eq!(field(&deleted, "deleted"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn pages_of_the_list_follow_one_another() {
    let emulator = Emulator::fresh().await;
    let first = character(&emulator).await;
    let second = character(&emulator).await;
    let page = list_characters(object(&[("limit", 1.into())]), UNDEFINED, emulator.client());
    let page = page.await.unwrap();
    assert_eq!(field(&page, "has_more"), JsValue::TRUE);
    let newest = Array::from(&field(&page, "data")).get(0);
    assert_eq!(text(&newest, "id"), text(&second, "id"));
    let rest = object(&[("starting_after", field(&page, "next_cursor"))]);
    let rest = list_characters(rest, UNDEFINED, emulator.client());
    let rest = rest.await.unwrap();
    let oldest = Array::from(&field(&rest, "data")).get(0);
    assert_eq!(text(&oldest, "id"), text(&first, "id"));
    assert_eq!(field(&rest, "has_more"), JsValue::FALSE);
}

#[wasm_bindgen_test]
async fn a_wait_shows_each_look_and_ends_when_the_pictures_are_made() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "", 100).await;
    assert_eq!(text(&made, "status"), "synthesizing");
    let clock = fast_clock();
    evaluate("globalThis.looks = []");
    let on_update = evaluate("(character) => looks.push(character.status)");
    let options = object(&[("onUpdate", on_update)]);
    let character = wait_for_character(made, options, patient_client(&emulator));
    let character = character.await.unwrap();
    assert_eq!(text(&character, "status"), "ready");
    assert_eq!(Array::from(&field(&character, "refs")).length(), 4);
    let looks = Array::from(&evaluate("looks"));
    assert!(looks.length() > 0);
    assert!(looks.iter().all(|it| it == "synthesizing"));
    assert_eq!(waits(&clock)[0], 2_000.0);
    assert!(seen(&emulator, "get").await.len() as u32 > looks.length());
}

#[wasm_bindgen_test]
async fn a_character_whose_pictures_could_not_be_made_is_a_result() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "[fail]", 1).await;
    fast_clock();
    let character = wait_for_character(made, UNDEFINED, patient_client(&emulator));
    let character = character.await.unwrap();
    assert_eq!(text(&character, "status"), "failed");
    assert!(!text(&character, "error_message").is_empty());
}

#[wasm_bindgen_test]
async fn a_wait_ends_at_its_deadline_and_says_so() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "", 60_000).await;
    fast_clock();
    let options = object(&[("deadlineMs", 20_000.into())]);
    let error = error(wait_for_character(made, options, patient_client(&emulator)).await);
    assert_eq!(text(&error, "code"), "timeout");
    assert_eq!(text(&error, "step"), "wait");
    assert_eq!(field(&error, "retryable"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn a_cancelled_wait_rejects_with_its_reason() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "", 60_000).await;
    evaluate("globalThis.controller = new AbortController()");
    evaluate("globalThis.reason = {}");
    let on_update = evaluate("() => controller.abort(reason)");
    let options = object(&[
        ("onUpdate", on_update),
        ("signal", evaluate("controller.signal")),
    ]);
    let wait = wait_for_character(made, options, emulator.client());
    assert_eq!(wait.await.unwrap_err(), evaluate("reason"));
}

#[wasm_bindgen_test]
async fn a_hidden_page_looks_no_more_until_it_is_seen() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "", 60_000).await;
    fast_clock();
    let hide = "({ value: 'visible', configurable: true, writable: true })";
    evaluate(&format!(
        "Object.defineProperty(document, 'visibilityState', {hide})"
    ));
    let on_update = evaluate("() => (document.visibilityState = 'hidden')");
    let options = object(&[("onUpdate", on_update)]);
    let wait = wait_for_character(made, options, patient_client(&emulator));
    emulator.seen("get").await;
    // Two seconds on the page's clock are 20 ms.
    for _ in 0..30 {
        assert_eq!(seen(&emulator, "get").await.len(), 1);
    }
    let advance = r#"{"advance_ms":60000}"#;
    emulator
        .control("POST", "/clock", Some(advance.to_owned()))
        .await;
    evaluate("delete document.visibilityState");
    evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    assert_eq!(text(&wait.await.unwrap(), "status"), "ready");
    assert_eq!(seen(&emulator, "get").await.len(), 2);
}

#[wasm_bindgen_test]
async fn pictures_are_made_again_and_paid_for_once() {
    let emulator = Emulator::fresh().await;
    let made = synthesized(&emulator, "", 1).await;
    fast_clock();
    let character = wait_for_character(made, UNDEFINED, patient_client(&emulator));
    let character = character.await.unwrap();
    for step in ["regenerate", "resynthesize"] {
        let fault = r#"{"reset_after_body":{"processed":true}}"#;
        emulator.fault(step, fault).await;
        let (character, client) = (character.clone(), patient_client(&emulator));
        let begun = if step == "regenerate" {
            let request = object(&[("pose", "side".into())]);
            regenerate_ref(character.clone(), request, UNDEFINED, client).await
        } else {
            resynthesize_character(character.clone(), UNDEFINED, UNDEFINED, client).await
        };
        assert_eq!(
            text(&begun.unwrap(), "id"),
            text(&character, "id"),
            "{step}"
        );
        let requests = seen(&emulator, step).await;
        let mut keys: Vec<_> = requests
            .iter()
            .map(|it| header(it, "idempotency-key"))
            .collect();
        keys.dedup();
        assert_eq!((requests.len(), keys.len()), (2, 1), "{step}");
        let settled = wait_for_character(character, UNDEFINED, patient_client(&emulator));
        assert_eq!(text(&settled.await.unwrap(), "status"), "ready");
    }
}

#[wasm_bindgen_test]
async fn a_team_without_credits_is_told_so() {
    let emulator = Emulator::fresh().await;
    let made = character(&emulator).await;
    emulator.set(r#"{"credits":0}"#).await;
    let request = object(&[("pose", "front".into())]);
    let refused = regenerate_ref(made, request, UNDEFINED, emulator.client());
    let error = error(refused.await);
    assert_eq!(number(&error, "status"), 402.0);
    assert_eq!(text(&error, "step"), "regenerate");
    assert_eq!(field(&error, "retryable"), JsValue::FALSE);
}

#[wasm_bindgen_test]
async fn a_character_in_review_is_saved() {
    let emulator = Emulator::fresh().await;
    emulator.set(r#"{"review_step":true}"#).await;
    let made = synthesized(&emulator, "", 1).await;
    fast_clock();
    let character = wait_for_character(made, UNDEFINED, patient_client(&emulator));
    let character = character.await.unwrap();
    assert_eq!(text(&character, "status"), "reviewing");
    for _ in 0..2 {
        let saved = save_character(character.clone(), UNDEFINED, patient_client(&emulator));
        assert_eq!(text(&saved.await.unwrap(), "status"), "ready");
    }
}

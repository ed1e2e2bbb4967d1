//! Creating a character: once, and never reported as failed where it may have been made.

use aurous_web::create_character;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::retries::{abort, client, count, photo, waits};
use crate::support::*;

async fn character_of(ids: &[&str], client: JsValue) -> Result<JsValue, JsValue> {
    create_character(request(ids), UNDEFINED, client).await
}

fn request(ids: &[&str]) -> JsValue {
    let ids: Array = ids.iter().map(|id| JsValue::from(*id)).collect();
    object(&[("name", "Aurora".into()), ("upload_ids", ids.into())])
}

#[wasm_bindgen_test]
async fn a_key_in_use_is_waited_for_with_the_same_key() {
    let emulator = Emulator::fresh().await;
    let ticket = uploaded_with(&photo(), client(&emulator)).await;
    let clock = fast_clock();
    let body = r#"{"error":{"code":"idempotency_key_in_use","message":"Later.","type":"invalid_request"}}"#;
    for _ in 0..3 {
        emulator
            .fault("create", &format!(r#"{{"status":409,"body":{body:?}}}"#))
            .await;
    }
    let id = text(&ticket, "upload_id");
    character_of(&[&id], client(&emulator)).await.unwrap();
    assert_eq!(waits(&clock), [500.0, 1_000.0, 2_000.0]);
    let log = emulator.log().await;
    let creates = log.iter().filter(|it| text(it, "step") == "create");
    let mut keys: Vec<_> = creates.map(|it| header(it, "idempotency-key")).collect();
    keys.dedup();
    assert_eq!(keys.len(), 1);
}

#[wasm_bindgen_test]
async fn a_create_whose_answer_is_lost_is_asked_for_again_and_made_once() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    for fault in [
        r#"{"reset_after_body":{"processed":true}}"#,
        r#""hang_after_headers""#,
    ] {
        let ticket = uploaded_with(&photo(), client(&emulator)).await;
        emulator.fault("create", fault).await;
        let id = text(&ticket, "upload_id");
        character_of(&[&id], client(&emulator)).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn without_idempotency_a_lost_create_is_never_reported_as_failed() {
    let emulator = Emulator::fresh().await;
    emulator
        .set(r#"{"honour_idempotency_key_on_create":false}"#)
        .await;
    fast_clock();
    let ticket = uploaded_with(&photo(), client(&emulator)).await;
    emulator.fault("create", r#""hang_after_headers""#).await;
    let id = text(&ticket, "upload_id");
    let error = error(character_of(&[&id], client(&emulator)).await);
    assert_eq!(text(&error, "code"), "create_outcome_unknown");
    assert_eq!(number(&error, "status"), 400.0);
    assert_eq!(number(&error, "attempts"), 2.0);
}

#[wasm_bindgen_test]
async fn good_tickets_that_are_refused_may_have_been_used_up_unseen() {
    let emulator = Emulator::fresh().await;
    let refused =
        r#"{"status":400,"body":"{\"error\":{\"code\":\"upload_invalid\",\"message\":\"No.\"}}"}"#;
    let filled = text(
        &uploaded_with(&photo(), client(&emulator)).await,
        "upload_id",
    );
    let empty = text(&ticket_with(&photo(), client(&emulator)).await, "upload_id");
    for (ids, code) in [
        (&[filled.as_str()][..], "create_outcome_unknown"),
        (&[filled.as_str(), empty.as_str()], "upload_invalid"),
        (&["upl_of_somebody_else"], "upload_invalid"),
    ] {
        emulator.fault("create", refused).await;
        let error = error(character_of(ids, client(&emulator)).await);
        assert_eq!(text(&error, "code"), code, "{ids:?}");
    }
    // The page knows of a ticket that a create of its own has spent.
    character_of(&[&filled], client(&emulator)).await.unwrap();
    let error = error(character_of(&[&filled], client(&emulator)).await);
    assert_eq!(text(&error, "code"), "upload_invalid");
}

#[wasm_bindgen_test]
async fn a_create_that_the_browser_sent_again_by_itself_is_never_reported_as_failed() {
    let emulator = Emulator::fresh().await;
    emulator
        .set(r#"{"honour_idempotency_key_on_create":false}"#)
        .await;
    let ticket = uploaded_with(&photo(), client(&emulator)).await;
    // On a connection that was used before, Chromium and Firefox send it again and show the second
    // answer alone. WebKit leaves that to the SDK.
    let lost = r#"{"reset_after_body":{"processed":true}}"#;
    emulator.fault("create", lost).await;
    let id = text(&ticket, "upload_id");
    let error = error(character_of(&[&id], client(&emulator)).await);
    assert_eq!(text(&error, "code"), "create_outcome_unknown");
    assert_eq!(count(&emulator, "create").await, 2);
}

#[wasm_bindgen_test]
async fn a_create_that_costs_credits_is_not_sent_again_once_it_may_have_been_carried_out() {
    let emulator = Emulator::fresh().await;
    emulator.set(r#"{"echo_client_reference_id":false}"#).await;
    fast_clock();
    let request = || evaluate("({ name: 'A', generate: true, attributes: { age: 30 } })");
    for fault in [
        r#"{"status":500}"#,
        r#"{"status":504}"#,
        r#""hang_after_headers""#,
        r#"{"body":{"status":201,"body":"{"}}"#,
    ] {
        let before = count(&emulator, "create").await;
        emulator.fault("create", fault).await;
        let error = error(create_character(request(), UNDEFINED, emulator_direct(&emulator)).await);
        assert_eq!(text(&error, "code"), "create_outcome_unknown", "{fault}");
        assert_eq!(count(&emulator, "create").await, before + 1, "{fault}");
    }
    emulator.fault("create", r#"{"status":503}"#).await;
    assert!(
        create_character(request(), UNDEFINED, emulator_direct(&emulator))
            .await
            .is_ok()
    );
}

#[wasm_bindgen_test]
async fn a_create_straight_to_the_api_whose_answer_is_lost_is_found_by_its_reference() {
    let emulator = Emulator::fresh().await;
    fast_clock();
    let fault = r#"{"reset_after_body":{"processed":true}}"#;
    emulator.fault("create", fault).await;
    emulator
        .set(r#"{"honour_idempotency_key_on_create":false}"#)
        .await;
    let request = evaluate("({ name: 'A', generate: true, attributes: { age: 30 } })");
    let made = create_character(request, UNDEFINED, emulator_direct(&emulator));
    let made = made.await.unwrap();
    assert!(text(&made, "client_reference_id").starts_with("aurous-"));
}

fn emulator_direct(emulator: &Emulator) -> JsValue {
    with(emulator.direct_client(), "maxRetries", JsValue::UNDEFINED)
}

#[wasm_bindgen_test]
async fn identical_creates_at_the_same_time_are_one() {
    let emulator = Emulator::fresh().await;
    let id = text(
        &uploaded_with(&photo(), client(&emulator)).await,
        "upload_id",
    );
    let client = client(&emulator);
    let create = || create_character(request(&[&id]), UNDEFINED, client.clone());
    let made = JsFuture::from(Promise::all(&Array::of2(&create(), &create())))
        .await
        .unwrap()
        .unchecked_into::<Array>();
    assert_eq!(text(&made.get(0), "id"), text(&made.get(1), "id"));
    assert_eq!(count(&emulator, "create").await, 1);
    // A later create is another one.
    let error = error(create().await);
    assert_eq!(text(&error, "code"), "upload_invalid");
}

#[wasm_bindgen_test]
async fn a_caller_that_cancels_a_shared_create_leaves_it_to_the_others() {
    let emulator = Emulator::fresh().await;
    let id = text(
        &uploaded_with(&photo(), client(&emulator)).await,
        "upload_id",
    );
    let client = client(&emulator);
    emulator.fault("create", r#"{"delay_ms":500}"#).await;
    let controller = counted_controller();
    let options = object(&[("signal", field(&controller, "signal"))]);
    let cancelled = create_character(request(&[&id]), options, client.clone());
    let other = create_character(request(&[&id]), UNDEFINED, client.clone());
    emulator.seen("create").await;
    let reason = abort(&controller);
    assert!(js_sys::Object::is(
        &JsFuture::from(cancelled).await.unwrap_err(),
        &reason
    ));
    assert_eq!(number(&controller, "listeners"), 0.0);
    assert_eq!(
        text(&JsFuture::from(other).await.unwrap(), "status"),
        "ready"
    );
    assert_eq!(count(&emulator, "create").await, 1);
}

#[wasm_bindgen_test]
async fn a_shared_create_that_all_have_cancelled_ends() {
    let emulator = Emulator::fresh().await;
    let client = client(&emulator);
    emulator.fault("create", r#""hang_during_body""#).await;
    let controllers = [counted_controller(), counted_controller()];
    let calls = controllers.each_ref().map(|it| {
        let options = object(&[("signal", field(it, "signal"))]);
        create_character(request(&["upl_1"]), options, client.clone())
    });
    emulator.seen("create").await;
    for (controller, call) in controllers.iter().zip(calls) {
        let reason = abort(controller);
        assert!(js_sys::Object::is(
            &JsFuture::from(call).await.unwrap_err(),
            &reason
        ));
    }
    // The next create is another one.
    let error = error(character_of(&["upl_1"], client).await);
    assert_eq!(text(&error, "code"), "upload_invalid");
    assert_eq!(count(&emulator, "create").await, 2);
}

use aurous_emulator::{Fault, Operation, RuntimeSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, send, text};

async fn keyed(stage: &Stage, key: &str, path: &str, body: Value) -> Answer {
    let request = stage.request(Method::POST, path).json(&body);
    send(request.header("Idempotency-Key", key)).await
}

async fn create(stage: &Stage, key: &str, body: &Value) -> Answer {
    keyed(stage, key, "/v1/characters", body.clone()).await
}

async fn upload_body(stage: &Stage) -> Value {
    json!({ "name": "A", "upload_ids": [stage.uploaded("front.jpg").await] })
}

async fn count(stage: &Stage) -> usize {
    let list = stage.get("/v1/characters").await.json();
    list["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer() {
    let stage = Stage::new().await;
    let body = upload_body(&stage).await;
    let first = create(&stage, "k1", &body).await;
    assert_eq!(
        (first.status, first.header("aurous-idempotent-replayed")),
        (201, "")
    );
    let again = create(&stage, "k1", &body).await;
    assert_eq!(again.status, 201);
    assert_eq!(again.header("aurous-idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_ne!(
        again.header("aurous-request-id"),
        first.header("aurous-request-id")
    );
    assert_eq!(count(&stage).await, 1);
}

#[tokio::test]
async fn a_key_is_remembered_for_a_day() {
    let stage = Stage::new().await;
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    create(&stage, "k1", &body).await;
    stage.advance_ms(24 * 3_600_000 - 5000);
    create(&stage, "k1", &body).await;
    assert_eq!(count(&stage).await, 1);
    stage.advance_ms(5000);
    create(&stage, "k1", &body).await;
    assert_eq!(count(&stage).await, 2);
}

#[tokio::test]
async fn another_body_or_route_under_the_key_is_409() {
    let stage = Stage::new().await;
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    let created = create(&stage, "k1", &body).await.json();
    let other = json!({ "name": "B", "generate": true, "attributes": {} });
    let answer = create(&stage, "k1", &other).await;
    answer.assert_error(409, "idempotency_key_in_use", None);
    let path = format!("/v1/characters/{}/resynthesize", text(&created["id"]));
    let answer = keyed(&stage, "k1", &path, body).await;
    answer.assert_error(409, "idempotency_key_in_use", None);
}

#[tokio::test]
async fn a_key_in_flight_is_409() {
    let stage = Stage::new().await;
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    stage
        .emulator
        .inject(Fault::Delay(600_000).on(Operation::Create));
    let second = async {
        // The first request is admitted once it has taken its token.
        while stage.synthesize_tokens().await == "12" {}
        create(&stage, "k1", &body).await
    };
    let answer = tokio::select! {
        first = create(&stage, "k1", &body) => first,
        second = second => second,
    };
    answer.assert_error(409, "idempotency_key_in_use", None);
}

#[tokio::test]
async fn a_regenerate_or_resynthesize_in_flight_is_409() {
    for (operation, path, body) in [
        (
            Operation::Regenerate,
            "refs/regenerate",
            json!({ "pose": "front" }),
        ),
        (Operation::Resynthesize, "resynthesize", json!({})),
    ] {
        let stage = Stage::new().await;
        let id = stage.character("A").await;
        let path = format!("/v1/characters/{id}/{path}");
        stage.emulator.inject(Fault::Delay(600_000).on(operation));
        // Takes no token, and the fault does not strike it.
        let tokens = async || {
            let request = stage.request(Method::POST, "/v1/characters");
            let request = request.header("Aurous-Version", "not a version");
            let answer = send(request.json(&json!({ "generate": true }))).await;
            answer.header("x-ratelimit-remaining").to_owned()
        };
        let second = async {
            // The first request is admitted once it has taken its token.
            while tokens().await == "12" {}
            keyed(&stage, "k1", &path, body.clone()).await
        };
        let answer = tokio::select! {
            first = keyed(&stage, "k1", &path, body.clone()) => first,
            second = second => second,
        };
        answer.assert_error(409, "idempotency_key_in_use", None);
    }
}

#[tokio::test]
async fn a_failed_create_frees_its_key() {
    let stage = Stage::new().await;
    let mut body = json!({ "name": "A", "upload_ids": ["upl_unknown"] });
    assert_eq!(create(&stage, "k1", &body).await.status, 400);
    body = upload_body(&stage).await;
    assert_eq!(create(&stage, "k1", &body).await.status, 201);
}

#[tokio::test]
async fn another_teams_key_is_another_key() {
    let stage = Stage::new().await;
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    create(&stage, "k1", &body).await;
    let other = create(&stage.other_team(), "k1", &body).await;
    assert_eq!(other.header("aurous-idempotent-replayed"), "");
}

#[tokio::test]
async fn regenerate_and_resynthesize_honour_the_key_and_pay_once() {
    let stage = Stage::with(RuntimeSettings {
        credits: 9,
        ..RuntimeSettings::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await; // 4 of 9
    stage.advance_ms(30_000);
    let path = format!("/v1/characters/{id}/refs/regenerate");
    let body = json!({ "pose": "front" });
    for _ in 0..3 {
        let answer = keyed(&stage, "k1", &path, body.clone()).await; // 5 of 9
        assert_eq!(answer.status, 200);
    }
    stage.advance_ms(30_000);
    let path = format!("/v1/characters/{id}/resynthesize");
    for _ in 0..3 {
        let answer = keyed(&stage, "k2", &path, json!({})).await; // 9 of 9
        assert_eq!(answer.status, 200);
    }
    let other = keyed(&stage, "k2", &path, json!({ "force_all": true })).await;
    other.assert_error(409, "idempotency_key_in_use", None);
}

#[tokio::test]
async fn a_regenerate_without_credits_frees_its_key() {
    let stage = Stage::with(RuntimeSettings {
        credits: 0,
        ..RuntimeSettings::default()
    })
    .await;
    let id = stage.character("A").await;
    let path = format!("/v1/characters/{id}/refs/regenerate");
    let body = json!({ "pose": "front" });
    let short = keyed(&stage, "k1", &path, body.clone()).await;
    short.assert_error(402, "insufficient_credits", None);
    stage.emulator.change_settings(|it| it.credits = 1);
    let paid = keyed(&stage, "k1", &path, body).await;
    assert_eq!(
        (paid.status, paid.header("aurous-idempotent-replayed")),
        (200, "")
    );
}

#[tokio::test]
async fn a_key_is_1_to_256_characters() {
    let stage = Stage::new().await;
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    for bad in ["", &"k".repeat(257)] {
        let answer = create(&stage, bad, &body).await;
        answer.assert_error(400, "invalid_format", Some("Idempotency-Key"));
    }
    assert_eq!(create(&stage, &"k".repeat(256), &body).await.status, 201);
}

#[tokio::test]
async fn create_can_ignore_the_key_since_the_vendor_does_not_document_it() {
    let stage = Stage::with(RuntimeSettings {
        honour_idempotency_key_on_create: false,
        ..RuntimeSettings::default()
    })
    .await;
    let body = upload_body(&stage).await;
    assert_eq!(create(&stage, "k1", &body).await.status, 201);
    let again = create(&stage, "k1", &body).await;
    again.assert_error(400, "upload_invalid", Some("upload_ids"));
}

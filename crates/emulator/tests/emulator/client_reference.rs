//! `client_reference_id`: the caller's own name for a character.

use aurous_emulator::RuntimeSettings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, send, text};

/// Returns the body of a create in each flow.
async fn bodies(stage: &Stage) -> [Value; 2] {
    let upload = stage.uploaded("front.jpg").await;
    [
        json!({ "name": "A", "upload_ids": [upload] }),
        json!({ "name": "A", "generate": true, "attributes": {} }),
    ]
}

fn with_reference(mut body: Value, reference: Value) -> Value {
    body["client_reference_id"] = reference;
    body
}

#[tokio::test]
async fn every_response_with_a_character_has_the_reference_of_its_create() {
    let stage = Stage::new().await;
    for body in bodies(&stage).await {
        let created = stage.create(with_reference(body, json!("order 7"))).await;
        assert_eq!(created.status, 201);
        let created = created.json();
        let id = text(&created["id"]);
        stage.advance_ms(30_000);
        let listed = stage.get("/v1/characters?limit=1").await.json();
        let path = format!("/v1/characters/{id}");
        for character in [
            &created,
            &stage.fetched(id).await,
            &listed["data"][0],
            &stage.patch(&path, r#"{"name":"B"}"#).await.json(),
            &stage.save(id).await.json(),
            &stage.resynthesize(id, json!({})).await.json(),
        ] {
            assert_eq!(character["client_reference_id"], "order 7", "{character}");
        }
    }
}

#[tokio::test]
async fn the_response_to_the_create_alone_has_it_if_the_echo_is_off() {
    let stage = Stage::with(RuntimeSettings {
        echo_client_reference_id: false,
        ..RuntimeSettings::default()
    })
    .await;
    for body in bodies(&stage).await {
        let created = stage.create(with_reference(body, json!("order 7"))).await;
        let created = created.json();
        assert_eq!(created["client_reference_id"], "order 7");
        let fetched = stage.fetched(text(&created["id"])).await;
        let listed = stage.get("/v1/characters?limit=1").await.json();
        for character in [&fetched, &listed["data"][0]] {
            assert_eq!(character["id"], created["id"]);
            assert_eq!(character.get("client_reference_id"), None);
        }
    }
}

#[tokio::test]
async fn a_create_without_a_reference_makes_a_character_without_one() {
    let stage = Stage::new().await;
    let [without, null] = bodies(&stage).await;
    for body in [without, with_reference(null, Value::Null)] {
        let created = stage.create(body).await;
        assert_eq!(created.status, 201);
        let created = created.json();
        assert_eq!(created.get("client_reference_id"), None);
        let fetched = stage.fetched(text(&created["id"])).await;
        assert_eq!(fetched.get("client_reference_id"), None);
    }
}

#[tokio::test]
async fn a_reference_is_a_text_of_at_most_256_characters() {
    let stage = Stage::new().await;
    for body in bodies(&stage).await {
        for (bad, code) in [
            (json!("é".repeat(257)), "value_out_of_range"),
            (json!(7), "invalid_format"),
            (json!(["order 7"]), "invalid_format"),
        ] {
            let answer = stage.create(with_reference(body.clone(), bad)).await;
            answer.assert_error(400, code, Some("client_reference_id"));
        }
        // The refusals consumed no upload.
        let longest = json!("é".repeat(256));
        let created = stage.create(with_reference(body, longest.clone())).await;
        assert_eq!(created.status, 201);
        assert_eq!(created.json()["client_reference_id"], longest);
    }
}

#[tokio::test]
async fn a_patch_cannot_change_the_reference() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    let path = format!("/v1/characters/{id}");
    let answer = stage.patch(&path, r#"{"client_reference_id":"x"}"#).await;
    answer.assert_error(400, "invalid_request", Some("client_reference_id"));
}

#[tokio::test]
async fn a_replayed_create_has_the_reference_and_another_reference_is_another_body() {
    let stage = Stage::new().await;
    let [body, _] = bodies(&stage).await;
    let create = async |reference: &str| {
        let body = with_reference(body.clone(), json!(reference));
        let request = stage.request(Method::POST, "/v1/characters").json(&body);
        send(request.header("Idempotency-Key", "k1")).await
    };
    let first = create("order 7").await;
    let again = create("order 7").await;
    assert_eq!(again.header("aurous-idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    assert_eq!(again.json()["client_reference_id"], "order 7");
    let other = create("order 8").await;
    other.assert_error(409, "idempotency_key_in_use", None);
}

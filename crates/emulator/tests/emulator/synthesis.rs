//! The synthesize flow, by the newer of the vendor's two descriptions: without a review.

use aurous_emulator::RuntimeSettings;
use serde_json::{Value, json};

use crate::stage::{Stage, send, text};

#[tokio::test]
async fn a_synthesis_begins_at_the_create_and_ends_in_ready() {
    let stage = Stage::new().await;
    let body = json!({ "name": "Aurora", "generate": true, "attributes": { "age": 28 } });
    let created = stage.create(body).await;
    assert_eq!(created.status, 201);
    let created = created.json();
    assert_eq!(created["status"], "synthesizing");
    assert_eq!(created["refs"], json!([]));
    let id = text(&created["id"]);

    stage.advance_ms(25_000);
    assert_eq!(stage.status_of(id).await, "synthesizing");
    stage.advance_ms(5000);
    let character = stage.fetched(id).await;
    assert_eq!(character["status"], "ready");
    assert_eq!(character["error_message"], Value::Null);
    let poses = character["refs"].as_array().unwrap().iter();
    let poses: Vec<_> = poses.map(|it| text(&it["pose"])).collect();
    assert_eq!(poses, ["portrait", "front", "side", "back"]);
}

#[tokio::test]
async fn a_save_is_refused_until_a_character_is_ready_and_then_changes_nothing() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({})).await;
    let early = stage.save(&id).await;
    early.assert_error(400, "invalid_request", None);
    stage.advance_ms(30_000);
    let ready = stage.fetched(&id).await;
    for _ in 0..2 {
        let saved = stage.save(&id).await;
        assert_eq!(saved.status, 200);
        let saved = saved.json();
        assert_eq!(saved["status"], "ready");
        assert_eq!(saved["updated_at"], ready["updated_at"]);
    }
}

#[tokio::test]
async fn a_synthesis_that_takes_no_time_is_synthesizing_in_its_response_alone() {
    let stage = Stage::with(RuntimeSettings {
        synthesize_ms: 0,
        ..RuntimeSettings::default()
    })
    .await;
    let body = json!({ "name": "Aurora", "generate": true, "attributes": {} });
    let created = stage.create(body).await.json();
    assert_eq!(created["status"], "synthesizing");
    let id = text(&created["id"]);
    assert_eq!(stage.status_of(id).await, "ready");
    // The second call succeeds only if the first synthesis has ended.
    for answer in [
        stage.regenerate(id, json!({ "pose": "front" })).await,
        stage.resynthesize(id, json!({})).await,
    ] {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["status"], "synthesizing");
    }
    assert_eq!(stage.status_of(id).await, "ready");
}

#[tokio::test]
async fn a_synthesis_that_is_asked_to_fail_ends_with_a_code_and_can_be_tried_again() {
    let stage = Stage::new().await;
    let id = stage
        .synthesized(json!({ "additional_details": "please [fail]" }))
        .await;
    assert_eq!(stage.status_of(&id).await, "synthesizing");
    stage.advance_ms(30_000);
    let character = stage.fetched(&id).await;
    assert_eq!(character["status"], "failed");
    assert_eq!(character["error_message"], "synthesis_failed");
    let saved = stage.save(&id).await;
    saved.assert_error(400, "invalid_request", None);

    stage
        .patch(&format!("/v1/characters/{id}"), r#"{"attributes":{}}"#)
        .await;
    let again = stage.resynthesize(&id, json!({})).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["error_message"], Value::Null);
    stage.advance_ms(30_000);
    let character = stage.fetched(&id).await;
    assert_eq!(character["status"], "ready");
    assert_eq!(character["error_message"], Value::Null);
}

#[tokio::test]
async fn a_regenerated_ref_is_another_picture_at_the_same_index() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({})).await;
    stage.advance_ms(30_000);
    let picture = async |index: usize| {
        let character = stage.fetched(&id).await;
        send(stage.http.get(text(&character["refs"][index]["url"])))
            .await
            .body
    };
    let (front, side) = (picture(1).await, picture(2).await);

    let body = json!({ "pose": "side", "prompt_override": "smiling" });
    let answer = stage.regenerate(&id, body).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("synthesizing"))
    );
    stage.advance_ms(30_000);
    assert_eq!(stage.status_of(&id).await, "ready");
    assert_eq!(picture(1).await, front);
    assert_ne!(picture(2).await, side);
}

#[tokio::test]
async fn each_of_the_four_poses_can_be_regenerated() {
    let stage = Stage::with(RuntimeSettings {
        synthesize_ms: 0,
        ..RuntimeSettings::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await;
    for pose in ["portrait", "front", "side", "back"] {
        let answer = stage.regenerate(&id, json!({ "pose": pose })).await;
        assert_eq!(answer.status, 200, "{pose}");
    }
}

#[tokio::test]
async fn a_bad_field_of_a_regenerate_or_resynthesize_is_named() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    for (body, code, param) in [
        (json!({}), "missing_field", "pose"),
        (json!({ "pose": "other" }), "invalid_format", "pose"),
        (json!({ "pose": 1 }), "invalid_format", "pose"),
        (
            json!({ "pose": "front", "prompt_override": 1 }),
            "invalid_format",
            "prompt_override",
        ),
        (
            json!({ "pose": "front", "prompt_override": "x".repeat(501) }),
            "value_out_of_range",
            "prompt_override",
        ),
    ] {
        let answer = stage.regenerate(&id, body).await;
        answer.assert_error(400, code, Some(param));
    }
    let answer = stage.resynthesize(&id, json!({ "force_all": "yes" })).await;
    answer.assert_error(400, "invalid_format", Some("force_all"));
    assert_eq!(stage.status_of(&id).await, "ready");
}

#[tokio::test]
async fn a_character_that_is_synthesizing_cannot_be_synthesized_again() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({})).await;
    let regenerated = stage.regenerate(&id, json!({ "pose": "front" })).await;
    regenerated.assert_error(400, "invalid_request", None);
    let resynthesized = stage.resynthesize(&id, json!({})).await;
    resynthesized.assert_error(400, "invalid_request", None);
}

#[tokio::test]
async fn generations_cost_credits_and_stop_without_them() {
    let stage = Stage::with(RuntimeSettings {
        credits: 13,
        ..RuntimeSettings::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await; // 4 of 13
    for force_all in [true, false] {
        stage.advance_ms(30_000);
        let answer = stage.resynthesize(&id, json!({ "force_all": force_all }));
        assert_eq!(answer.await.status, 200); // 8, then 12 of 13
    }
    stage.advance_ms(30_000);
    let short = stage.resynthesize(&id, json!({})).await;
    short.assert_error(402, "insufficient_credits", None);
    assert_eq!(stage.status_of(&id).await, "ready");
    let body = json!({ "pose": "front" });
    let last = stage.regenerate(&id, body.clone()).await; // 13 of 13
    assert_eq!(last.status, 200);
    stage.advance_ms(30_000);
    let short = stage.regenerate(&id, body).await;
    short.assert_error(402, "insufficient_credits", None);
    assert_eq!(stage.status_of(&id).await, "ready");
    let body = json!({ "name": "B", "generate": true, "attributes": {} });
    let short = stage.create(body).await;
    short.assert_error(402, "insufficient_credits", None);
    let list = stage.get("/v1/characters").await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_character_of_uploads_can_be_resynthesized() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    let answer = stage.resynthesize(&id, json!({ "force_all": true })).await;
    assert_eq!(answer.json()["status"], "synthesizing");
    stage.advance_ms(30_000);
    assert_eq!(stage.status_of(&id).await, "ready");
}

#[tokio::test]
async fn a_delete_cancels_a_synthesis_and_returns_no_credits() {
    let stage = Stage::with(RuntimeSettings {
        credits: 4,
        ..RuntimeSettings::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await;
    let path = format!("/v1/characters/{id}");
    let deleted = stage.delete(&path).await;
    let expected = json!({ "id": id, "object": "character", "deleted": true });
    assert_eq!((deleted.status, deleted.json()), (200, expected));
    stage.advance_ms(30_000);
    let gone = stage.get(&path).await;
    gone.assert_error(404, "resource_not_found", None);
    let list = stage.get("/v1/characters").await.json();
    assert_eq!(list["data"], json!([]));
    let body = json!({ "name": "B", "generate": true, "attributes": {} });
    let short = stage.create(body).await;
    short.assert_error(402, "insufficient_credits", None);
}

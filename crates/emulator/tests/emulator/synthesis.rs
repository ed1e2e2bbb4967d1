use aurous_emulator::EmulatorConfig;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, send, text};

async fn save(stage: &Stage, id: &str) -> Answer {
    let path = format!("/v1/characters/{id}/save");
    send(stage.request(reqwest::Method::POST, &path)).await
}

async fn regenerate(stage: &Stage, id: &str, body: Value) -> Answer {
    let path = format!("/v1/characters/{id}/refs/regenerate");
    stage.post(&path, body).await
}

async fn resynthesize(stage: &Stage, id: &str) -> Answer {
    let path = format!("/v1/characters/{id}/resynthesize");
    stage.post(&path, json!({ "force_all": true })).await
}

async fn refs(stage: &Stage, id: &str) -> Vec<Value> {
    let character = stage.get(&format!("/v1/characters/{id}")).await.json();
    character["refs"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_synthesis_ends_in_review_and_a_save_makes_it_ready() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({ "age": 28 })).await;
    assert_eq!(stage.status_of(&id).await, "synthesizing");
    assert!(refs(&stage, &id).await.is_empty());
    save(&stage, &id)
        .await
        .assert_error(400, "invalid_request", None);

    stage.advance_ms(30_000);
    assert_eq!(stage.status_of(&id).await, "reviewing");
    let poses = refs(&stage, &id).await;
    let poses: Vec<_> = poses.iter().map(|it| text(&it["pose"])).collect();
    assert_eq!(poses, ["portrait", "front", "side", "back"]);

    for _ in 0..2 {
        let saved = save(&stage, &id).await;
        assert_eq!(
            (saved.status, &saved.json()["status"]),
            (200, &json!("ready"))
        );
    }
    assert_eq!(stage.status_of(&id).await, "ready");
}

#[tokio::test]
async fn the_duration_of_a_synthesis_can_be_set() {
    let stage = Stage::with(EmulatorConfig {
        synthesize_ms: 0,
        ..EmulatorConfig::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await;
    assert_eq!(stage.status_of(&id).await, "reviewing");
}

#[tokio::test]
async fn a_synthesis_that_is_asked_to_fail_has_an_error_message() {
    let stage = Stage::new().await;
    let id = stage
        .synthesized(json!({ "additional_details": "please [fail]" }))
        .await;
    stage.advance_ms(30_000);
    let character = stage.get(&format!("/v1/characters/{id}")).await.json();
    assert_eq!(character["status"], "failed");
    assert!(!text(&character["error_message"]).is_empty());
    save(&stage, &id)
        .await
        .assert_error(400, "invalid_request", None);

    stage
        .patch(&format!("/v1/characters/{id}"), r#"{"attributes":{}}"#)
        .await;
    assert_eq!(resynthesize(&stage, &id).await.status, 200);
    stage.advance_ms(30_000);
    let character = stage.get(&format!("/v1/characters/{id}")).await.json();
    assert_eq!(character["status"], "reviewing");
    assert_eq!(character["error_message"], Value::Null);
}

#[tokio::test]
async fn a_regenerated_ref_is_another_picture_at_the_same_index() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({})).await;
    stage.advance_ms(30_000);
    let picture = async |index: usize| {
        let refs = refs(&stage, &id).await;
        send(stage.http.get(text(&refs[index]["url"]))).await.body
    };
    let (front, side) = (picture(1).await, picture(2).await);

    let body = json!({ "pose": "side", "prompt_override": "smiling" });
    let answer = regenerate(&stage, &id, body).await;
    assert_eq!(
        (answer.status, &answer.json()["status"]),
        (200, &json!("synthesizing"))
    );
    stage.advance_ms(30_000);
    assert_eq!(stage.status_of(&id).await, "reviewing");
    assert_eq!(picture(1).await, front);
    assert_ne!(picture(2).await, side);
}

#[tokio::test]
async fn a_bad_pose_is_named_and_a_busy_character_is_refused() {
    let stage = Stage::new().await;
    let id = stage.synthesized(json!({})).await;
    let busy = regenerate(&stage, &id, json!({ "pose": "front" })).await;
    busy.assert_error(400, "invalid_request", None);
    resynthesize(&stage, &id)
        .await
        .assert_error(400, "invalid_request", None);
    stage.advance_ms(30_000);
    let missing = regenerate(&stage, &id, json!({})).await;
    missing.assert_error(400, "missing_field", Some("pose"));
    let other = regenerate(&stage, &id, json!({ "pose": "other" })).await;
    other.assert_error(400, "invalid_format", Some("pose"));
}

#[tokio::test]
async fn generations_cost_credits_and_stop_without_them() {
    let stage = Stage::with(EmulatorConfig {
        credits: 9,
        ..EmulatorConfig::default()
    })
    .await;
    let id = stage.synthesized(json!({})).await; // 4 of 9
    stage.advance_ms(30_000);
    assert_eq!(resynthesize(&stage, &id).await.status, 200); // 8 of 9
    stage.advance_ms(30_000);
    let short = resynthesize(&stage, &id).await;
    short.assert_error(402, "insufficient_credits", None);
    assert_eq!(stage.status_of(&id).await, "reviewing");
    let body = json!({ "pose": "front" });
    assert_eq!(regenerate(&stage, &id, body.clone()).await.status, 200); // 9 of 9
    stage.advance_ms(30_000);
    let short = regenerate(&stage, &id, body).await;
    short.assert_error(402, "insufficient_credits", None);
    let body = json!({ "name": "B", "generate": true, "attributes": {} });
    stage
        .create(body)
        .await
        .assert_error(402, "insufficient_credits", None);
}

#[tokio::test]
async fn a_character_of_uploads_can_be_resynthesized() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    assert_eq!(
        resynthesize(&stage, &id).await.json()["status"],
        "synthesizing"
    );
}

//! The synthesize flow, by the older of the vendor's two descriptions: with a review, which a save ends.

use aurous_emulator::RuntimeSettings;
use serde_json::{Value, json};

use crate::stage::{Stage, text};

async fn stage_with_review(synthesize_ms: u64) -> Stage {
    Stage::with(RuntimeSettings {
        review_step: true,
        synthesize_ms,
        ..RuntimeSettings::default()
    })
    .await
}

/// Begins a synthesis, and returns the character of the response.
async fn create(stage: &Stage, attributes: Value) -> Value {
    let body = json!({ "name": "Aurora", "generate": true, "attributes": attributes });
    let created = stage.create(body).await;
    assert_eq!(created.status, 201);
    created.json()
}

#[tokio::test]
async fn a_synthesis_ends_in_review_and_a_save_makes_it_ready() {
    let stage = stage_with_review(30_000).await;
    let created = create(&stage, json!({})).await;
    assert_eq!(created["status"], "synthesizing");
    let id = text(&created["id"]);
    let early = stage.save(id).await;
    early.assert_error(400, "invalid_request", None);

    stage.advance_ms(30_000);
    let character = stage.fetched(id).await;
    assert_eq!(character["status"], "reviewing");
    assert_eq!(character["refs"].as_array().map(Vec::len), Some(4));
    for _ in 0..2 {
        let saved = stage.save(id).await;
        assert_eq!(
            (saved.status, &saved.json()["status"]),
            (200, &json!("ready"))
        );
    }
    assert_eq!(stage.status_of(id).await, "ready");
}

#[tokio::test]
async fn a_create_is_answered_reviewing_at_once_if_the_synthesis_takes_no_time() {
    let stage = stage_with_review(0).await;
    let created = create(&stage, json!({})).await;
    assert_eq!(created["status"], "reviewing");
    assert_eq!(created["refs"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn a_synthesis_that_fails_has_no_review() {
    let stage = stage_with_review(0).await;
    let created = create(&stage, json!({ "additional_details": "[fail]" })).await;
    assert_eq!(created["status"], "synthesizing");
    let id = text(&created["id"]);
    assert_eq!(stage.status_of(id).await, "failed");
    let saved = stage.save(id).await;
    saved.assert_error(400, "invalid_request", None);
}

#[tokio::test]
async fn a_regenerate_and_a_resynthesize_end_in_review_again() {
    let stage = stage_with_review(0).await;
    let id = stage.character("Aurora").await;
    // The second call succeeds only if the first synthesis has ended.
    for answer in [
        stage.resynthesize(&id, json!({})).await,
        stage.regenerate(&id, json!({ "pose": "front" })).await,
    ] {
        assert_eq!(answer.json()["status"], "synthesizing");
    }
    assert_eq!(stage.status_of(&id).await, "reviewing");
    assert_eq!(stage.save(&id).await.json()["status"], "ready");
}

#[tokio::test]
async fn the_review_step_can_be_switched_for_syntheses_that_begin_afterwards() {
    let stage = Stage::new().await;
    let before = stage.synthesized(json!({})).await;
    stage.emulator.change_settings(|it| it.review_step = true);
    let after = stage.synthesized(json!({})).await;
    stage.advance_ms(30_000);
    assert_eq!(stage.status_of(&before).await, "ready");
    assert_eq!(stage.status_of(&after).await, "reviewing");
}

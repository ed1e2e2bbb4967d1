use std::collections::HashSet;

use aurous_emulator::{ApiKey, EmulatorConfig, KeyChange, Scope};
use reqwest::Method;
use serde_json::json;

use crate::stage::{Answer, Stage, send};

async fn list_with(stage: &Stage, name: &str, value: &str) -> Answer {
    let url = format!("{}/v1/characters", stage.base);
    send(stage.http.get(url).header(name, value)).await
}

fn change(stage: &Stage, change: KeyChange) -> ApiKey {
    stage.emulator.change_key(change)
}

#[tokio::test]
async fn a_key_of_the_vendors_form_is_made_at_the_start() {
    let stage = Stage::new().await;
    let digits = stage.emulator.api_key().strip_prefix("al_live_").unwrap();
    assert_eq!(digits.len(), 64);
    assert!(digits.bytes().all(|it| it.is_ascii_hexdigit()));
    let own = Stage::with(EmulatorConfig {
        api_keys: vec!["mine".to_owned(), "yours".to_owned()],
        ..EmulatorConfig::default()
    })
    .await;
    assert_eq!(own.emulator.api_key(), "mine");
    assert_eq!(list_with(&own, "x-api-key", "yours").await.status, 200);
}

#[tokio::test]
async fn a_call_without_a_valid_key_is_refused() {
    let stage = Stage::new().await;
    let none = list_with(&stage, "accept", "*/*").await;
    none.assert_error(401, "missing_api_key", None);
    let empty = list_with(&stage, "x-api-key", "").await;
    empty.assert_error(401, "missing_api_key", None);
    let wrong = list_with(&stage, "x-api-key", "al_live_0").await;
    wrong.assert_error(401, "invalid_api_key", None);
    let bearer = format!("Bearer {}", stage.emulator.api_key());
    let bearer = list_with(&stage, "authorization", &bearer).await;
    bearer.assert_error(401, "missing_api_key", None);
}

#[tokio::test]
async fn a_revoked_key_is_refused_as_revoked() {
    let stage = Stage::new().await;
    let key = change(&stage, KeyChange::default()).key;
    assert_eq!(list_with(&stage, "x-api-key", &key).await.status, 200);
    change(
        &stage,
        KeyChange {
            key: Some(key.clone()),
            revoked: Some(true),
            ..KeyChange::default()
        },
    );
    let revoked = list_with(&stage, "x-api-key", &key).await;
    revoked.assert_error(401, "revoked_api_key", None);
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused() {
    let mut stage = Stage::new().await;
    let reader = change(
        &stage,
        KeyChange {
            scopes: Some(HashSet::from([Scope::Read])),
            ..KeyChange::default()
        },
    );
    stage.key = Some(reader.key);
    assert_eq!(stage.get("/v1/characters").await.status, 200);
    let answer = stage.create(json!({})).await;
    answer.assert_error(403, "missing_scope", None);
}

#[tokio::test]
async fn keys_of_one_team_share_its_characters() {
    let mut stage = Stage::new().await;
    let id = stage.character("A").await;
    stage.key = Some(change(&stage, KeyChange::default()).key);
    assert_eq!(stage.status_of(&id).await, "ready");
}

#[tokio::test]
async fn the_applied_version_is_on_every_answer() {
    let stage = Stage::new().await;
    let versioned = async |version: &str| {
        let request = stage.request(Method::GET, "/v1/characters");
        send(request.header("Aurous-Version", version)).await
    };
    assert_eq!(
        stage.get("/v1/characters").await.header("aurous-version"),
        "2026-05-15"
    );
    assert_eq!(versioned("2026-05-15").await.status, 200);
    let unknown = versioned("2020-01-01").await;
    unknown.assert_error(400, "unknown_version", Some("Aurous-Version"));
    for bad in [
        "latest",
        "2026-5-15",
        "2026-05-15 ",
        "20260515",
        "２026-05-15",
        "",
    ] {
        let answer = versioned(bad).await;
        if bad.trim() == "2026-05-15" {
            // Space around a header's value does not count.
            assert_eq!(answer.status, 200);
        } else {
            answer.assert_error(400, "invalid_format", Some("Aurous-Version"));
        }
        assert_eq!(answer.header("aurous-version"), "2026-05-15");
    }
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let stage = Stage::new().await;
    let mut ids = HashSet::new();
    for path in [
        "/v1/characters",
        "/v1/characters/x",
        "/nowhere",
        "/storage/a/0/b.bin",
    ] {
        let answer = stage.get(path).await;
        let id = answer.header("aurous-request-id");
        let ulid = id.strip_prefix("req_").unwrap();
        assert_eq!(ulid.len(), 26, "{id}");
        assert!(ids.insert(id.to_owned()));
    }
}

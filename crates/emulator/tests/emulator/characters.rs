use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, send, text};

fn path(id: &str) -> String {
    format!("/v1/characters/{id}")
}

#[tokio::test]
async fn a_character_can_be_fetched_by_its_own_team_alone() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    let answer = stage.get(&path(&id)).await;
    assert_eq!(
        (answer.status, &answer.json()["name"]),
        (200, &json!("Aurora"))
    );
    let foreign = stage.other_team().get(&path(&id)).await;
    foreign.assert_error(404, "resource_not_found", None);
    let unknown = stage.get("/v1/characters/char_unknown").await;
    unknown.assert_error(404, "resource_not_found", None);
}

#[tokio::test]
async fn a_patch_changes_the_name_and_replaces_all_attributes() {
    let stage = Stage::new().await;
    let id = stage
        .synthesized(json!({ "gender": "female", "age": 28 }))
        .await;
    stage.advance_ms(5000);
    let renamed = stage.patch(&path(&id), r#"{"name":"Borealis"}"#).await;
    assert_eq!(renamed.status, 200);
    let renamed = renamed.json();
    assert_eq!(renamed["name"], "Borealis");
    assert_eq!(
        renamed["attributes"],
        json!({ "gender": "female", "age": 28 })
    );
    assert!(text(&renamed["updated_at"]) > text(&renamed["created_at"]));

    let replaced = stage
        .patch(&path(&id), r#"{"attributes":{"age":30}}"#)
        .await;
    assert_eq!(replaced.json()["attributes"], json!({ "age": 30 }));
}

#[tokio::test]
async fn a_patch_names_the_first_key_that_cannot_be_changed() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    let answer = stage
        .patch(&path(&id), r#"{"name":"B","status":"ready","id":"x"}"#)
        .await;
    answer.assert_error(400, "invalid_request", Some("status"));
    let answer = stage
        .patch(&path(&id), r#"{"id":"x","status":"ready"}"#)
        .await;
    answer.assert_error(400, "invalid_request", Some("id"));
    // The emulator changes nothing if it refuses a key, wherever the key stands.
    let answer = stage
        .patch(&path(&id), r#"{"attributes":{"age":30},"refs":[]}"#)
        .await;
    answer.assert_error(400, "invalid_request", Some("refs"));
    let answer = stage.patch(&path(&id), r#"{"name":""}"#).await;
    answer.assert_error(400, "value_out_of_range", Some("name"));
    let character = stage.fetched(&id).await;
    assert_eq!(character["name"], "Aurora");
    assert_eq!(character["attributes"], json!({}));
}

#[tokio::test]
async fn a_deleted_character_and_a_second_delete_are_404() {
    let stage = Stage::new().await;
    let id = stage.character("Aurora").await;
    let foreign = stage.other_team().delete(&path(&id)).await;
    foreign.assert_error(404, "resource_not_found", None);
    let deleted = stage.delete(&path(&id)).await;
    assert_eq!(deleted.status, 200);
    let expected = json!({ "id": id, "object": "character", "deleted": true });
    assert_eq!(deleted.json(), expected);
    for answer in [
        stage.delete(&path(&id)).await,
        stage.get(&path(&id)).await,
        stage.patch(&path(&id), "{}").await,
        stage.post(&format!("{}/save", path(&id)), json!({})).await,
    ] {
        answer.assert_error(404, "resource_not_found", None);
    }
    assert_eq!(
        stage.get("/v1/characters").await.json()["data"],
        Value::Array(vec![])
    );
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405() {
    let stage = Stage::new().await;
    for path in ["/", "/v1", "/v1/characters/a/b", "/aurous/v1/characters"] {
        let answer = stage.get(path).await;
        answer.assert_error(404, "resource_not_found", None);
    }
    for (path, allow) in [
        ("/v1/characters", "GET, POST"),
        ("/v1/characters/uploads/init", "POST"),
        ("/v1/characters/x", "GET, PATCH, DELETE"),
        ("/v1/characters/x/save", "POST"),
    ] {
        let answer = send(stage.request(Method::PUT, path)).await;
        answer.assert_error(405, "invalid_request", None);
        assert_eq!(answer.header("allow"), allow);
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_whatever_version_is_asked_for() {
    let stage = Stage::new().await;
    let request = stage.request(Method::DELETE, "/v1/characters");
    let answer = send(request.header("Aurous-Version", "0")).await;
    answer.assert_error(405, "invalid_request", None);
}

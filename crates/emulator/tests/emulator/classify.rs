use serde_json::json;

use crate::stage::{JPEG, PNG, Stage, WEBP, text};

const UPLOAD_ID: Option<&str> = Some("upload_id");

#[tokio::test]
async fn the_pose_comes_from_the_files_name() {
    let stage = Stage::new().await;
    for (name, pose) in [
        ("front-1.jpg", "front"),
        ("side.webp", "side"),
        ("back.jpg", "back"),
        ("portrait.png", "portrait"),
        ("frontier.jpg", "other"),
        ("IMG_0001.jpg", "other"),
    ] {
        let id = stage.uploaded(name).await;
        let answer = stage.classify(&id).await;
        assert_eq!(answer.status, 200);
        let body = answer.json();
        assert_eq!(
            (&body["upload_id"], &body["pose"]),
            (&json!(id), &json!(pose))
        );
        let confidence = body["confidence"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&confidence));
    }
}

#[tokio::test]
async fn a_repeated_classify_returns_the_same() {
    let stage = Stage::new().await;
    let id = stage.uploaded("front-1.jpg").await;
    let first = stage.classify(&id).await.body;
    assert_eq!(stage.classify(&id).await.body, first);
}

#[tokio::test]
async fn every_format_is_accepted_under_its_own_type() {
    let stage = Stage::new().await;
    for (extension, content_type, bytes) in [
        ("jpg", "image/jpeg", JPEG),
        ("png", "image/png", PNG),
        ("webp", "image/webp", WEBP),
    ] {
        let ticket = stage.ticket_for("a", extension, content_type).await;
        stage.put(&ticket, bytes).await;
        let id = text(&ticket["upload_id"]);
        assert_eq!(stage.classify(id).await.status, 200, "{extension}");
    }
}

#[tokio::test]
async fn an_unusable_upload_is_invalid() {
    let stage = Stage::new().await;
    let unknown = stage.classify("upl_unknown").await;
    unknown.assert_error(400, "upload_invalid", UPLOAD_ID);

    let ticket = stage.ticket("a.jpg").await;
    let id = text(&ticket["upload_id"]);
    stage
        .classify(id)
        .await
        .assert_error(400, "upload_invalid", UPLOAD_ID);

    for bytes in [&b""[..], b"<html>not a picture</html>", PNG] {
        stage.put(&ticket, bytes).await;
        let answer = stage.classify(id).await;
        answer.assert_error(400, "upload_invalid", UPLOAD_ID);
    }
    stage.put(&ticket, JPEG).await;
    assert_eq!(stage.classify(id).await.status, 200);

    stage
        .create(json!({ "name": "A", "upload_ids": [id] }))
        .await;
    stage
        .classify(id)
        .await
        .assert_error(400, "upload_invalid", UPLOAD_ID);
}

#[tokio::test]
async fn a_picture_that_is_cut_behind_its_header_passes() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage.put(&ticket, &JPEG[..2000]).await;
    assert_eq!(stage.classify(text(&ticket["upload_id"])).await.status, 200);
}

#[tokio::test]
async fn another_teams_upload_is_not_found() {
    let stage = Stage::new().await;
    let id = stage.uploaded("front.jpg").await;
    let other = stage.other_team();
    other
        .classify(&id)
        .await
        .assert_error(404, "resource_not_found", UPLOAD_ID);
    let stolen = other
        .create(json!({ "name": "A", "upload_ids": [id] }))
        .await;
    stolen.assert_error(404, "resource_not_found", Some("upload_ids"));
    assert_eq!(stage.classify(&id).await.status, 200);
}

#[tokio::test]
async fn the_id_is_required_and_must_be_a_string() {
    let stage = Stage::new().await;
    let path = "/v1/characters/uploads/classify";
    let missing = stage.post(path, json!({})).await;
    missing.assert_error(400, "missing_field", UPLOAD_ID);
    let number = stage.post(path, json!({ "upload_id": 7 })).await;
    number.assert_error(400, "invalid_format", UPLOAD_ID);
}

use serde_json::{Value, json};

use crate::stage::{JPEG, PNG, Stage, send, text};

#[tokio::test]
async fn a_character_of_uploads_is_ready_at_once() {
    let stage = Stage::new().await;
    let id = stage.uploaded("front.jpg").await;
    let attributes = json!({ "gender": "female", "age": 28, "hair_style": "short" });
    let body = json!({ "name": "Aurora", "generate": false, "upload_ids": [id], "attributes": attributes });
    let answer = stage.create(body).await;
    assert_eq!(answer.status, 201);
    let character = answer.json();
    assert!(text(&character["id"]).starts_with("char_"));
    assert_eq!(character["object"], "character");
    assert_eq!(character["name"], "Aurora");
    assert_eq!(character["status"], "ready");
    assert_eq!(character["attributes"], attributes);
    assert_eq!(character["error_message"], Value::Null);
    assert_eq!(character["aurous_version"], "2026-05-15");
    assert_eq!(character["created_at"], character["updated_at"]);
    assert!(text(&character["created_at"]).ends_with('Z'));
}

#[tokio::test]
async fn refs_have_the_order_of_the_ids_and_the_pose_of_the_last_classify() {
    let stage = Stage::new().await;
    let mut ids = Vec::new();
    for name in ["side.jpg", "front.jpg", "back.jpg"] {
        ids.push(stage.uploaded(name).await);
    }
    for id in &ids[..2] {
        stage.classify(id).await;
    }
    let answer = stage
        .create(json!({ "name": "A", "upload_ids": ids }))
        .await;
    let refs = answer.json()["refs"].clone();
    let poses: Vec<_> = refs
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["pose"])
        .collect();
    // The third upload was never classified.
    assert_eq!(poses, ["side", "front", "other"]);
}

#[tokio::test]
async fn a_character_has_at_most_six_uploads() {
    let stage = Stage::new().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(stage.uploaded("front.jpg").await);
    }
    for bad in [json!([]), json!(ids)] {
        let answer = stage
            .create(json!({ "name": "A", "upload_ids": bad }))
            .await;
        answer.assert_error(400, "value_out_of_range", Some("upload_ids"));
    }
    let answer = stage
        .create(json!({ "name": "A", "upload_ids": ids[..6] }))
        .await;
    assert_eq!(answer.json()["refs"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_create_must_ask_for_exactly_one_flow() {
    let stage = Stage::new().await;
    for body in [
        json!({ "name": "A" }),
        json!({ "name": "A", "generate": false }),
        json!({ "name": "A", "generate": true }),
        json!({ "name": "A", "attributes": {} }),
        json!({ "name": "A", "generate": true, "upload_ids": ["upl_1"] }),
        json!({ "name": "A", "generate": true, "upload_ids": ["upl_1"], "attributes": {} }),
    ] {
        let answer = stage.create(body).await;
        answer.assert_error(400, "parameter_invalid_combination", None);
    }
}

#[tokio::test]
async fn an_upload_makes_one_character_alone() {
    let stage = Stage::new().await;
    let id = stage.uploaded("front.jpg").await;
    let body = json!({ "name": "A", "upload_ids": [id] });
    assert_eq!(stage.create(body.clone()).await.status, 201);
    let again = stage.create(body).await;
    again.assert_error(400, "upload_invalid", Some("upload_ids"));
}

#[tokio::test]
async fn a_create_that_fails_consumes_nothing() {
    let stage = Stage::new().await;
    let good = stage.uploaded("front.jpg").await;
    let empty = text(&stage.ticket("a.jpg").await["upload_id"]).to_owned();
    for (ids, code) in [
        (vec![&*good, "upl_unknown"], "upload_invalid"),
        (vec![&*good, &*empty], "upload_invalid"),
        (vec![&*good, &*good], "invalid_request"),
    ] {
        let answer = stage
            .create(json!({ "name": "A", "upload_ids": ids }))
            .await;
        answer.assert_error(400, code, Some("upload_ids"));
    }
    let answer = stage
        .create(json!({ "name": "A", "upload_ids": [good] }))
        .await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_upload_of_another_format_is_refused() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage.put(&ticket, PNG).await;
    let answer = stage
        .create(json!({ "name": "A", "upload_ids": [ticket["upload_id"]] }))
        .await;
    answer.assert_error(400, "upload_invalid", Some("upload_ids"));
}

#[tokio::test]
async fn a_bad_field_is_named() {
    let stage = Stage::new().await;
    let long = "x".repeat(501);
    for (change, code, param) in [
        (json!({ "name": null }), "missing_field", "name"),
        (json!({ "name": 1 }), "invalid_format", "name"),
        (json!({ "name": "" }), "value_out_of_range", "name"),
        (
            json!({ "name": "x".repeat(121) }),
            "value_out_of_range",
            "name",
        ),
        (json!({ "generate": "yes" }), "invalid_format", "generate"),
        (
            json!({ "upload_ids": "upl_1" }),
            "invalid_format",
            "upload_ids",
        ),
        (json!({ "upload_ids": [1] }), "invalid_format", "upload_ids"),
        (json!({ "attributes": [] }), "invalid_format", "attributes"),
        (
            json!({ "attributes": { "age": 17 } }),
            "value_out_of_range",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "age": 121 } }),
            "value_out_of_range",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "age": -1 } }),
            "value_out_of_range",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "age": 28.5 } }),
            "invalid_format",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "age": "28" } }),
            "invalid_format",
            "attributes.age",
        ),
        (
            json!({ "attributes": { "gender": 1 } }),
            "invalid_format",
            "attributes.gender",
        ),
        (
            json!({ "attributes": { "hair_color": long } }),
            "value_out_of_range",
            "attributes.hair_color",
        ),
        (
            json!({ "attributes": { "shoe_size": 1 } }),
            "invalid_request",
            "attributes.shoe_size",
        ),
    ] {
        let mut body = json!({ "name": "A", "upload_ids": ["upl_1"] });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        stage
            .create(body)
            .await
            .assert_error(400, code, Some(param));
    }
}

#[tokio::test]
async fn an_age_may_have_a_fraction_of_zero() {
    let stage = Stage::new().await;
    // JSON has one kind of number, and some languages write each with a fraction.
    let body = json!({ "name": "A", "generate": true, "attributes": { "age": 28.0 } });
    let answer = stage.create(body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["attributes"]["age"], 28);
}

#[tokio::test]
async fn the_stored_bytes_can_be_read_until_a_create_consumes_them() {
    let stage = Stage::new().await;
    let id = stage.uploaded("front.jpg").await;
    let url = format!("{}/uploads/{id}", stage.emulator.control_url());
    let stored = send(stage.http.get(&url)).await;
    assert_eq!(stored.header("content-type"), "image/jpeg");
    assert_eq!(stored.body, JPEG);
    stage
        .create(json!({ "name": "A", "upload_ids": [id] }))
        .await;
    assert_eq!(send(stage.http.get(&url)).await.status, 404);
}

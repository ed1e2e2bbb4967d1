use aurous_emulator::RuntimeSettings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Answer, JPEG, Stage, send, text};

async fn init(stage: &Stage, body: Value) -> Answer {
    stage.post("/v1/characters/uploads/init", body).await
}

#[tokio::test]
async fn a_ticket_has_an_id_a_url_one_header_and_an_expiry() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("front-portrait.jpg").await;
    assert!(text(&ticket["upload_id"]).starts_with("upl_"));
    assert!(text(&ticket["upload_url"]).starts_with(stage.emulator.upload_url()));
    assert_eq!(
        ticket["upload_headers"],
        json!({ "Content-Type": "image/jpeg" })
    );
    let expires_at = text(&ticket["expires_at"]);
    assert!(
        expires_at.ends_with('Z') && expires_at.len() == 20,
        "{expires_at}"
    );
}

#[tokio::test]
async fn every_extension_goes_with_its_own_content_type_alone() {
    let stage = Stage::new().await;
    let types = ["image/jpeg", "image/png", "image/webp"];
    for (extension, own) in [
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
    ] {
        for content_type in types {
            let body =
                json!({ "filename": "a", "extension": extension, "content_type": content_type });
            let answer = init(&stage, body).await;
            if content_type == own {
                assert_eq!(answer.status, 201);
            } else {
                let code = "parameter_invalid_combination";
                answer.assert_error(400, code, Some("content_type"));
            }
        }
    }
}

#[tokio::test]
async fn a_bad_field_is_named() {
    let stage = Stage::with(RuntimeSettings {
        rate_limits: false,
        ..RuntimeSettings::default()
    })
    .await;
    let long = "x".repeat(121);
    for (field, value, code) in [
        ("filename", json!(null), "missing_field"),
        ("filename", json!(7), "invalid_format"),
        ("filename", json!(""), "value_out_of_range"),
        ("filename", json!(long), "value_out_of_range"),
        ("extension", json!(null), "missing_field"),
        ("extension", json!("gif"), "invalid_format"),
        ("extension", json!("JPG"), "invalid_format"),
        ("extension", json!(1), "invalid_format"),
        ("content_type", json!(null), "missing_field"),
        ("content_type", json!("image/gif"), "invalid_format"),
        ("content_type", json!(["image/jpeg"]), "invalid_format"),
    ] {
        let mut body =
            json!({ "filename": "a.jpg", "extension": "jpg", "content_type": "image/jpeg" });
        body[field] = value;
        init(&stage, body)
            .await
            .assert_error(400, code, Some(field));
    }
    // The limit is 120 characters, not bytes.
    let accents = "é".repeat(120);
    assert!(stage.ticket(&accents).await["upload_id"].is_string());
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let stage = Stage::new().await;
    for body in ["", "{", "[]", "\"text\"", "null", "<html>"] {
        let request = stage.request(Method::POST, "/v1/characters/uploads/init");
        let answer = send(request.body(body)).await;
        answer.assert_error(400, "invalid_format", None);
    }
}

#[tokio::test]
async fn an_unknown_key_is_ignored() {
    let stage = Stage::new().await;
    let body = json!({
        "filename": "a.jpg", "extension": "jpg", "content_type": "image/jpeg", "colour": "red"
    });
    assert_eq!(init(&stage, body).await.status, 201);
}

#[tokio::test]
async fn every_filename_gives_a_working_upload_url() {
    let stage = Stage::new().await;
    for name in [
        "..",
        ".",
        "/",
        "日本語.jpg",
        "a b?c#d%2e.jpg",
        "../../x",
        "🙂",
    ] {
        let ticket = stage.ticket(name).await;
        assert_eq!(stage.put(&ticket, JPEG).await.status, 200, "{ticket}");
    }
}

use aurous_emulator::RuntimeSettings;
use reqwest::Method;
use serde_json::json;

use crate::stage::{Answer, JPEG, PNG, Stage, send, text};

#[track_caller]
fn assert_xml(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/xml");
    let code = format!("<Code>{code}</Code>");
    assert!(answer.text().contains("<Error>"), "{}", answer.text());
    assert!(answer.text().contains(&code), "{}", answer.text());
}

#[tokio::test]
async fn a_put_with_the_signed_content_type_is_accepted() {
    let stage = Stage::new().await;
    let answer = stage.put(&stage.ticket("a.jpg").await, JPEG).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[tokio::test]
async fn the_upload_host_sends_nothing_of_the_apis_and_no_cors() {
    let stage = Stage::new().await;
    let answer = stage.put(&stage.ticket("a.jpg").await, JPEG).await;
    for name in answer.headers.keys() {
        let name = name.as_str();
        let foreign = ["aurous-", "x-ratelimit-", "access-control-"];
        assert!(!foreign.iter().any(|it| name.starts_with(it)), "{name}");
    }
}

#[tokio::test]
async fn another_content_type_than_the_signed_one_is_refused() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    for content_type in ["image/png", "image/jpeg; charset=utf-8", "IMAGE/JPEG", ""] {
        let answer = stage.put_to(url, content_type, JPEG).await;
        assert_xml(&answer, 403, "SignatureDoesNotMatch");
    }
    let answer = send(stage.http.put(url).body(JPEG)).await;
    assert_xml(&answer, 403, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_forged_or_cut_signature_is_refused() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    let other = stage.ticket("a.jpg").await;
    let other_path = text(&other["upload_url"]).split_once('?').unwrap().0;
    let own_query = url.split_once('?').unwrap().1;
    for forged in [
        url[..url.len() - 1].to_owned(),
        url[..url.len() - 2].to_owned(),
        format!("{url}00"),
        url.replace("signature=", "signature=0"),
        url.replace("a.jpg?", "b.jpg?"),
        // The path of another ticket with this one's signature.
        format!("{other_path}?{own_query}"),
        // A later expiry than was signed.
        url.replace("expires=", "expires=9"),
    ] {
        let answer = stage.put_to(&forged, "image/jpeg", JPEG).await;
        assert_xml(&answer, 403, "SignatureDoesNotMatch");
    }
    let (unsigned, _) = url.split_once('?').unwrap();
    let answer = stage.put_to(unsigned, "image/jpeg", JPEG).await;
    assert_xml(&answer, 403, "AccessDenied");
}

#[tokio::test]
async fn an_upload_url_is_valid_for_fifteen_minutes_and_its_ticket_for_a_day() {
    let stage = Stage::new().await;
    let early = stage.ticket("a.jpg").await;
    let id = stage.uploaded("front.jpg").await;
    stage.advance_ms(14 * 60_000);
    assert_eq!(stage.put(&early, JPEG).await.status, 200);
    stage.advance_ms(60_000);
    let late = stage.put(&early, JPEG).await;
    assert_xml(&late, 403, "AccessDenied");
    assert!(late.text().contains("expired"));

    stage.advance_ms(23 * 3_600_000);
    assert_eq!(stage.classify(&id).await.status, 200);
    stage.advance_ms(3_600_000);
    let expired = stage.classify(&id).await;
    expired.assert_error(400, "upload_invalid", Some("upload_id"));
}

#[tokio::test]
async fn a_second_put_overwrites_until_a_create_consumes_the_upload() {
    let stage = Stage::new().await;
    let ticket = stage.ticket_for("a.png", "png", "image/png").await;
    assert_eq!(stage.put(&ticket, JPEG).await.status, 200);
    let id = text(&ticket["upload_id"]);
    let wrong = stage.classify(id).await;
    wrong.assert_error(400, "upload_invalid", Some("upload_id"));
    assert_eq!(stage.put(&ticket, PNG).await.status, 200);
    assert_eq!(stage.classify(id).await.status, 200);

    let created = stage
        .create(json!({ "name": "A", "upload_ids": [id] }))
        .await;
    assert_eq!(created.status, 201);
    assert_xml(&stage.put(&ticket, PNG).await, 403, "AccessDenied");
}

#[tokio::test]
async fn a_put_over_the_limit_is_413_and_leaves_the_stored_bytes() {
    let limit = JPEG.len() as u64;
    let stage = Stage::with(RuntimeSettings {
        upload_max_bytes: limit,
        ..RuntimeSettings::default()
    })
    .await;
    let ticket = stage.ticket("a.jpg").await;
    assert_eq!(stage.put(&ticket, JPEG).await.status, 200);
    stage
        .emulator
        .change_settings(|settings| settings.upload_max_bytes = limit - 1);
    assert_xml(&stage.put(&ticket, JPEG).await, 413, "EntityTooLarge");
    let id = text(&ticket["upload_id"]);
    assert_eq!(stage.classify(id).await.status, 200);
}

#[tokio::test]
async fn the_default_limit_is_ten_megabytes() {
    static ZEROS: [u8; 10_000_001] = [0; 10_000_001];
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    assert_eq!(stage.put(&ticket, &ZEROS[1..]).await.status, 200);
    assert_xml(&stage.put(&ticket, &ZEROS).await, 413, "EntityTooLarge");
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_in_xml() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    for method in [Method::GET, Method::POST, Method::DELETE] {
        let answer = send(stage.http.request(method, url)).await;
        assert_xml(&answer, 405, "MethodNotAllowed");
        assert_eq!(answer.header("allow"), "PUT");
    }
    let root = stage.emulator.upload_url();
    let answer = stage.put_to(&format!("{root}/"), "image/jpeg", JPEG).await;
    assert_xml(&answer, 403, "AccessDenied");
}

#[tokio::test]
async fn an_upload_url_from_before_a_reset_is_refused() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage.emulator.reset();
    assert_xml(&stage.put(&ticket, JPEG).await, 403, "AccessDenied");
}

use serde_json::json;

use crate::stage::{Answer, JPEG, PNG, Stage, send, text};

async fn link(stage: &Stage, id: &str) -> String {
    let character = stage.get(&format!("/v1/characters/{id}")).await.json();
    text(&character["refs"][0]["url"]).to_owned()
}

async fn open(stage: &Stage, url: &str) -> Answer {
    send(stage.http.get(url)).await
}

#[tokio::test]
async fn a_link_loads_the_uploaded_picture_from_any_page_without_a_key() {
    let stage = Stage::new().await;
    let ticket = stage.ticket_for("front.png", "png", "image/png").await;
    stage.put(&ticket, PNG).await;
    let body = json!({ "name": "A", "upload_ids": [ticket["upload_id"]] });
    let created = stage.create(body).await.json();
    let url = text(&created["refs"][0]["url"]);
    assert!(url.starts_with(stage.emulator.api_url()), "{url}");
    let picture = open(&stage, url).await;
    assert_eq!((picture.status, picture.body.as_slice()), (200, PNG));
    assert_eq!(picture.header("content-type"), "image/png");
    // A page with COEP may embed it, too.
    let policy = picture.header("cross-origin-resource-policy");
    assert_eq!(policy, "cross-origin");
}

#[tokio::test]
async fn a_link_expires_after_a_day_and_the_character_gives_a_new_one() {
    let stage = Stage::new().await;
    let id = stage.character("A").await;
    let url = link(&stage, &id).await;
    stage.advance_ms(24 * 3_600_000 - 5000);
    assert_eq!(open(&stage, &url).await.body, JPEG);
    stage.advance_ms(5000);
    assert_eq!(open(&stage, &url).await.status, 403);
    let new = link(&stage, &id).await;
    assert_eq!(open(&stage, &new).await.body, JPEG);
}

#[tokio::test]
async fn a_forged_link_is_403_and_that_of_a_deleted_character_404() {
    let stage = Stage::new().await;
    let id = stage.character("A").await;
    let url = link(&stage, &id).await;
    let (bare, _) = url.split_once('?').unwrap();
    for forged in [
        bare.to_owned(),
        format!("{bare}?token="),
        url[..url.len() - 1].to_owned(),
        url.replace("token=", "token=9"),
        url.replace("/0/", "/1/"),
    ] {
        assert_eq!(open(&stage, &forged).await.status, 403, "{forged}");
    }
    stage.delete(&format!("/v1/characters/{id}")).await;
    assert_eq!(open(&stage, &url).await.status, 404);
}

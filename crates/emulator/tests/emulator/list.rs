use aurous_emulator::RuntimeSettings;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, text};

async fn stage_with_characters(count: usize) -> Stage {
    let stage = Stage::with(RuntimeSettings {
        rate_limits: false,
        ..RuntimeSettings::default()
    })
    .await;
    for number in 1..=count {
        stage.character(&format!("number {number}")).await;
    }
    stage
}

fn names(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    assert_eq!(body["object"], "list");
    let data = body["data"].as_array().unwrap();
    data.iter().map(|it| text(&it["name"]).to_owned()).collect()
}

#[tokio::test]
async fn the_newest_come_first_page_by_page() {
    let stage = stage_with_characters(5).await;
    let first = stage.get("/v1/characters?limit=2").await;
    assert_eq!(names(&first), ["number 5", "number 4"]);
    assert_eq!(first.json()["has_more"], true);
    let cursor = text(&first.json()["next_cursor"]).to_owned();
    let second = stage
        .get(&format!("/v1/characters?limit=2&starting_after={cursor}"))
        .await;
    assert_eq!(names(&second), ["number 3", "number 2"]);
    let cursor = text(&second.json()["next_cursor"]).to_owned();
    let last = stage
        .get(&format!("/v1/characters?limit=2&starting_after={cursor}"))
        .await;
    assert_eq!(names(&last), ["number 1"]);
    assert_eq!(last.json()["has_more"], false);
    assert_eq!(last.json()["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_page_that_the_last_characters_fill_has_no_more() {
    let stage = stage_with_characters(2).await;
    let page = stage.get("/v1/characters?limit=2").await;
    assert_eq!(
        (names(&page).len(), &page.json()["has_more"]),
        (2, &json!(false))
    );
    assert_eq!(page.json()["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_page_has_twenty_without_a_limit() {
    let stage = stage_with_characters(21).await;
    let page = stage.get("/v1/characters").await;
    assert_eq!(
        (names(&page).len(), &page.json()["has_more"]),
        (20, &json!(true))
    );
    assert_eq!(
        names(&stage.get("/v1/characters?limit=100").await).len(),
        21
    );
}

#[tokio::test]
async fn a_team_sees_its_own_characters_alone() {
    let stage = stage_with_characters(1).await;
    let other = stage.other_team().get("/v1/characters").await;
    assert!(names(&other).is_empty());
}

#[tokio::test]
async fn a_bad_query_is_named() {
    let stage = stage_with_characters(0).await;
    for (query, code, param) in [
        ("limit=0", "value_out_of_range", "limit"),
        ("limit=101", "value_out_of_range", "limit"),
        ("limit=-1", "value_out_of_range", "limit"),
        ("limit=many", "invalid_format", "limit"),
        ("limit=", "invalid_format", "limit"),
        ("starting_after=char_x", "invalid_request", "starting_after"),
    ] {
        let answer = stage.get(&format!("/v1/characters?{query}")).await;
        answer.assert_error(400, code, Some(param));
    }
}

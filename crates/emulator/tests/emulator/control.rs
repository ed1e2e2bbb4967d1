use std::io;

use aurous_emulator::{Emulator, EmulatorConfig};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, send};

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    let url = format!("{}{path}", stage.emulator.control_url());
    // Without a JSON content type, as curl -d sends it.
    send(stage.http.post(url).body(body.to_string())).await
}

async fn get(stage: &Stage, path: &str) -> Answer {
    let url = format!("{}{path}", stage.emulator.control_url());
    send(stage.http.get(url)).await
}

#[tokio::test]
async fn the_control_origin_returns_the_addresses() {
    let stage = Stage::new().await;
    let addresses = json!({
        "api": stage.emulator.api_url(),
        "upload": stage.emulator.upload_url(),
        "control": stage.emulator.control_url(),
        "key": stage.emulator.api_key(),
    });
    assert_eq!(get(&stage, "/").await.json(), addresses);
}

#[tokio::test]
async fn the_control_origin_advances_the_clock() {
    let stage = Stage::new().await;
    let before = get(&stage, "/clock").await.json();
    assert_eq!(before["ahead_ms"], 0);
    let after = post(&stage, "/clock", json!({ "advance_ms": 900_000 }))
        .await
        .json();
    assert_eq!(after["ahead_ms"], 900_000);
    let passed = after["now_ms"].as_u64().unwrap() - before["now_ms"].as_u64().unwrap();
    assert!((900_000..905_000).contains(&passed), "{passed}");
    for bad in [
        json!({}),
        json!({ "advance_ms": -1 }),
        json!({ "advance": 1 }),
    ] {
        assert_eq!(post(&stage, "/clock", bad).await.status, 400);
    }
}

#[tokio::test]
async fn the_control_origin_changes_the_named_settings_alone() {
    let stage = Stage::new().await;
    let before = get(&stage, "/config").await.json();
    let after = post(
        &stage,
        "/config",
        json!({ "rate_limits": false, "credits": 1 }),
    )
    .await;
    let mut expected = before.clone();
    expected["rate_limits"] = json!(false);
    expected["credits"] = json!(1);
    assert_eq!(after.json(), expected);
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    assert_eq!(stage.create(body).await.status, 402);
    for bad in [
        json!({ "rate_limit": false }),
        json!({ "credits": "many" }),
        json!([]),
    ] {
        assert_eq!(post(&stage, "/config", bad).await.status, 400);
    }
    post(&stage, "/reset", json!({})).await;
    assert_eq!(get(&stage, "/config").await.json(), before);
}

#[tokio::test]
async fn the_control_origin_makes_and_revokes_keys() {
    let mut stage = Stage::new().await;
    let made = post(&stage, "/keys", json!({ "team": "other" }))
        .await
        .json();
    assert_eq!(made["team"], "other");
    stage.key = made["key"].as_str().map(str::to_owned);
    assert_eq!(stage.get("/v1/characters").await.status, 200);
    let change = json!({ "key": made["key"], "scopes": ["characters:write"] });
    post(&stage, "/keys", change).await;
    let answer = stage.get("/v1/characters").await;
    answer.assert_error(403, "missing_scope", None);
    post(
        &stage,
        "/keys",
        json!({ "key": made["key"], "revoked": true }),
    )
    .await;
    let answer = stage.get("/v1/characters").await;
    answer.assert_error(401, "revoked_api_key", None);
    let keys = get(&stage, "/keys").await.json();
    assert_eq!(keys.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_reset_leaves_nothing_behind() {
    let stage = Stage::new().await;
    let id = stage.character("A").await;
    stage.advance_ms(1000);
    let fault = json!({ "match": { "step": "list" }, "fault": "hang" });
    post(&stage, "/faults", fault).await;
    assert_eq!(post(&stage, "/reset", json!({})).await.status, 204);
    assert_eq!(get(&stage, "/log").await.json(), json!([]));
    assert_eq!(get(&stage, "/faults").await.json(), json!([]));
    assert_eq!(get(&stage, "/clock").await.json()["ahead_ms"], 0);
    let list = stage.get("/v1/characters").await;
    assert_eq!(list.json()["data"], json!([]));
    assert_eq!(list.header("x-ratelimit-remaining"), "239");
    let gone = stage.get(&format!("/v1/characters/{id}")).await;
    gone.assert_error(404, "resource_not_found", None);
}

#[tokio::test]
async fn any_page_may_use_the_control_origin_which_is_not_logged() {
    let stage = Stage::new().await;
    let url = format!("{}/faults", stage.emulator.control_url());
    let preflight = stage.http.request(Method::OPTIONS, &url);
    let preflight = preflight
        .header("Origin", "https://page.example")
        .header("Access-Control-Request-Method", "DELETE")
        .header("Access-Control-Request-Headers", "content-type");
    let answer = send(preflight).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(stage.emulator.log().is_empty());
}

#[tokio::test]
async fn an_emulator_binds_loopback_alone_and_frees_its_ports() {
    let everywhere = EmulatorConfig {
        bind: [0, 0, 0, 0].into(),
        ..EmulatorConfig::default()
    };
    let error = Emulator::start(everywhere).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);

    let emulator = Emulator::start(EmulatorConfig::default()).await.unwrap();
    let (_, port) = emulator.api_url().rsplit_once(':').unwrap();
    let same = EmulatorConfig {
        api_port: port.parse().unwrap(),
        ..EmulatorConfig::default()
    };
    let error = Emulator::start(same.clone()).await.err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    emulator.shutdown().await;
    Emulator::start(same).await.unwrap().shutdown().await;
}

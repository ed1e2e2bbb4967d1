use aurous_emulator::{EmulatorConfig, EntryPoint, Fault, Operation, RequestOutcome};
use reqwest::Method;

use crate::raw::Raw;
use crate::stage::{JPEG, Stage, text};

#[tokio::test]
async fn every_request_is_logged_in_order_of_arrival() {
    let stage = Stage::new().await;
    let id = stage.character("A").await;
    stage.get(&format!("/v1/characters/{id}?x=1")).await;
    stage.get("/nowhere").await;
    let log = stage.emulator.log();
    let steps: Vec<_> = log
        .iter()
        .map(|it| (it.entry_point, it.operation, it.status))
        .collect();
    assert_eq!(
        steps,
        [
            (EntryPoint::Api, Operation::Init, Some(201)),
            (EntryPoint::Upload, Operation::Put, Some(200)),
            (EntryPoint::Api, Operation::Create, Some(201)),
            (EntryPoint::Api, Operation::Get, Some(200)),
            (EntryPoint::Api, Operation::Other, Some(404)),
        ]
    );
    let seqs: Vec<_> = log.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    assert!(
        log.iter()
            .all(|it| it.outcome == Some(RequestOutcome::Answered))
    );
    assert!(log.is_sorted_by_key(|it| it.time_ms));
    assert_eq!(log[3].method, "GET");
    assert_eq!(log[3].path, format!("/v1/characters/{id}"));
    assert_eq!(log[3].query.as_deref(), Some("x=1"));
}

#[tokio::test]
async fn a_put_is_logged_with_its_headers_length_and_sha256() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("front.jpg").await;
    stage.put(&ticket, JPEG).await;
    let put = stage.logged(Operation::Put);
    assert_eq!(put.body_length, JPEG.len() as u64);
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(JPEG);
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(put.body_sha256, Some(sha256));
    assert_eq!(put.header("content-type"), Some("image/jpeg"));
    assert_eq!(put.header("x-api-key"), None);
    let url = format!(
        "{}{}?{}",
        stage.emulator.upload_url(),
        put.path,
        put.query.unwrap()
    );
    assert_eq!(url, text(&ticket["upload_url"]));
}

#[tokio::test]
async fn headers_keep_the_order_in_which_they_came() {
    let stage = Stage::new().await;
    let headers = [
        ("Z-Last", "1"),
        ("A-First", "2"),
        ("Cookie", "3"),
        ("Connection", "close"),
    ];
    let url = format!("{}/v1/characters", stage.base);
    let mut raw = Raw::send_head("GET", &url, &headers).await;
    let (_, end) = raw.read_to_end().await;
    end.unwrap();
    let names: Vec<_> = stage.logged(Operation::List).headers;
    let names: Vec<_> = names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["host", "z-last", "a-first", "cookie", "connection"]);
}

#[tokio::test]
async fn a_request_is_in_the_log_while_it_is_handled() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let headers = [("Content-Type", "image/jpeg"), ("Content-Length", "1000")];
    let mut raw = Raw::send_head("PUT", text(&ticket["upload_url"]), &headers).await;
    raw.send(&[7; 400]).await.unwrap();
    stage
        .until(|log| log.last().is_some_and(|put| put.body_length == 400))
        .await;
    let put = stage.logged(Operation::Put);
    assert_eq!(
        (put.status, put.outcome, put.body_sha256),
        (None, None, None)
    );

    drop(raw);
    stage
        .until(|log| log.last().is_some_and(|put| put.outcome.is_some()))
        .await;
    let put = stage.logged(Operation::Put);
    assert_eq!(
        (put.status, put.outcome),
        (None, Some(RequestOutcome::ClientGone))
    );
    assert_eq!(put.body_length, 400);
    assert!(put.body_sha256.is_some());
    // Half a body is not stored.
    assert_eq!(stage.classify(text(&ticket["upload_id"])).await.status, 400);
}

#[tokio::test]
async fn preflights_are_logged_as_such() {
    let stage = Stage::with(EmulatorConfig {
        open: true,
        ..EmulatorConfig::default()
    })
    .await;
    let request = stage.request(Method::OPTIONS, "/aurous/v1/characters");
    request.send().await.unwrap();
    let logged = stage.logged(Operation::Preflight);
    assert_eq!(
        (logged.entry_point, logged.method.as_str()),
        (EntryPoint::Open, "OPTIONS")
    );
}

#[tokio::test]
async fn the_json_of_a_request_names_its_step_and_its_origin() {
    let stage = Stage::new().await;
    stage.get("/v1/characters").await;
    let url = format!("{}/log", stage.emulator.control_url());
    let log = stage.http.get(&url).send().await.unwrap();
    let log: serde_json::Value = log.json().await.unwrap();
    assert_eq!(
        (&log[0]["step"], &log[0]["origin"]),
        (&"list".into(), &"api".into())
    );
}

#[tokio::test]
async fn the_log_can_be_read_and_cleared_over_the_control_origin() {
    let stage = Stage::new().await;
    stage.emulator.inject(Fault::Empty.on(Operation::List));
    stage.get("/v1/characters").await;
    let url = format!("{}/log", stage.emulator.control_url());
    let log = stage.http.get(&url).send().await.unwrap();
    let log: Vec<aurous_emulator::LoggedRequest> = log.json().await.unwrap();
    assert_eq!(log, stage.emulator.log());
    assert_eq!(log[0].fault.as_deref(), Some("empty"));
    stage.http.delete(&url).send().await.unwrap();
    assert!(stage.emulator.log().is_empty());
}

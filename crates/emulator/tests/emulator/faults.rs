use std::pin::pin;
use std::time::Duration;

use aurous_emulator::{
    EmulatorConfig, FakeResponse, Fault, LoggedRequest, Operation, RequestOutcome, ScriptedFault,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::raw::Raw;
use crate::stage::{JPEG, Stage, text};

/// How long a test waits to see that nothing arrives.
const A_MOMENT: Duration = Duration::from_millis(30);

fn ended(log: &[LoggedRequest]) -> Option<RequestOutcome> {
    log.last().and_then(|request| request.outcome)
}

#[tokio::test]
async fn a_status_fault_is_a_proper_error_without_effect() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::status(503).on(Operation::Create));
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    let answer = stage.create(body).await;
    answer.assert_error(503, "provider_unavailable", None);
    assert_eq!(stage.get("/v1/characters").await.json()["data"], json!([]));
    assert_eq!(stage.create(json!({})).await.status, 400);
}

#[tokio::test]
async fn a_status_fault_of_the_upload_host_is_xml() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage
        .emulator
        .inject(Fault::status(503).on(Operation::Put).times(2));
    for _ in 0..2 {
        let answer = stage.put(&ticket, JPEG).await;
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains("<Code>SlowDown</Code>"));
    }
    assert_eq!(stage.put(&ticket, JPEG).await.status, 200);
}

#[tokio::test]
async fn a_status_fault_sends_the_given_headers_and_body() {
    let stage = Stage::new().await;
    let answer = FakeResponse::new(503)
        .with_header("Retry-After", "7")
        .with_header("Aurous-Request-Id", "req_mine")
        .with_body("<h1>down</h1>")
        .with_content_type("text/html");
    stage
        .emulator
        .inject(Fault::Status(answer).on(Operation::List));
    let answer = stage.get("/v1/characters").await;
    assert_eq!((answer.status, answer.text()), (503, "<h1>down</h1>"));
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(answer.header("aurous-request-id"), "req_mine");
    assert_eq!(answer.header("content-type"), "text/html");
    assert_eq!(answer.header("x-ratelimit-limit"), "240");
}

#[tokio::test]
async fn a_body_fault_replaces_the_answer_of_a_processed_request() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::body(201, "{").on(Operation::Create));
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    let answer = stage.create(body).await;
    assert_eq!((answer.status, answer.text()), (201, "{"));
    let list = stage.get("/v1/characters").await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_fault_can_answer_with_html_or_nothing() {
    let stage = Stage::new().await;
    stage.emulator.inject(Fault::NotJson.on(Operation::List));
    stage.emulator.inject(Fault::Empty.on(Operation::List));
    let html = stage.get("/v1/characters").await;
    assert_eq!(html.status, 200);
    assert!(html.header("content-type").starts_with("text/html"));
    assert!(html.text().contains("<h1>"));
    assert!(html.header("aurous-request-id").starts_with("req_"));
    let empty = stage.get("/v1/characters").await;
    assert_eq!((empty.status, empty.text()), (200, ""));
    assert_eq!(empty.header("content-type"), "");
}

#[tokio::test]
async fn a_truncated_answer_has_the_full_length_and_half_the_bytes() {
    let stage = Stage::new().await;
    stage.emulator.inject(Fault::Truncate.on(Operation::List));
    let headers = [("X-Api-Key", stage.emulator.api_key())];
    let url = format!("{}/v1/characters", stage.base);
    let mut raw = Raw::send_head("GET", &url, &headers).await;
    let (answer, _) = raw.read_to_end().await;
    let whole = stage.get("/v1/characters").await.body;
    let (head, half) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let promise = format!("content-length: {}", whole.len());
    assert!(head.contains(&promise), "{head}");
    assert_eq!(half.as_bytes(), &whole[..whole.len() / 2]);

    stage.emulator.inject(Fault::Truncate.on(Operation::List));
    let request = stage.request(reqwest::Method::GET, "/v1/characters");
    let response = request.send().await.unwrap();
    assert!(response.text().await.is_err());
}

#[tokio::test]
async fn a_hang_reads_the_body_and_never_answers() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage.emulator.inject(Fault::Hang.on(Operation::Put));
    let mut put = pin!(stage.put(&ticket, JPEG));
    tokio::select! {
        answer = &mut put => panic!("answered: {answer:?}"),
        () = stage.until(|log| ended(log) == Some(RequestOutcome::Hung)) => {}
    }
    assert!(timeout(A_MOMENT, put).await.is_err());
    let logged = stage.logged(Operation::Put);
    assert_eq!(
        (logged.status, logged.outcome),
        (None, Some(RequestOutcome::Hung))
    );
    assert_eq!(logged.body_length, JPEG.len() as u64);
    // The bytes were not stored.
    let id = text(&ticket["upload_id"]);
    assert_eq!(stage.classify(id).await.status, 400);
}

#[tokio::test]
async fn a_hang_after_the_headers_sends_no_body() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::HangAfterHeaders.on(Operation::List));
    let request = stage.request(reqwest::Method::GET, "/v1/characters");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(timeout(A_MOMENT, response.bytes()).await.is_err());
    let logged = stage.logged(Operation::List);
    assert_eq!(
        (logged.status, logged.outcome),
        (Some(200), Some(RequestOutcome::Hung))
    );
}

#[tokio::test]
async fn a_hang_during_the_body_stops_reading() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage
        .emulator
        .inject(Fault::HangDuringBody.on(Operation::Put));
    let length = (64 << 20).to_string();
    let headers = [("Content-Type", "image/jpeg"), ("Content-Length", &*length)];
    let mut raw = Raw::send_head("PUT", text(&ticket["upload_url"]), &headers).await;
    // Longer than all buffers between client and emulator.
    let body = vec![7; 64 << 20];
    let mut sending = pin!(raw.send(&body));
    tokio::select! {
        _ = &mut sending => panic!("the whole body was read"),
        () = stage.until(|log| ended(log) == Some(RequestOutcome::Hung)) => {}
    }
    assert!(timeout(A_MOMENT, sending).await.is_err());
    let logged = stage.logged(Operation::Put);
    assert_eq!(logged.outcome, Some(RequestOutcome::Hung));
    assert!((1..10 << 20).contains(&logged.body_length));
}

#[tokio::test]
async fn a_delayed_create_takes_effect_even_when_the_client_has_gone() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::Delay(300).on(Operation::Create));
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    // The client goes once the create is admitted, which takes a token.
    let admitted = async { while stage.synthesize_tokens().await == "12" {} };
    tokio::select! {
        answer = stage.create(body) => panic!("answered: {answer:?}"),
        () = admitted => {}
    }
    let gone = Some(RequestOutcome::ClientGone);
    stage
        .until(|log| log.iter().any(|it| it.outcome == gone))
        .await;
    stage.emulator.change_settings(|it| it.rate_limits = false);
    while stage.get("/v1/characters").await.json()["data"] == json!([]) {}
}

#[tokio::test]
async fn a_delayed_request_is_processed_after_the_delay() {
    let stage = Stage::new().await;
    stage.emulator.inject(Fault::Delay(30).on(Operation::Put));
    let ticket = stage.ticket("a.jpg").await;
    let before = std::time::Instant::now();
    assert_eq!(stage.put(&ticket, JPEG).await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(30));
    assert_eq!(stage.classify(text(&ticket["upload_id"])).await.status, 200);
}

#[tokio::test]
async fn a_fault_can_strike_every_request_from_the_nth_on() {
    let stage = Stage::new().await;
    let fault = Fault::status(500).on(Operation::List).nth(3).for_ever();
    stage.emulator.inject(fault.clone());
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(stage.get("/v1/characters").await.status);
    }
    assert_eq!(seen, [200, 200, 500, 500, 500]);
    assert_eq!(stage.emulator.faults(), [fault]);
    stage.emulator.clear_faults();
    assert_eq!(stage.get("/v1/characters").await.status, 200);
}

#[tokio::test]
async fn a_fault_leaves_other_operations_alone() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::Hang.on(Operation::Save).for_ever());
    stage.character("A").await;
}

#[tokio::test]
async fn in_open_mode_a_page_can_read_the_fault() {
    let stage = Stage::with(EmulatorConfig {
        open: true,
        ..EmulatorConfig::default()
    })
    .await;
    stage
        .emulator
        .inject(Fault::status(503).on(Operation::List));
    let url = format!("{}/aurous/v1/characters", stage.base);
    let request = stage.http.get(url).header("Origin", "https://page.example");
    let answer = crate::stage::send(request).await;
    answer.assert_error(503, "provider_unavailable", None);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed, "https://page.example");
    assert_eq!(answer.header("aurous-gateway"), "1");
}

#[tokio::test]
async fn faults_can_be_added_over_the_control_origin() {
    let stage = Stage::new().await;
    let url = format!("{}/faults", stage.emulator.control_url());
    let faults = json!([
        { "match": { "step": "list" }, "fault": { "status": 500 } },
        { "match": { "step": "get", "nth": 2 }, "times": null, "fault": "empty" },
    ]);
    let added = stage.http.post(&url).json(&faults).send().await.unwrap();
    let pending: Vec<ScriptedFault> = added.json().await.unwrap();
    assert_eq!(
        pending,
        [
            Fault::status(500).on(Operation::List),
            Fault::Empty.on(Operation::Get).nth(2).for_ever(),
        ]
    );
    assert_eq!(stage.get("/v1/characters").await.status, 500);
    for bad in [
        json!({ "fault": "explode" }),
        json!({ "fault": { "status": 99 } }),
        json!({ "fault": { "status": 503, "headers": { "a b": "c" } } }),
        json!({ "match": { "step": "upload" }, "fault": "hang" }),
        Value::Null,
    ] {
        let refused = stage.http.post(&url).json(&bad).send().await.unwrap();
        assert_eq!(refused.status(), 400, "{bad}");
    }
    stage.http.delete(&url).send().await.unwrap();
    assert!(stage.emulator.faults().is_empty());
}

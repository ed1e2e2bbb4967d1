use std::io::ErrorKind;

use aurous_emulator::{Fault, Operation, RequestOutcome};
use serde_json::json;

use crate::raw::Raw;
use crate::stage::{JPEG, Stage, text};

#[tokio::test]
async fn a_reset_before_the_body_has_no_effect() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage
        .emulator
        .inject(Fault::ResetBeforeBody.on(Operation::Put));
    let headers = [
        ("Content-Type", "image/jpeg"),
        ("Content-Length", "1000000"),
    ];
    let mut raw = Raw::send_head("PUT", text(&ticket["upload_url"]), &headers).await;
    let (answer, end) = raw.read_to_end().await;
    assert_eq!(answer, "");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let logged = stage.logged(Operation::Put);
    assert_eq!(
        (logged.status, logged.outcome),
        (None, Some(RequestOutcome::Reset))
    );
    assert_eq!(logged.body_length, 0);
    assert_eq!(logged.fault.as_deref(), Some("reset_before_body"));
}

#[tokio::test]
async fn a_reset_during_the_body_comes_after_its_first_bytes() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    stage
        .emulator
        .inject(Fault::ResetDuringBody.on(Operation::Put));
    let headers = [
        ("Content-Type", "image/jpeg"),
        ("Content-Length", "1000000"),
    ];
    let mut raw = Raw::send_head("PUT", text(&ticket["upload_url"]), &headers).await;
    raw.send(&[7; 1000]).await.unwrap();
    let (_, end) = raw.read_to_end().await;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let logged = stage.logged(Operation::Put);
    assert_eq!(
        (logged.body_length, logged.outcome),
        (1000, Some(RequestOutcome::Reset))
    );
    assert!(logged.body_sha256.is_some());

    assert_eq!(stage.put(&ticket, JPEG).await.status, 200);
}

#[tokio::test]
async fn a_create_before_a_reset_takes_effect_if_it_is_scripted_to() {
    for processed in [false, true] {
        let stage = Stage::new().await;
        let body = json!({ "name": "A", "generate": true, "attributes": {} });
        let fault = Fault::ResetAfterBody { processed };
        stage.emulator.inject(fault.on(Operation::Create));
        let body = body.to_string();
        let length = body.len().to_string();
        let headers = [
            ("X-Api-Key", stage.emulator.api_key()),
            ("Content-Length", length.as_str()),
        ];
        let url = format!("{}/v1/characters", stage.base);
        let mut raw = Raw::send_head("POST", &url, &headers).await;
        raw.send(body.as_bytes()).await.unwrap();
        let (answer, end) = raw.read_to_end().await;
        assert_eq!(answer, "");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);

        let list = stage.get("/v1/characters").await.json();
        let created = list["data"].as_array().unwrap().len();
        assert_eq!(created, usize::from(processed));
        let logged = stage.logged(Operation::Create);
        assert_eq!(logged.body_length, body.len() as u64);
        assert_eq!(
            (logged.status, logged.outcome),
            (None, Some(RequestOutcome::Reset))
        );
    }
}

#[tokio::test]
async fn a_proper_client_sees_a_reset_as_a_connection_error() {
    let stage = Stage::new().await;
    stage
        .emulator
        .inject(Fault::ResetBeforeBody.on(Operation::List));
    let request = stage.request(reqwest::Method::GET, "/v1/characters");
    let error = request.send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = cause.downcast_ref::<std::io::Error>();
    assert_eq!(
        cause.map(std::io::Error::kind),
        Some(ErrorKind::ConnectionReset)
    );
    assert_eq!(stage.get("/v1/characters").await.status, 200);
}

#[tokio::test]
async fn in_another_server_the_connection_ends_without_an_answer() {
    let stage = Stage::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/aurous/v1/characters",
        listener.local_addr().unwrap()
    );
    let router = axum::Router::new().nest("/aurous", stage.emulator.open_router());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    stage
        .emulator
        .inject(Fault::ResetBeforeBody.on(Operation::List));
    let mut raw = Raw::send_head("GET", &url, &[]).await;
    let (answer, _) = raw.read_to_end().await;
    assert_eq!(answer, "");
    server.abort();
}

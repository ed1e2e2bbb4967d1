//! The emulator reads a refused body to its end before it responds. A browser that gets a response while
//! it is still sending reports a network error instead of the status.

use aurous_emulator::{Fault, Operation, RuntimeSettings};

use crate::raw::Raw;
use crate::stage::{Stage, text};

const TEN_MEGABYTES: usize = 10_000_000;

/// Sends ten megabytes, and only then reads the response.
async fn send_all_then_read(method: &str, url: &str, headers: &[(&str, &str)]) -> String {
    let length = TEN_MEGABYTES.to_string();
    let mut headers = headers.to_vec();
    headers.extend([("Content-Length", length.as_str()), ("Connection", "close")]);
    let mut raw = Raw::send_head(method, url, &headers).await;
    raw.send(&vec![7; TEN_MEGABYTES]).await.unwrap();
    let (answer, end) = raw.read_to_end().await;
    end.unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_403_comes_after_the_last_byte_of_ten_megabytes() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    let headers = [("Content-Type", "image/png")];
    let status = send_all_then_read("PUT", url, &headers).await;
    assert_eq!(status, "HTTP/1.1 403 Forbidden");
    let logged = stage.logged(Operation::Put);
    assert_eq!(logged.body_length, TEN_MEGABYTES as u64);
}

#[tokio::test]
async fn a_413_comes_after_the_last_byte_of_ten_megabytes() {
    let stage = Stage::with(RuntimeSettings {
        upload_max_bytes: 1000,
        ..RuntimeSettings::default()
    })
    .await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    let headers = [("Content-Type", "image/jpeg")];
    let status = send_all_then_read("PUT", url, &headers).await;
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
}

#[tokio::test]
async fn the_apis_401_404_and_413_come_after_the_last_byte() {
    let stage = Stage::new().await;
    let url = format!("{}/v1/characters", stage.base);
    let status = send_all_then_read("POST", &url, &[]).await;
    assert_eq!(status, "HTTP/1.1 401 Unauthorized");
    let key = [("X-Api-Key", stage.emulator.api_key())];
    let status = send_all_then_read("POST", &url, &key).await;
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    let nowhere = format!("{}/nowhere", stage.base);
    let status = send_all_then_read("POST", &nowhere, &key).await;
    assert_eq!(status, "HTTP/1.1 404 Not Found");
}

#[tokio::test]
async fn a_scripted_503_comes_after_the_last_byte() {
    let stage = Stage::new().await;
    stage.emulator.inject(Fault::status(503).on(Operation::Put));
    let ticket = stage.ticket("a.jpg").await;
    let headers = [("Content-Type", "image/jpeg")];
    let status = send_all_then_read("PUT", text(&ticket["upload_url"]), &headers).await;
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
}

#[tokio::test]
async fn a_slow_sender_gets_no_answer_before_its_last_byte() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let url = text(&ticket["upload_url"]);
    let cut = &url[..url.len() - 1];
    let piece = vec![7; 50_000];
    let length = (piece.len() * 20).to_string();
    let headers = [
        ("Content-Type", "image/jpeg"),
        ("Content-Length", length.as_str()),
        ("Connection", "close"),
    ];
    let mut raw = Raw::send_head("PUT", cut, &headers).await;
    for pieces in 1..=20 {
        assert!(raw.is_silent(), "answered after {} pieces", pieces - 1);
        raw.send(&piece).await.unwrap();
        let arrived = pieces * piece.len() as u64;
        stage
            .until(|log| log.last().is_some_and(|put| put.body_length == arrived))
            .await;
    }
    let (answer, end) = raw.read_to_end().await;
    end.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

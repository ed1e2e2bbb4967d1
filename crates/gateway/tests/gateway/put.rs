//! PUTs that lie about themselves, stop or crawl; and refusals that come when a browser can read
//! them: after the body.

use std::time::{Duration, Instant};

use aurous_emulator::{Operation, RequestOutcome};

use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage};
use crate::harness::{sha256, until};

/// What the gateway takes by default.
const MOST: usize = 10_000_000;
/// Times short enough for a test.
const HASTE: [&str; 4] = [
    "--body-idle-timeout-ms",
    "300",
    "--drain-refused-body-ms",
    "300",
];

fn put(stage: &Stage) -> Request {
    stage.put(&stage.ticket().token, JPEG)
}

/// A PUT whose length is said, and nothing of it sent.
fn promising(stage: &Stage, token: &str, length: usize) -> Request {
    let length = length.to_string();
    stage.put(token, "").with("Content-Length", &length)
}

refused! {
    a_put_without_a_length => 411 "gateway_length_required":
        |stage| stage.put(&stage.ticket().token, "").without("Content-Length");
    a_put_in_chunks => 411 "gateway_length_required": |stage| {
        let put = stage.put(&stage.ticket().token, "3\r\nabc\r\n0\r\n\r\n");
        put.without("Content-Length").header("Transfer-Encoding", "chunked")
    };
    a_put_that_is_one_byte_too_long => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket().token, vec![0; MOST + 1]);
    a_put_of_twenty_megabytes => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket().token, vec![0; 2 * MOST]);
    a_put_over_a_limit_of_ones_own ["--upload-max-bytes", "1000"] => 413 "gateway_body_too_large":
        |stage| put(stage);
    a_put_of_another_type => 415 "gateway_content_type_refused":
        |stage| put(stage).with("Content-Type", "image/png");
    a_put_of_a_page => 415 "gateway_content_type_refused":
        |stage| put(stage).with("Content-Type", "text/html");
    a_put_without_a_type => 415 "gateway_content_type_refused":
        |stage| put(stage).without("Content-Type");
    a_put_with_a_type_and_more => 415 "gateway_content_type_refused":
        |stage| put(stage).with("Content-Type", "image/jpeg; charset=utf-8");
    a_put_with_its_type_and_another => 415 "gateway_content_type_refused":
        |stage| put(stage).with("Content-Type", "text/html").header("Content-Type", "image/jpeg");
    a_put_with_another_type_after_its_own => 415 "gateway_content_type_refused":
        |stage| put(stage).header("Content-Type", "text/html");
}

/// Sent up to its last byte there is no answer; after it there is one.
#[track_caller]
fn answered_late(stage: &Stage, request: &Request, status: u16, code: &str) {
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    let (most, last) = request.body.split_at(request.body.len() - 1);
    connection.send(most).unwrap();
    assert!(connection.is_silent_for(Duration::from_millis(50)));
    connection.send(last).unwrap();
    let answer = connection.answer_to(request);
    stage.assert_refused(&answer, status, code);
}

macro_rules! answered_late {
    ($($name:ident $([$($flag:expr),+])? => $status:literal $code:literal: $request:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = Stage::with_flags(&[$($($flag),+)?]);
            let request: fn(&Stage) -> Request = $request;
            let request = request(&stage);
            stage.forget_upstream();
            answered_late(&stage, &request, $status, $code);
            stage.assert_upstream(&[]);
            stage.finish();
        }
    )+};
}

answered_late! {
    an_expired_url_is_said_after_ten_megabytes => 404 "gateway_upload_url_expired":
        |stage| stage.put("expired", vec![0; MOST]);
    an_unlisted_page_is_said_after_ten_megabytes => 403 "gateway_origin_refused": |stage| {
        let put = stage.put(&stage.ticket().token, vec![0; MOST]);
        put.with("Origin", "https://evil.example")
    };
    another_type_is_said_after_ten_megabytes => 415 "gateway_content_type_refused": |stage| {
        let put = stage.put(&stage.ticket().token, vec![0; MOST]);
        put.with("Content-Type", "image/png")
    };
    too_much_is_said_after_all_of_it => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket().token, vec![0; 2 * MOST]);
    no_session_is_said_after_the_body => 401 "gateway_session_missing":
        |stage| stage.init().without("Authorization").body("application/json", vec![b' '; 60_000]);
    too_much_json_is_said_after_all_of_it => 413 "gateway_body_too_large":
        |stage| stage.init().body("application/json", vec![b' '; MOST]);
    no_route_is_said_after_ten_megabytes => 404 "gateway_route_not_found":
        |stage| stage.bare("PUT", "/nothing").body("image/jpeg", vec![0; MOST]);
}

#[test]
fn who_refuses_to_finish_a_refused_body_is_answered_in_the_end_and_cut_off() {
    let stage = Stage::with_flags(&HASTE);
    let request = promising(&stage, "expired", MOST);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[0; 1000]).unwrap();
    let answer = connection.answer_to(&request);
    stage.assert_refused(&answer, 404, "gateway_upload_url_expired");
    assert_eq!(answer.header("connection"), "close");
    assert!(connection.is_closed());
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn who_waits_to_be_told_to_go_on_is_refused_at_once() {
    let stage = Stage::new();
    let request = promising(&stage, "expired", MOST).header("Expect", "100-continue");
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    let answer = connection.answer_to(&request);
    stage.assert_refused(&answer, 404, "gateway_upload_url_expired");
    assert!(connection.is_closed());
    stage.finish();
}

#[test]
fn who_waits_to_be_told_to_go_on_is_told() {
    let stage = Stage::new();
    let request = put(&stage).header("Expect", "100-continue");
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    assert_eq!(connection.next().unwrap().status, 100);
    connection.send(&request.body).unwrap();
    connection.answer_to(&request).assert_status(200);
    stage.finish();
}

/// The one PUT upstream has not been taken for a whole one.
#[track_caller]
fn assert_cut_off_upstream(stage: &Stage) {
    let ended = until("an end upstream", || {
        let seen = stage.upstream().into_iter();
        seen.filter(|it| it.operation == Operation::Put)
            .find_map(|it| it.outcome)
    });
    assert_eq!(ended, RequestOutcome::ClientGone);
}

#[test]
fn a_put_shorter_than_promised_is_not_acknowledged_and_not_whole_upstream() {
    let stage = Stage::new();
    let request = promising(&stage, &stage.ticket().token, 100_000);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[7; 50_000]).unwrap();
    connection.end();
    if let Ok(answer) = connection.try_answer_to(&request) {
        assert!(answer.status >= 400, "{answer:?}");
    }
    assert_cut_off_upstream(&stage);
    stage.finish();
}

#[test]
fn a_put_longer_than_promised_is_as_long_as_promised() {
    let stage = Stage::new();
    let request = stage.put(&stage.ticket().token, JPEG);
    let request = request
        .with("Content-Length", "1000")
        .with("Connection", "keep-alive");
    let mut connection = stage.connect();
    let _ = connection.send(&request.bytes());
    connection.answer_to(&request).assert_status(200);
    let seen = stage.upstream().remove(1);
    assert_eq!(seen.body_sha256, Some(sha256(&JPEG[..1000])));
    // What is left over is no request.
    while let Ok(answer) = connection.next() {
        assert_eq!(answer.status, 400);
    }
    stage.assert_upstream(&[Operation::Init, Operation::Put]);
    stage.finish();
}

#[test]
fn a_put_that_stands_still_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    let request = promising(&stage, &stage.ticket().token, 100_000);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[7; 50_000]).unwrap();
    let answer = connection.answer_to(&request);
    stage.assert_refused(&answer, 408, "gateway_body_too_slow");
    assert_cut_off_upstream(&stage);
    stage.finish();
}

#[test]
fn a_json_body_that_stands_still_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    let request = stage.init().with("Content-Length", "100");
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(b"{").unwrap();
    let answer = connection.answer_to(&request);
    stage.assert_refused(&answer, 408, "gateway_body_too_slow");
    stage.assert_upstream(&[]);
    stage.finish();
}

/// Sends a byte now and then until there is an answer.
fn crawl(stage: &Stage, request: &Request) {
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    let start = Instant::now();
    // Never still for as long as the limit allows, and never as fast as it asks.
    while connection.is_silent_for(Duration::from_millis(50)) {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it may crawl for ever"
        );
        if connection.send(b" ").is_err() {
            break;
        }
    }
    let answer = connection.answer_to(request);
    stage.assert_refused(&answer, 408, "gateway_body_too_slow");
}

#[test]
fn a_put_of_a_byte_now_and_then_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    let request = promising(&stage, &stage.ticket().token, 100_000);
    crawl(&stage, &request);
    assert_cut_off_upstream(&stage);
    stage.finish();
}

#[test]
fn a_json_body_of_a_byte_now_and_then_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    crawl(&stage, &stage.init().with("Content-Length", "60000"));
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn a_head_of_a_byte_now_and_then_is_given_up() {
    let stage = Stage::with_flags(&["--header-timeout-ms", "300"]);
    let mut connection = stage.connect();
    let start = Instant::now();
    let mut bytes = stage.init().head().into_iter();
    while connection.is_silent_for(Duration::from_millis(20)) {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it may crawl for ever"
        );
        if connection.send(&[bytes.next().unwrap()]).is_err() {
            break;
        }
    }
    assert!(connection.is_closed());
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn a_put_of_nothing_and_one_of_the_largest_size_arrive() {
    let stage = Stage::new();
    let largest: Vec<u8> = (0..MOST).map(|byte| byte as u8).collect();
    for bytes in [Vec::new(), largest] {
        let hash = sha256(&bytes);
        stage
            .send(&stage.put(&stage.ticket().token, bytes))
            .assert_status(200);
        let seen = stage.upstream().pop().unwrap();
        assert_eq!(seen.body_sha256, Some(hash));
    }
    stage.finish();
}

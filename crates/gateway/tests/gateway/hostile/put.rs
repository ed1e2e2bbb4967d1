//! PUTs that differ from their headers, stop or crawl; and refusals that wait until a browser can read
//! them, after the body.

use std::io;
use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation, RequestOutcome};

use crate::harness::answer::Answer;
use crate::harness::request::Request;
use crate::harness::rogue::Rogue;
use crate::harness::stage::{JPEG, Stage};
use crate::harness::{sha256, until};

/// The largest upload by default.
const MAX_BYTES: usize = 10_000_000;
/// Flags for time limits that are short enough for a test.
const HASTE: [&str; 4] = [
    "--body-idle-timeout-ms",
    "300",
    "--drain-refused-body-ms",
    "300",
];

fn put(stage: &Stage) -> Request {
    stage.put(&stage.ticket().token, JPEG)
}

/// Makes a PUT with a length and without a body.
fn promise(stage: &Stage, token: &str, length: usize) -> Request {
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
        |stage| stage.put(&stage.ticket().token, vec![0; MAX_BYTES + 1]);
    a_put_of_twenty_megabytes => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket().token, vec![0; 2 * MAX_BYTES]);
    a_put_over_the_operators_limit ["--upload-max-bytes", "1000"] => 413 "gateway_body_too_large":
        |stage| put(stage);
    an_empty_put => 400 "gateway_empty_upload": |stage| stage.put(&stage.ticket().token, "");
    an_empty_put_of_an_announced_file => 400 "gateway_empty_upload":
        |stage| stage.put(&stage.ticket_of(JPEG.len()).token, "");
    an_empty_put_for_an_older_upload_url => 400 "gateway_empty_upload": |stage| {
        let url = format!("{}/upload/x", stage.emulator().upload_url());
        stage.put(&stage.token_for(&url), "")
    };
    a_put_of_a_byte_less_than_announced => 400 "gateway_size_mismatch":
        |stage| stage.put(&stage.ticket_of(JPEG.len() + 1).token, JPEG);
    a_put_of_a_byte_more_than_announced => 400 "gateway_size_mismatch":
        |stage| stage.put(&stage.ticket_of(JPEG.len() - 1).token, JPEG);
    a_put_over_the_limit_of_an_announced_file => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket_of(JPEG.len()).token, vec![0; MAX_BYTES + 1]);
    a_put_of_another_type => 415 "gateway_content_type_refused":
        |stage| put(stage).with("Content-Type", "image/png");
    a_put_of_html => 415 "gateway_content_type_refused":
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

/// Asserts that a refusal comes after the last byte of the body and not before.
#[track_caller]
fn assert_refused_after_body(stage: &Stage, request: &Request, status: u16, code: &str) {
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    let (most, last) = request.body.split_at(request.body.len() - 1);
    connection.send(most).unwrap();
    assert!(connection.is_silent_for(Duration::from_millis(50)));
    connection.send(last).unwrap();
    let answer = connection.answer_to(request);
    stage.assert_refused(&answer, status, code);
}

macro_rules! refused_after_body {
    ($($name:ident $([$($flag:expr),+])? => $status:literal $code:literal: $request:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = Stage::with_flags(&[$($($flag),+)?]);
            let request: fn(&Stage) -> Request = $request;
            let request = request(&stage);
            stage.forget_upstream();
            assert_refused_after_body(&stage, &request, $status, $code);
            stage.assert_upstream(&[]);
            stage.finish();
        }
    )+};
}

refused_after_body! {
    the_refusal_of_another_size_waits_for_ten_megabytes => 400 "gateway_size_mismatch":
        |stage| stage.put(&stage.ticket_of(MAX_BYTES - 1).token, vec![0; MAX_BYTES]);
    the_refusal_of_an_expired_url_waits_for_ten_megabytes => 404 "gateway_upload_url_expired":
        |stage| stage.put("expired", vec![0; MAX_BYTES]);
    the_refusal_of_an_unlisted_page_waits_for_ten_megabytes => 403 "gateway_origin_refused": |stage| {
        let put = stage.put(&stage.ticket().token, vec![0; MAX_BYTES]);
        put.with("Origin", "https://evil.example")
    };
    the_refusal_of_another_type_waits_for_ten_megabytes => 415 "gateway_content_type_refused": |stage| {
        let put = stage.put(&stage.ticket().token, vec![0; MAX_BYTES]);
        put.with("Content-Type", "image/png")
    };
    the_refusal_of_a_file_too_large_waits_for_all_of_it => 413 "gateway_body_too_large":
        |stage| stage.put(&stage.ticket().token, vec![0; 2 * MAX_BYTES]);
    the_refusal_without_a_session_waits_for_the_body => 401 "gateway_session_missing":
        |stage| stage.init().without("Authorization").body("application/json", vec![b' '; 60_000]);
    the_refusal_of_json_too_large_waits_for_all_of_it => 413 "gateway_body_too_large":
        |stage| stage.init().body("application/json", vec![b' '; MAX_BYTES]);
    the_refusal_of_an_unknown_route_waits_for_ten_megabytes => 404 "gateway_route_not_found":
        |stage| stage.bare("PUT", "/nothing").body("image/jpeg", vec![0; MAX_BYTES]);
}

#[test]
fn a_client_that_never_finishes_a_refused_body_is_refused_and_cut_off() {
    let stage = Stage::with_flags(&HASTE);
    let request = promise(&stage, "expired", MAX_BYTES);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[0; 1000]).unwrap();
    let answer = connection.answer_to(&request);
    stage.assert_refused(&answer, 404, "gateway_upload_url_expired");
    assert!(connection.is_closed());
    stage.assert_upstream(&[]);
    stage.finish();
}

// The handler's server answers `Expect`.
of_the_program! {
    #[test]
    fn a_client_that_expects_100_continue_is_refused_at_once() {
        let stage = Stage::new();
        let request = promise(&stage, "expired", MAX_BYTES).header("Expect", "100-continue");
        let mut connection = stage.connect();
        connection.send(&request.head()).unwrap();
        let answer = connection.answer_to(&request);
        stage.assert_refused(&answer, 404, "gateway_upload_url_expired");
        assert!(connection.is_closed());
        stage.finish();
    }

    #[test]
    fn a_client_that_expects_100_continue_gets_it() {
        let stage = Stage::new();
        let request = put(&stage).header("Expect", "100-continue");
        let mut connection = stage.connect();
        connection.send(&request.head()).unwrap();
        assert_eq!(connection.next().unwrap().status, 100);
        connection.send(&request.body).unwrap();
        connection.answer_to(&request).assert_status(200);
        stage.finish();
    }
}

/// Asserts that the upload host did not take the one PUT for a whole one.
#[track_caller]
fn assert_cut_off_upstream(stage: &Stage) {
    let ended = until("an end upstream", || {
        let seen = stage.upstream().into_iter();
        seen.filter(|it| it.operation == Operation::Put)
            .find_map(|it| it.outcome)
    });
    assert_eq!(ended, RequestOutcome::ClientGone);
}

/// Asserts what a client gets that ended its request early: nothing, a refusal, or Node's own.
#[track_caller]
fn assert_gone(answer: io::Result<Answer>) {
    if let Ok(answer) = answer
        && (answer.status, answer.body.len()) != (400, 0)
    {
        answer.assert_refusal(499, "gateway_client_gone");
    }
}

#[test]
fn a_put_shorter_than_its_length_is_not_acknowledged_and_breaks_off_upstream() {
    let stage = Stage::new();
    let request = promise(&stage, &stage.ticket().token, 100_000);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[7; 50_000]).unwrap();
    connection.end();
    assert_gone(connection.try_answer_to(&request));
    assert_cut_off_upstream(&stage);
    stage.assert_client_gone("PUT");
    stage.finish();
}

#[test]
fn a_json_body_shorter_than_its_length_does_not_go_upstream() {
    let stage = Stage::new();
    let request = stage.init().with("Content-Length", "1000");
    let mut connection = stage.connect();
    connection.send(&request.bytes()).unwrap();
    connection.end();
    assert_gone(connection.try_answer_to(&request));
    stage.assert_client_gone("POST");
    stage.assert_upstream(&[]);
    stage.finish();
}

#[test]
fn a_put_that_its_client_drops_is_logged_as_the_clients_end() {
    let stage = Stage::new();
    let request = promise(&stage, &stage.ticket().token, 100_000);
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    connection.send(&[7; 50_000]).unwrap();
    stage.until_upstream("bytes flow", |seen| {
        seen.iter()
            .any(|it| it.operation == Operation::Put && it.body_length > 0)
    });
    drop(connection);
    assert_cut_off_upstream(&stage);
    stage.assert_client_gone("PUT");
    stage.finish();
}

// Cloudflare's Workers end a request whose client has gone, without a word to its code.
not_in_workerd! {
    #[test]
    fn a_request_whose_client_leaves_before_the_answer_is_logged_as_the_clients_end() {
        let stage = Stage::new();
        stage.emulator().inject(Fault::Hang.on(Operation::Init));
        let mut connection = stage.connect();
        connection.send(&stage.init().bytes()).unwrap();
        stage.until_upstream("an init", |seen| seen.len() == 1);
        drop(connection);
        stage.assert_client_gone("POST");
        stage.finish();
    }
}

// workerd's fetch has no answer before the whole body is sent.
not_in_workerd! {
    #[test]
    fn an_upload_host_that_answers_before_it_has_the_file_is_no_success() {
        let upload = Rogue::answering_early();
        let stage = Stage::before(&upload.url, &[]);
        let token = stage.token_for(&format!("{}/upload", upload.url));
        let request = promise(&stage, &token, 100_000);
        let mut connection = stage.connect();
        connection.send(&request.head()).unwrap();
        connection.send(&[7; 50_000]).unwrap();
        let is_it = |line: &serde_json::Value| {
            line["message"] == "the upload host answered before it had the whole file"
        };
        assert!(stage.program().find(is_it).is_some());
        // The gateway reads on before it refuses.
        connection.send(&[7; 50_000]).unwrap();
        let answer = connection.answer_to(&request);
        stage.assert_refused(&answer, 502, "gateway_upload_host_failed");
        stage.finish();
    }
}

// The handler's server takes what follows a request for the next one: Node ends the connection, the PUT with it.
of_the_program! {
    #[test]
    fn a_put_longer_than_its_length_is_cut_at_that_length() {
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
        // The bytes beyond it are not taken for a request.
        while let Ok(answer) = connection.next() {
            assert_eq!(answer.status, 400);
        }
        stage.assert_upstream(&[Operation::Init, Operation::Put]);
        stage.finish();
    }
}

#[test]
fn a_put_that_stands_still_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    let request = promise(&stage, &stage.ticket().token, 100_000);
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

/// Sends a byte now and then until the gateway refuses.
fn crawl(stage: &Stage, request: &Request) {
    let mut connection = stage.connect();
    connection.send(&request.head()).unwrap();
    let start = Instant::now();
    // Never pauses as long as the idle limit, and never sends as fast as the minimum rate.
    while connection.is_silent_for(Duration::from_millis(50)) {
        // A refusal may wait for the rest of the body for ten seconds.
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the gateway lets it crawl for ever"
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
    let request = promise(&stage, &stage.ticket().token, 100_000);
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

// The handler's server reads heads.
of_the_program! {
    #[test]
    fn a_head_of_a_byte_now_and_then_is_given_up() {
        let stage = Stage::with_flags(&["--header-timeout-ms", "300"]);
        let mut connection = stage.connect();
        let start = Instant::now();
        let mut bytes = stage.init().head().into_iter();
        while connection.is_silent_for(Duration::from_millis(20)) {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "the gateway lets it crawl for ever"
            );
            if connection.send(&[bytes.next().unwrap()]).is_err() {
                break;
            }
        }
        assert!(connection.is_closed());
        stage.assert_upstream(&[]);
        stage.finish();
    }
}

#[test]
fn a_put_of_one_byte_and_one_of_the_largest_size_arrive() {
    let stage = Stage::new();
    let largest: Vec<u8> = (0..MAX_BYTES).map(|byte| byte as u8).collect();
    for bytes in [vec![7], largest] {
        let hash = sha256(&bytes);
        let ticket = stage.ticket_of(bytes.len());
        stage
            .send(&stage.put(&ticket.token, bytes))
            .assert_status(200);
        let seen = stage.upstream().pop().unwrap();
        assert_eq!(seen.body_sha256, Some(hash));
    }
    stage.finish();
}

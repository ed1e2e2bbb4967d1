//! Failures of the API and of the upload host. The gateway asks once, and responds with a refusal that
//! says what happened and quotes neither of them.

use std::io::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use aurous_emulator::{FakeResponse, Fault, Operation};
use serde_json::json;

use crate::harness::answer::Answer;
use crate::harness::rogue::{Rogue, answer};
use crate::harness::stage::{JPEG, PAGE, Stage};

/// Flags for a short time limit, which the requests before the fault still keep on a busy machine.
const HASTE: [&str; 2] = ["--answer-timeout-ms", "2000"];

fn redirect(status: u16) -> Fault {
    Fault::Status(FakeResponse::new(status).with_header("location", "http://127.0.0.1:1/elsewhere"))
}

/// A fault that processes the request and responds with this body and content type.
fn typed(body: &str, content_type: &str) -> Fault {
    Fault::Body(
        FakeResponse::new(200)
            .with_body(body)
            .with_content_type(content_type),
    )
}

upstream! {
    an_api_that_redirects => 502 "gateway_upstream_invalid": Init redirect(302);
    an_api_that_redirects_and_keeps_the_method => 502 "gateway_upstream_invalid":
        Init redirect(307);
    an_api_that_redirects_a_read => 502 "gateway_upstream_invalid": Get redirect(301);
    an_api_that_sends_html => 502 "gateway_upstream_invalid": Init Fault::NotJson;
    an_api_that_sends_html_for_a_character => 502 "gateway_upstream_invalid": Get Fault::NotJson;
    an_api_that_sends_nothing => 502 "gateway_upstream_invalid": Init Fault::Empty;
    an_api_that_truncates_its_answer => 502 "gateway_upstream_invalid": Init Fault::Truncate;
    an_api_that_truncates_a_character => 502 "gateway_upstream_invalid": Get Fault::Truncate;
    an_api_that_never_answers [HASTE[0], HASTE[1]] => 504 "gateway_upstream_timeout":
        Init Fault::Hang;
    an_api_that_never_ends_its_answer [HASTE[0], HASTE[1]] => 504 "gateway_upstream_timeout":
        Classify Fault::HangAfterHeaders;
    an_api_that_hangs_up => 502 "gateway_upstream_unreachable":
        Classify Fault::ResetAfterBody { processed: false };
    an_api_that_hangs_up_at_the_head => 502 "gateway_upstream_unreachable":
        Save Fault::ResetBeforeBody;
    an_api_that_refuses_the_key => 502 "gateway_key_refused": Init Fault::status(401);
    an_api_that_refuses_the_keys_scope => 502 "gateway_key_refused": Get Fault::status(403);
    an_api_that_sends_a_list => 502 "gateway_upstream_invalid": Get Fault::body(200, "[]");
    an_api_that_sends_null => 502 "gateway_upstream_invalid": Get Fault::body(200, "null");
    an_api_that_sends_a_deep_list => 502 "gateway_upstream_invalid":
        Get Fault::body(200, "[".repeat(100_000));
    an_api_that_sends_json_as_text => 502 "gateway_upstream_invalid":
        Get typed("{\"id\":\"char_1\"}", "text/plain");
    an_api_that_sends_json_as_html => 502 "gateway_upstream_invalid":
        Get typed("{\"id\":\"char_1\"}", "text/html");
    an_api_that_fails_with_html => 502 "gateway_upstream_invalid": Get Fault::Status(
        FakeResponse::new(503).with_body("<h1>no</h1>").with_content_type("text/html"));
    an_api_that_fails_with_another_json => 502 "gateway_upstream_invalid":
        Get Fault::Status(FakeResponse::new(500).with_body("{\"oops\":1}"));
    an_api_that_fails_with_an_error_without_a_code => 502 "gateway_upstream_invalid":
        Get Fault::Status(FakeResponse::new(400).with_body("{\"error\":{\"message\":\"x\"}}"));

    an_upload_host_that_redirects => 502 "gateway_upload_refused": Put redirect(307);
    an_upload_host_that_fails => 502 "gateway_upload_host_failed": Put Fault::status(500);
    an_upload_host_that_refuses => 403 "gateway_upload_url_refused": Put Fault::status(403);
    an_upload_host_that_finds_it_too_large => 413 "gateway_body_too_large":
        Put Fault::status(413);
    an_upload_host_that_wants_a_login => 502 "gateway_upload_refused": Put Fault::status(401);
    an_upload_host_that_is_busy => 503 "gateway_upload_host_busy": Put Fault::status(503);
    an_upload_host_that_never_answers [HASTE[0], HASTE[1]] => 504 "gateway_upstream_timeout":
        Put Fault::Hang;
    an_upload_host_that_hangs_up => 502 "gateway_upstream_unreachable":
        Put Fault::ResetAfterBody { processed: true };
    an_upload_host_that_hangs_up_at_the_head => 502 "gateway_upstream_unreachable":
        Put Fault::ResetBeforeBody;
}

#[test]
fn an_upload_host_that_stops_reading_is_given_up() {
    let stage = Stage::with_flags(&HASTE);
    let put = stage.put(&stage.ticket().token, vec![0; 9_000_000]);
    stage
        .emulator()
        .inject(Fault::HangDuringBody.on(Operation::Put));
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 504, "gateway_upstream_timeout");
    stage.finish();
}

#[test]
fn an_upload_host_that_reads_a_little_now_and_then_is_given_up() {
    let upload = Rogue::reading_slowly();
    // Nothing stands still for as long as two seconds.
    let flags = [
        "--upload-max-bytes",
        "40000000",
        "--answer-timeout-ms",
        "2000",
        "--body-min-bytes-per-second",
        "10000000",
    ];
    let stage = Stage::before(&upload.url, &flags);
    let token = stage.token_for(&format!("{}/upload", upload.url));
    let answer = stage.send(&stage.put(&token, vec![0; 40_000_000]));
    stage.assert_refused(&answer, 504, "gateway_upstream_timeout");
    stage.finish();
}

#[test]
fn an_upload_host_that_reads_slowly_and_fast_enough_gets_the_whole_file() {
    let upload = Rogue::reading_slowly();
    let flags = ["--answer-timeout-ms", "3000"];
    let stage = Stage::before(&upload.url, &flags);
    let token = stage.token_for(&format!("{}/upload", upload.url));
    let answer = stage.send(&stage.put(&token, vec![0; 9_000_000]));
    answer.assert_status(200);
    stage.finish();
}

#[test]
fn an_upload_host_that_resets_half_way_is_unreachable() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, vec![0; 9_000_000]);
    stage
        .emulator()
        .inject(Fault::ResetDuringBody.on(Operation::Put));
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 502, "gateway_upstream_unreachable");
    stage.finish();
}

#[test]
fn an_api_that_does_not_listen_is_unreachable() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let stage = Stage::before(&closed, &[]);
    let answer = stage.send(&stage.init());
    stage.assert_refused(&answer, 502, "gateway_upstream_unreachable");
    let put = stage.put(&stage.token_for(&format!("{closed}/upload")), JPEG);
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 502, "gateway_upstream_unreachable");
    stage.finish();
}

#[test]
fn the_apis_errors_reach_the_visitor_without_its_other_headers() {
    let stage = Stage::new();
    let id = stage.uploaded();
    let fault = Fault::Status(
        FakeResponse::new(429)
            .with_header("retry-after", "7")
            .with_header("set-cookie", "vendor=1")
            .with_header("x-powered-by", "vendor"),
    );
    stage.emulator().inject(fault.on(Operation::Classify));
    let answer = stage.send(&stage.classify(&id));
    assert_eq!(answer.assert_status(429).header("retry-after"), "7");
    assert_eq!(answer.text("/error/code"), "too_many_requests");
    stage.assert_logged(&answer, "");
    let answer = stage.send(&stage.create("a-key-of-more-than-16", &[&id, &id]));
    assert_eq!(answer.assert_status(400).text("/error/param"), "upload_ids");
    stage.assert_logged(&answer, "");
    stage.finish();
}

#[test]
fn cookies_and_cors_headers_of_upstream_do_not_reach_the_visitor() {
    let stage = Stage::new();
    let fake = |body: &str| {
        FakeResponse::new(200)
            .with_body(body)
            .with_header("set-cookie", "vendor=1; HttpOnly")
            .with_header("access-control-allow-origin", "*")
            .with_header("access-control-allow-credentials", "true")
            .with_header("content-security-policy", "default-src *")
            .with_header("link", "<https://evil.example>; rel=preload")
            .with_header("clear-site-data", "\"*\"")
            .with_header("location", "https://evil.example")
            .with_header("vary", "*")
            .with_header("cache-control", "public, max-age=31536000")
    };
    let (id, ticket) = (stage.uploaded(), stage.ticket());
    let classified = json!({ "upload_id": "upl_1", "pose": "front", "confidence": 1 });
    stage
        .emulator()
        .inject(Fault::Body(fake(&classified.to_string())).on(Operation::Classify));
    let answer = stage.send(&stage.classify(&id));
    // The assertion checks that there are no headers but the allowed ones.
    stage.assert_logged(answer.assert_status(200), "");
    let page = fake("<script>").with_content_type("text/html");
    stage
        .emulator()
        .inject(Fault::Body(page).on(Operation::Put));
    let answer = stage.send(&stage.put(&ticket.token, JPEG));
    stage.assert_logged(answer.assert_status(200), "");
    assert_eq!(answer.json(), json!({}));
    stage.finish();
}

#[test]
fn the_retry_after_of_a_busy_upload_host_reaches_the_visitor() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, JPEG);
    let busy = FakeResponse::new(429).with_header("retry-after", "3");
    stage
        .emulator()
        .inject(Fault::Status(busy).on(Operation::Put));
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 503, "gateway_upload_host_busy");
    assert_eq!(answer.header("retry-after"), "3");
    stage.finish();
}

#[test]
fn an_answer_that_holds_the_key_is_not_passed_on() {
    let stage = Stage::new();
    let key = stage.emulator().api_key();
    let envelope = json!({ "error": { "type": "invalid_request", "code": "x",
        "message": format!("bad key {key}"), "request_id": "req_1" } });
    let fault = Fault::Status(FakeResponse::new(400).with_body(envelope.to_string()));
    stage.emulator().inject(fault.on(Operation::Init));
    let answer = stage.send(&stage.init());
    stage.assert_refused(&answer, 502, "gateway_upstream_invalid");
    stage.finish();
}

#[test]
fn an_answer_that_holds_the_key_in_a_header_is_not_passed_on() {
    let stage = Stage::new();
    let key = stage.emulator().api_key();
    let id = stage.uploaded();
    let body = json!({ "upload_id": "upl_1", "pose": "front", "confidence": 1 }).to_string();
    let fake = FakeResponse::new(200).with_body(body);
    let fault = Fault::Body(fake.with_header("aurous-request-id", key));
    stage.emulator().inject(fault.on(Operation::Classify));
    let answer = stage.send(&stage.classify(&id));
    stage.assert_refused(&answer, 502, "gateway_upstream_invalid");
    stage.finish();
}

fn init(rogue: &Rogue, flags: &[&str]) -> (Answer, Stage) {
    let stage = Stage::before(&rogue.url, flags);
    let answer = stage.send(&stage.init());
    (answer, stage)
}

fn put(rogue: &Rogue, flags: &[&str]) -> (Answer, Stage) {
    let stage = Stage::before(&rogue.url, flags);
    let token = stage.token_for(&format!("{}/upload/upl_1?signature=0123456789", rogue.url));
    let answer = stage.send(&stage.put(&token, JPEG));
    (answer, stage)
}

/// An upstream that sends 200 MB as fast as the gateway reads.
fn flood(content_type: &'static str) -> Rogue {
    Rogue::start(move |_, stream| {
        let length = 200_000_000;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
        )?;
        let piece = [b' '; 64 * 1024];
        for _ in 0..length / piece.len() {
            stream.write_all(&piece)?;
        }
        Ok(())
    })
}

#[test]
fn two_hundred_megabytes_from_the_api_take_little_memory() {
    let rogue = flood("application/json");
    let (answer, stage) = init(&rogue, &[]);
    stage.assert_refused(&answer, 502, "gateway_upstream_invalid");
    assert_eq!(rogue.seen().len(), 1);
    let peak = stage.program().peak_memory();
    assert!(peak < 64_000_000, "{peak}");
    stage.finish();
}

#[test]
fn two_hundred_megabytes_from_the_upload_host_take_little_memory() {
    let rogue = flood("image/jpeg");
    let (answer, stage) = put(&rogue, &[]);
    stage.assert_logged(answer.assert_status(200), "");
    assert_eq!(answer.json(), json!({}));
    assert_eq!(rogue.seen().len(), 1);
    let peak = stage.program().peak_memory();
    assert!(peak < 64_000_000, "{peak}");
    stage.finish();
}

#[test]
fn an_answer_of_a_byte_now_and_then_times_out() {
    let rogue = Rogue::start(|_, stream| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n"
        )?;
        loop {
            stream.write_all(b" ")?;
            thread::sleep(Duration::from_millis(20));
        }
    });
    let start = Instant::now();
    let (answer, stage) = init(&rogue, &HASTE);
    stage.assert_refused(&answer, 504, "gateway_upstream_timeout");
    assert!(start.elapsed() < Duration::from_secs(5));
    stage.finish();
}

#[test]
fn a_head_of_a_byte_now_and_then_is_given_up() {
    let rogue = Rogue::start(|_, stream| {
        loop {
            stream.write_all(b"H")?;
            thread::sleep(Duration::from_millis(20));
        }
    });
    let (answer, stage) = init(&rogue, &HASTE);
    assert!(matches!(answer.status, 502 | 504), "{answer:?}");
    assert_eq!(rogue.seen().len(), 1);
    stage.finish();
}

/// Makes a test of each row: the API sends these bytes in place of a response. The gateway asks once and
/// refuses with this code.
macro_rules! sends {
    ($($name:ident => $code:literal: $bytes:expr;)+) => {$(
        #[test]
        fn $name() {
            let rogue = Rogue::saying($bytes);
            let (answer, stage) = init(&rogue, &[]);
            stage.assert_refused(&answer, 502, $code);
            assert_eq!(rogue.seen().len(), 1, "{:?}", rogue.seen());
            stage.finish();
        }
    )+};
}

sends! {
    an_api_that_says_nothing_at_all => "gateway_upstream_unreachable": "";
    an_api_that_speaks_something_else => "gateway_upstream_unreachable": "SSH-2.0-OpenSSH_9.7\r\n";
    an_api_that_says_half_a_head => "gateway_upstream_unreachable":
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconte";
    an_api_that_says_two_lengths => "gateway_upstream_unreachable":
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x";
    an_api_that_switches_protocols => "gateway_upstream_invalid":
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n";
    an_api_that_sends_gzip => "gateway_upstream_invalid":
        answer(200, "content-encoding: gzip\r\n", "\x1f\u{8b}not really");
    an_api_that_sends_a_broken_chunk => "gateway_upstream_invalid":
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n";
    a_ticket_without_anything => "gateway_upstream_invalid": answer(201, "", "{}");
    a_ticket_without_an_id => "gateway_upstream_invalid": answer(201, "",
        r#"{"upload_url":"https://aurous.storage/x","expires_at":"2026-05-08T10:15:00Z"}"#);
    a_ticket_with_an_id_that_is_a_path => "gateway_upstream_invalid": answer(201, "",
        r#"{"upload_id":"../x","upload_url":"https://aurous.storage/x","expires_at":"2026-05-08T10:15:00Z"}"#);
    a_ticket_with_an_id_that_is_a_number => "gateway_upstream_invalid": answer(201, "",
        r#"{"upload_id":1,"upload_url":"https://aurous.storage/x","expires_at":"2026-05-08T10:15:00Z"}"#);
}

#[test]
fn the_gateway_follows_no_redirect() {
    let other = Rogue::saying(answer(201, "", "{}"));
    let location = format!("location: {}/x\r\n", other.url);
    let rogue = Rogue::saying(answer(307, &location, "{}"));
    let (refused, stage) = init(&rogue, &[]);
    stage.assert_refused(&refused, 502, "gateway_upstream_invalid");
    stage.finish();
    let (refused, stage) = put(&rogue, &[]);
    stage.assert_refused(&refused, 502, "gateway_upload_refused");
    stage.finish();
    assert_eq!(other.seen().len(), 0);
    assert_eq!(rogue.seen().len(), 2);
}

#[test]
fn a_proxy_in_the_environment_is_ignored() {
    let proxy = Rogue::saying(answer(200, "", "{}"));
    let url = proxy.url.clone();
    let environment = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ];
    let environment = environment.map(|name| (name, url.as_str()));
    let stage = Stage::start(crate::harness::stage::Setup {
        environment: &environment,
        ..Default::default()
    });
    stage.uploaded();
    stage.assert_upstream(&[Operation::Init, Operation::Put]);
    assert_eq!(proxy.seen().len(), 0);
    stage.finish();
}

#[test]
fn a_listed_page_may_read_a_refusal_even_when_upstream_is_down() {
    let stage = Stage::new();
    stage.emulator().inject(Fault::NotJson.on(Operation::Init));
    let answer = stage.send(&stage.init());
    assert_eq!(answer.header("access-control-allow-origin"), PAGE);
    stage.finish();
}

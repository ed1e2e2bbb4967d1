//! Numbers and times from upstream that are no numbers, are huge, or lie in the year 9999.

use std::io::Write as _;

use aurous_emulator::{FakeResponse, Fault, Operation};
use jiff::Timestamp;

use crate::harness::answer::Answer;
use crate::harness::rogue::{Rogue, answer};
use crate::harness::stage::{JPEG, Stage};
use crate::harness::visitor::now;

const DAY: u64 = 24 * 60 * 60;

/// Starts an API whose tickets expire at this time.
fn minting(expires_at: &'static str) -> Rogue {
    Rogue::start(move |seen, stream| {
        let host = seen.headers.iter().find(|(name, _)| name == "host");
        let (_, host) = host.unwrap();
        let ticket = serde_json::json!({
            "upload_id": "upl_1",
            "upload_url": format!("http://{host}/upload/upl_1?signature=0123456789"),
            "upload_headers": { "Content-Type": "image/jpeg" },
            "expires_at": expires_at,
        });
        stream.write_all(answer(201, "", &ticket.to_string()).as_bytes())
    })
}

/// Returns the second until which a ticket's URL opens, and the one that its visitor reads.
fn expiry(expires_at: &'static str) -> (u64, u64) {
    let rogue = minting(expires_at);
    let stage = Stage::before(&rogue.url, &[]);
    let sent = stage.send(&stage.init());
    let token = sent.assert_status(201).text("/upload_url");
    let token = token.strip_prefix("uploads/").unwrap();
    let opened = stage.sealing().open_upload(token, 0).unwrap();
    let read: Timestamp = sent.text("/expires_at").parse().unwrap();
    stage.finish();
    (opened.expires_at_s, read.as_second() as u64)
}

#[test]
fn a_ticket_of_the_year_9999_expires_after_a_day() {
    for far in ["9999-12-30T00:00:00Z", "2100-01-01T00:00:00-01:00"] {
        let before = now();
        let (opened, read) = expiry(far);
        assert!((before + DAY..=now() + DAY).contains(&opened), "{opened}");
        assert_eq!(opened, read);
    }
}

#[test]
fn a_ticket_of_no_time_expires_after_the_documented_quarter_of_an_hour() {
    for none in ["never", "", "9999-12-31T23:59:59Z"] {
        let before = now();
        let (opened, read) = expiry(none);
        assert!((before + 900..=now() + 900).contains(&opened), "{opened}");
        assert_eq!(opened, read);
    }
}

#[test]
fn a_ticket_expires_when_the_api_says_so() {
    assert_eq!(
        expiry("2020-02-02T02:02:02+01:00"),
        (1_580_605_322, 1_580_605_322)
    );
}

/// Returns the answer to a classify that the API refuses with these headers.
fn refused_with(headers: &[(&str, &str)]) -> (Answer, Stage) {
    let stage = Stage::new();
    let id = stage.uploaded();
    let mut fake = FakeResponse::new(429);
    for (name, value) in headers {
        fake = fake.with_header(name, value);
    }
    stage
        .emulator()
        .inject(Fault::Status(fake).on(Operation::Classify));
    let answer = stage.send(&stage.classify(&id));
    (answer, stage)
}

#[test]
fn a_wait_is_a_day_at_most_and_always_in_seconds() {
    for (value, seconds) in [
        ("18446744073709551615", "86400"),
        ("99999999999999999999999999", "86400"),
        ("86401", "86400"),
        ("7", "7"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "86400"),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "0"),
        ("-1", ""),
        ("1e9", ""),
        ("soon", ""),
    ] {
        let (answer, stage) = refused_with(&[("retry-after", value)]);
        let sent = answer.assert_status(429).header("retry-after");
        assert_eq!(sent, seconds, "{value}");
        stage.assert_logged(&answer, "");
        stage.finish();
    }
}

#[test]
fn a_busy_upload_host_asks_for_a_day_at_most() {
    let stage = Stage::new();
    let put = stage.put(&stage.ticket().token, JPEG);
    let busy = FakeResponse::new(503).with_header("retry-after", "18446744073709551615");
    stage
        .emulator()
        .inject(Fault::Status(busy).on(Operation::Put));
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 503, "gateway_upload_host_busy");
    assert_eq!(answer.header("retry-after"), "86400");
    stage.finish();
}

#[test]
fn an_answer_that_is_not_the_apis_asks_for_a_day_at_most() {
    let stage = Stage::new();
    let page = FakeResponse::new(503)
        .with_body("<h1>no</h1>")
        .with_content_type("text/html")
        .with_header("retry-after", "18446744073709551615");
    stage
        .emulator()
        .inject(Fault::Status(page).on(Operation::Init));
    let answer = stage.send(&stage.init());
    stage.assert_refused(&answer, 502, "gateway_upstream_invalid");
    assert_eq!(answer.header("retry-after"), "86400");
    stage.finish();
}

#[test]
fn a_header_that_is_not_as_documented_does_not_reach_the_visitor() {
    let long = "7".repeat(200);
    let (answer, stage) = refused_with(&[
        ("x-ratelimit-limit", "many"),
        ("x-ratelimit-remaining", "18446744073709551615"),
        ("x-ratelimit-reset", "-1"),
        ("aurous-version", "the newest"),
        ("aurous-idempotent-replayed", "perhaps"),
        ("aurous-request-id", &long),
    ]);
    answer.assert_status(429);
    for name in [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "aurous-version",
        "aurous-idempotent-replayed",
    ] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    let id = answer.header("aurous-request-id");
    assert!(id.starts_with("req_gw_"), "{id}");
    stage.finish();
}

#[test]
fn what_the_api_documents_reaches_the_visitor() {
    let documented = [
        ("x-ratelimit-limit", "60"),
        ("x-ratelimit-remaining", "59"),
        ("x-ratelimit-reset", "1778234402"),
        ("aurous-version", "2026-05-15"),
        ("aurous-idempotent-replayed", "true"),
        ("aurous-request-id", "req_01HXMQ7Z3K8Y2NABCDEFGHJKMR"),
    ];
    let (answer, stage) = refused_with(&documented);
    for (name, value) in documented {
        assert_eq!(answer.assert_status(429).header(name), value);
    }
    stage.finish();
}

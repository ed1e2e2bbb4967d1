//! Refused bodies that never come. Few refusals wait for the rest of a body; the others are sent at once.

use std::time::Duration;

use crate::harness::answer::Answer;
use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::{Setup, Stage};

/// A flag by which a refusal that waits for a body waits longer than any test.
const WAITING: [&str; 2] = ["--drain-refused-body-ms", "600000"];

/// Long enough to see that a refusal waits.
const A_MOMENT: Duration = Duration::from_millis(200);

/// Makes a PUT that is refused, with a body that does not come.
fn refused(stage: &Stage) -> Request {
    stage.put("expired", "").with("Content-Length", "100000")
}

/// Sends the head of a request from this address.
fn begin(stage: &Stage, source: &str, request: &Request) -> Connection {
    let address = stage.program().gateway.clone();
    let mut connection = Connection::open_from(source, &address, &stage.spill);
    connection.send(&request.head()).unwrap();
    connection
}

#[track_caller]
fn assert_refused_at_once(stage: &Stage, mut connection: Connection, request: &Request) -> Answer {
    let answer = connection.answer_to(request);
    assert_eq!(answer.header("connection"), "close");
    assert!(connection.is_closed());
    stage.assert_logged(&answer, answer.text("/error/code").as_str());
    answer
}

fn stage(flags: &[&str]) -> Stage {
    Stage::with_flags(&[&WAITING, flags].concat())
}

#[test]
fn a_refusal_beyond_the_limit_is_sent_at_once_and_the_others_still_wait() {
    let stage = stage(&["--max-late-refusals", "1"]);
    let put = refused(&stage);
    let mut late = begin(&stage, "127.0.0.1", &put);
    assert!(late.is_silent_for(A_MOMENT));
    for source in ["127.0.0.1", "127.0.0.2"] {
        let answer = assert_refused_at_once(&stage, begin(&stage, source, &put), &put);
        answer.assert_refusal(404, "gateway_upload_url_expired");
    }
    assert_eq!(stage.metric("aurous_gateway_early_refusals_total"), 2);
    late.send(&[0; 100_000]).unwrap();
    late.answer_to(&put).assert_status(404);
    // The place is free again.
    let mut late = begin(&stage, "127.0.0.1", &put);
    assert!(late.is_silent_for(A_MOMENT));
    stage.finish();
}

#[test]
fn one_address_leaves_late_refusals_to_others() {
    let stage = stage(&["--max-late-refusals", "16"]);
    let init = stage.init().without("Authorization");
    let mut late = [(); 2].map(|()| begin(&stage, "127.0.0.1", &init));
    for connection in &mut late {
        assert!(connection.is_silent_for(A_MOMENT));
    }
    assert_refused_at_once(&stage, begin(&stage, "127.0.0.1", &init), &init);
    let mut other = begin(&stage, "127.0.0.2", &init);
    assert!(other.is_silent_for(A_MOMENT));
    stage.finish();
}

#[test]
fn behind_a_trusted_proxy_the_visitors_addresses_count() {
    let flags = ["--max-late-refusals", "8", "--trusted-proxy", "127.0.0.1"];
    let stage = stage(&flags);
    let from = |address: &str| {
        let put = refused(&stage).header("X-Forwarded-For", address);
        (begin(&stage, "127.0.0.1", &put), put)
    };
    let (mut late, _) = from("198.51.100.1");
    assert!(late.is_silent_for(A_MOMENT));
    let (second, put) = from("203.0.113.5, 198.51.100.1");
    assert_refused_at_once(&stage, second, &put);
    let (mut other, _) = from("198.51.100.2");
    assert!(other.is_silent_for(A_MOMENT));
    stage.finish();
}

#[test]
fn a_refused_body_that_trickles_counts() {
    let stage = stage(&["--max-late-refusals", "1"]);
    let put = refused(&stage);
    let mut late = begin(&stage, "127.0.0.1", &put);
    for _ in 0..5 {
        late.send(b"x").unwrap();
        assert!(late.is_silent_for(Duration::from_millis(50)));
    }
    assert_refused_at_once(&stage, begin(&stage, "127.0.0.1", &put), &put);
    stage.finish();
}

#[test]
fn a_body_that_has_arrived_is_read_beyond_the_limit_and_its_connection_is_kept() {
    let stage = stage(&["--max-late-refusals", "1"]);
    let mut late = begin(&stage, "127.0.0.1", &refused(&stage));
    assert!(late.is_silent_for(A_MOMENT));
    let init = stage.init().with("Connection", "keep-alive");
    let stranger = init.clone().without("Authorization");
    let mut connection = stage.connect();
    connection.exchange(&stranger).assert_status(401);
    connection.exchange(&init).assert_status(201);
    stage.finish();
}

#[test]
fn a_flood_of_refused_bodies_that_never_come_does_not_keep_others_waiting() {
    let flags = [
        "--max-connections",
        "32",
        "--max-connections-per-address",
        "32",
        "--max-late-refusals",
        "8",
    ];
    let stage = stage(&flags);
    let put = refused(&stage);
    for _ in 0..5 {
        let _flood: Vec<_> = (0..40).map(|_| begin(&stage, "127.0.0.1", &put)).collect();
        let address = stage.program().gateway.clone();
        let mut other = Connection::open_from("127.0.0.2", &address, &stage.spill);
        other.exchange(&stage.init()).assert_status(201);
    }
    stage.finish();
}

#[test]
fn with_few_open_files_late_refusals_are_a_part_of_the_connections_that_are_left() {
    // For 16 connections of 1024, so an address has one of 256 late refusals and 16 of 1024 connections.
    let stage = Stage::start(Setup {
        shell_line: Some("ulimit -n 160"),
        flags: &[&WAITING[..], &["--max-connections-per-address", "1024"]].concat(),
        ..Setup::default()
    });
    let put = refused(&stage);
    let mut late = begin(&stage, "127.0.0.1", &put);
    assert!(late.is_silent_for(A_MOMENT));
    assert_refused_at_once(&stage, begin(&stage, "127.0.0.1", &put), &put);
    stage.finish();
}

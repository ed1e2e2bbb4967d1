//! Visitors that ask for too much: they get 429 with a time to come back, and nothing goes upstream.

use std::time::Duration;

use aurous_emulator::{Fault, Operation, RuntimeSettings};
use serde_json::json;

use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::{CHARACTERS, JPEG, Setup, Stage};
use crate::harness::until;

/// Flags for six tokens in all, and one more each minute. A share is two of the six, and two more are
/// left to the first visitor who wants them.
const FEW: [&str; 2] = ["--team-limit", "characters_post=1/6,characters_get=1/6"];

fn sent_by(stage: &Stage, subject: &str, request: Request) -> Request {
    request.with("Authorization", &stage.bearer(subject))
}

/// Returns how often a request passes before the rate limit refuses it.
fn burst(stage: &Stage, request: &Request) -> usize {
    for nth in 0..100 {
        let answer = stage.send(request);
        if answer.status == 429 {
            stage.assert_refused(&answer, 429, "gateway_too_many_requests");
            return nth;
        }
        answer.assert_status(201);
    }
    panic!("there is no limit");
}

#[test]
fn a_visitor_who_is_alone_borrows_and_leaves_a_newcomer_a_whole_share() {
    let stage = Stage::with_flags(&FEW);
    for (subject, calls) in [("alice", 4), ("bob", 2), ("carol", 0)] {
        let init = sent_by(&stage, subject, stage.init());
        assert_eq!(burst(&stage, &init), calls, "{subject}");
    }
    stage.assert_upstream(&[Operation::Init; 6]);
    stage.finish();
}

#[test]
fn a_refused_call_says_when_a_token_is_back() {
    let stage = Stage::with_flags(&FEW);
    burst(&stage, &stage.init());
    let answer = stage.send(&stage.init());
    // One a minute.
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((30..=60).contains(&seconds), "{seconds}");
    stage.finish();
}

#[test]
fn a_bad_request_costs_no_token() {
    let stage = Stage::with_flags(&FEW);
    for _ in 0..10 {
        stage.send(&stage.classify("not-mine")).assert_status(404);
        stage.send(&stage.init().text("{}")).assert_status(400);
    }
    assert_eq!(burst(&stage, &stage.init()), 4);
    stage.finish();
}

#[test]
fn reads_and_writes_have_separate_buckets() {
    let stage = Stage::with_flags(&["--team-limit", "characters_get=1/6"]);
    let id = stage.character();
    for _ in 0..4 {
        stage.send(&stage.get(&id)).assert_status(200);
    }
    let answer = stage.send(&stage.get(&id));
    stage.assert_refused(&answer, 429, "gateway_too_many_requests");
    stage.send(&stage.init()).assert_status(201);
    stage.finish();
}

#[test]
fn a_replica_spends_its_share_of_the_team() {
    let stage = Stage::with_flags(&[
        FEW[0],
        FEW[1],
        "--team-share",
        "1/2",
        "--subject-share",
        "1/1",
    ]);
    assert_eq!(burst(&stage, &stage.init()), 3);
    stage.finish();
}

#[test]
fn visitors_cannot_spend_what_the_backend_has_spent() {
    let stage = Stage::with_flags(&["--subject-share", "1/1"]);
    stage.send(&stage.init()).assert_status(201);
    // The team's backend calls the API with the same key until the API itself refuses.
    let api = stage
        .emulator()
        .api_url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let direct = Request::new("POST", "/v1/characters/uploads/init")
        .header("Host", &api)
        .header("X-Api-Key", stage.emulator().api_key())
        .json(&json!({ "filename": "a.jpg", "extension": "jpg", "content_type": "image/jpeg" }));
    let no_spill = std::sync::Arc::default();
    let mut backend = Connection::open(&api, &no_spill).unwrap();
    while backend.exchange(&direct).status == 201 {}
    stage.forget_upstream();
    // The API refuses once. From then on the gateway does not ask it.
    let first = stage.send(&stage.init());
    assert_eq!(
        first.assert_status(429).text("/error/code"),
        "too_many_requests"
    );
    let second = stage.send(&stage.init());
    stage.assert_refused(&second, 429, "gateway_too_many_requests");
    stage.assert_upstream(&[Operation::Init]);
    stage.finish();
}

fn anonymous(stage: &Stage, forwarded: &str) -> Request {
    let init = stage.init().without("Authorization");
    init.header("X-Forwarded-For", forwarded)
}

#[test]
fn a_made_up_address_has_no_limit_of_its_own() {
    let stage = Stage::with_flags(&[FEW[0], FEW[1], "--allow-anonymous"]);
    for nth in 0..4 {
        let init = anonymous(&stage, &format!("198.51.100.{nth}"));
        stage.send(&init).assert_status(201);
    }
    assert_eq!(burst(&stage, &anonymous(&stage, "198.51.100.9")), 0);
    stage.finish();
}

#[test]
fn the_address_from_a_trusted_proxy_counts_and_the_visitors_own_claim_does_not() {
    let flags = [
        FEW[0],
        FEW[1],
        "--allow-anonymous",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    let stage = Stage::with_flags(&flags);
    for (forwarded, calls) in [
        ("198.51.100.1", 4),
        ("203.0.113.5, 198.51.100.1", 0),
        // As Azure writes it. The port is another one for each connection.
        ("203.0.113.5:80, 198.51.100.1:51234", 0),
        // The addresses of one IPv6 line count as one visitor.
        ("2001:db8:1:2::1", 2),
        ("[2001:db8:1:2:ffff::2]:443", 0),
    ] {
        assert_eq!(
            burst(&stage, &anonymous(&stage, forwarded)),
            calls,
            "{forwarded}"
        );
    }
    stage.finish();
}

#[test]
fn three_characters_of_six_photos_in_a_row_meet_no_limit() {
    let stage = Stage::new();
    for round in 0..3 {
        let ids: Vec<_> = (0..6).map(|_| stage.uploaded()).collect();
        for id in &ids {
            stage.send(&stage.classify(id)).assert_status(200);
        }
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let create = stage.create(&format!("the-key-of-round-{round}"), &ids);
        stage.send(&create).assert_status(201);
    }
    // A newcomer finds a whole share: a character of six photos takes 13 calls.
    stage.forget_upstream();
    assert!(burst(&stage, &sent_by(&stage, "bob", stage.init())) >= 20);
    stage.finish();
}

/// Begins a PUT of this ticket's.
fn begin_put(stage: &Stage, token: &str) -> (Connection, Request) {
    let put = stage.put(token, JPEG);
    (stage.begin_put(stage.connect(), &put), put)
}

#[test]
fn the_uploads_of_one_visitor_have_a_limit_until_one_ends() {
    let stage = Stage::with_flags(&["--max-uploads-per-subject", "2"]);
    let tickets = [stage.ticket(), stage.ticket(), stage.ticket()];
    let (mut first, put) = begin_put(&stage, &tickets[0].token);
    let _second = begin_put(&stage, &tickets[1].token);
    let third = stage.put(&tickets[2].token, JPEG);
    let answer = stage.send(&third);
    stage.assert_refused(&answer, 429, "gateway_too_many_uploads");
    stage.uploaded_by("bob");
    stage.end_put(&mut first, &put);
    first.answer_to(&put).assert_status(200);
    stage.send(&third).assert_status(200);
    stage.finish();
}

#[test]
fn the_uploads_of_all_visitors_have_a_limit() {
    let stage = Stage::with_flags(&["--max-uploads", "1"]);
    let going = begin_put(&stage, &stage.ticket().token);
    let init = sent_by(&stage, "bob", stage.init());
    let put = stage.put(&stage.ticket_by(&init).token, JPEG);
    let answer = stage.send(&put);
    stage.assert_refused(&answer, 429, "gateway_too_many_uploads");
    drop(going);
    // The slot is free as soon as the gateway notices the end.
    until("a free slot", || {
        (stage.send(&put).status == 200).then_some(())
    });
    stage.finish();
}

#[test]
fn the_refusal_of_an_upload_too_many_waits_for_its_ten_megabytes() {
    let stage = Stage::with_flags(&["--max-uploads", "1"]);
    let going = begin_put(&stage, &stage.ticket().token);
    let put = stage.put(&stage.ticket().token, vec![0; 10_000_000]);
    let mut connection = stage.connect();
    connection.send(&put.head()).unwrap();
    connection.send(&put.body[1..]).unwrap();
    assert!(connection.is_silent_for(Duration::from_millis(50)));
    connection.send(&put.body[..1]).unwrap();
    let answer = connection.answer_to(&put);
    stage.assert_refused(&answer, 429, "gateway_too_many_uploads");
    drop(going);
    stage.finish();
}

#[test]
fn a_synthesis_takes_from_a_bucket_of_its_own() {
    let stage = Stage::start(Setup {
        flags: &[
            "--enable",
            "generate",
            "--team-limit",
            "characters_synthesize=1/1",
        ],
        emulator: RuntimeSettings {
            credits: 5,
            ..RuntimeSettings::default()
        },
        ..Setup::default()
    });
    let body = json!({ "name": "A", "generate": true, "attributes": { "age": 28 } });
    let create = |key: &str| stage.create_of(key, &body);
    stage
        .send(&create("the-first-synthesis"))
        .assert_status(201);
    let answer = stage.send(&create("the-second-synthesis"));
    stage.assert_refused(&answer, 429, "gateway_too_many_requests");
    stage.assert_upstream(&[Operation::Create]);
    // The first create is still replayed: its response does not depend on the bucket.
    let again = stage.send(&create("the-first-synthesis"));
    again.assert_status(201);
    stage.assert_upstream(&[Operation::Create]);
    stage.finish();
}

#[test]
fn a_refusal_of_the_api_reaches_the_visitor() {
    let stage = Stage::with_flags(&["--enable", "list"]);
    stage
        .emulator()
        .inject(Fault::status(402).on(Operation::List));
    let answer = stage.send(&stage.request("GET", CHARACTERS));
    stage.assert_logged(answer.assert_status(402), "");
    stage.finish();
}

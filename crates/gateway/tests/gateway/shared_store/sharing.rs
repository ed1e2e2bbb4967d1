//! What one gateway knows of another's creates, limits and uploads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation};
use serde_json::json;

use super::redis_server::RedisServer;
use super::{send_to, stage, with_store};
use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::spill::Spill;
use crate::harness::stage::{JPEG, Stage};
use crate::harness::until;
use crate::harness::visitor::SEALING_SECRETS;

const KEY: &str = "a-key-of-more-than-16";

fn creates(stage: &Stage) -> usize {
    let seen = stage.upstream();
    let creates = seen.iter().filter(|it| it.operation == Operation::Create);
    creates.count()
}

#[test]
fn a_create_is_repeated_by_another_gateway_and_by_one_that_was_killed_and_started_again() {
    let store = RedisServer::start();
    let stage = stage(&store, &[]);
    let flags = with_store(&store, &[]);
    let other = stage.start_another(&flags, &[]);
    let id = stage.uploaded();
    let create = stage.create(KEY, &[&id]);
    let made = stage.send(&create).assert_status(201).json();
    assert_eq!(send_to(&other, &stage.spill, &create).json(), made);
    drop(other);
    let again = stage.start_another(&flags, &[]);
    let answer = send_to(&again, &stage.spill, &create);
    assert_eq!(answer.json(), made);
    assert_eq!(answer.header("aurous-idempotent-replayed"), "true");
    let another = stage.create_of(KEY, &json!({ "name": "Borealis", "upload_ids": [id] }));
    let refused = send_to(&again, &stage.spill, &another);
    refused.assert_refusal(409, "gateway_idempotency_key_reused");
    assert_eq!(creates(&stage), 1);
    stage.finish();
}

#[test]
fn a_create_that_another_gateway_carries_out_is_waited_for() {
    let store = RedisServer::start();
    let stage = stage(&store, &[]);
    let other = stage.start_another(&with_store(&store, &[]), &[]);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage
        .emulator()
        .inject(Fault::Delay(1000).on(Operation::Create));
    let mut first = stage.connect();
    first.send(&create.bytes()).unwrap();
    stage.until_upstream("the create is running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    let joined = send_to(&other, &stage.spill, &create);
    let made = first.answer_to(&create);
    assert_eq!(joined.assert_status(201).json(), made.json());
    assert_eq!(creates(&stage), 1);
    stage.finish();
}

#[test]
fn a_create_whose_gateway_was_killed_is_found_by_another_one() {
    let store = RedisServer::start();
    let stage = stage(&store, &["--answer-timeout-ms", "500"]);
    let flags = with_store(&store, &["--answer-timeout-ms", "500"]);
    let mut doomed = stage.start_another(&flags, &[]);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage
        .emulator()
        .inject(Fault::Delay(200).on(Operation::Create));
    let mut connection = Connection::open(&doomed.gateway, &stage.spill).unwrap();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create is running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    doomed.kill();
    // It waits for the claim of the dead one, sends the create again, and finds what the first attempt made.
    let answer = stage.send(&create);
    let id = answer.assert_status(201).text("/id");
    let made = stage.emulator().characters();
    assert_eq!(made.len(), 1);
    assert!(id.starts_with(&made[0].id), "{id}");
    stage.finish();
}

#[test]
fn nothing_in_the_store_can_be_read_and_everything_expires() {
    let store = RedisServer::start();
    let stage = stage(&store, &[]);
    let id = stage.uploaded();
    let create = stage.create(KEY, &[&id]);
    let made = stage.send(&create).assert_status(201).text("/id");
    let ticket = stage.ticket();
    let put = stage.put(&ticket.token, JPEG);
    let running = stage.begin_put(stage.connect(), &put);
    let kinds = ["create:", "rate:", "slots:", "turns:"];
    // No PUT waits for the store.
    let entries = until("there is an entry of each kind", || {
        let entries = store.entries();
        let has = |kind: &&str| {
            let prefix = format!("aurous:{kind}{{");
            entries.iter().any(|(key, ..)| key.starts_with(&prefix))
        };
        kinds.iter().all(has).then_some(entries)
    });
    drop(running);
    let upload = made.split('.').next().unwrap();
    let secrets = [
        stage.emulator().api_key(),
        SEALING_SECRETS[0],
        KEY,
        "alice",
        "Aurora",
        &id,
        &ticket.token,
        upload,
        stage.emulator().upload_url(),
        "front.jpg",
    ];
    for (key, text, ttl_ms) in &entries {
        for secret in secrets {
            assert!(!key.contains(secret) && !text.contains(secret), "{key}");
        }
        assert!((1..=86_400_000).contains(ttl_ms), "{key}: {ttl_ms}");
    }
    stage.finish();
}

#[test]
fn keys_begin_with_the_prefix_and_deployments_with_other_prefixes_know_nothing_of_each_other() {
    let store = RedisServer::start();
    let stage = stage(&store, &["--store-prefix", "one:"]);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage.send(&create).assert_status(201);
    let keys = store.entries().into_iter().map(|(key, _, _)| key);
    assert!(keys.into_iter().all(|key| key.starts_with("one:")));
    let flags = with_store(&store, &["--store-prefix", "two:"]);
    let other = stage.start_another(&flags, &[]);
    // The uploads are consumed, so it is another create.
    let answer = send_to(&other, &stage.spill, &create);
    assert_ne!(answer.header("aurous-idempotent-replayed"), "true");
    assert_eq!(creates(&stage), 2);
    stage.finish();
}

/// Sends as many inits as it can from these visitors, through four gateways, for two seconds. Returns how many
/// went through, and the seconds that it took.
fn inits_through_four(visitors: &[&str]) -> (usize, f64) {
    let store = RedisServer::start();
    let stage = stage(&store, &[]);
    let flags = with_store(&store, &[]);
    let others: Vec<_> = (0..3).map(|_| stage.start_another(&flags, &[])).collect();
    let mut gateways: Vec<_> = others.iter().map(|it| it.gateway.clone()).collect();
    gateways.push(stage.program().gateway.clone());
    let requests: Vec<Request> = visitors
        .iter()
        .map(|visitor| stage.init().with("Authorization", &stage.bearer(visitor)))
        .collect();
    // The tickets are too many to search for each of them.
    let spill = Arc::new(Spill::default());
    let passed = AtomicUsize::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        for nth in 0..8 {
            let (gateways, requests, passed, spill) = (&gateways, &requests, &passed, &spill);
            scope.spawn(move || {
                for turn in nth.. {
                    if began.elapsed() > Duration::from_secs(2) {
                        return;
                    }
                    let gateway = &gateways[turn % gateways.len()];
                    let request = &requests[turn % requests.len()];
                    let answer = Connection::open(gateway, spill).unwrap().exchange(request);
                    match answer.status {
                        201 => passed.fetch_add(1, Ordering::Relaxed),
                        status => {
                            assert_eq!(status, 429);
                            0
                        }
                    };
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    stage.finish();
    (passed.into_inner(), seconds)
}

/// Asserts that as many calls as this went through at once, and then one every two seconds: the documented rate.
fn assert_within_a_token((passed, seconds): (usize, f64), at_once: usize) {
    println!("{passed} calls in {seconds:.2} s");
    let most = at_once as f64 + seconds / 2.0 + 1.0;
    assert!(passed >= at_once && passed as f64 <= most, "{passed}");
}

#[test]
fn the_teams_limit_holds_over_four_gateways_within_a_token() {
    let all = inits_through_four(&["alice", "bob", "carol", "dora", "emil"]);
    assert_within_a_token(all, 60);
}

#[test]
fn a_visitors_share_holds_over_four_gateways_within_a_token() {
    // 20 of its own, and 20 that the others leave: the rest is the next visitor's.
    assert_within_a_token(inits_through_four(&["alice"]), 40);
}

#[test]
fn a_visitor_has_as_many_puts_at_once_as_allowed_over_two_gateways() {
    let store = RedisServer::start();
    let flags = [
        "--max-uploads-per-subject",
        "2",
        "--drain-refused-body-ms",
        "200",
    ];
    let stage = stage(&store, &flags);
    let flags = with_store(&store, &flags);
    let mut other = stage.start_another(&flags, &[]);
    let puts: Vec<_> = (0..3)
        .map(|_| stage.put(&stage.ticket().token, JPEG))
        .collect();
    let mut here = stage.begin_put(stage.connect(), &puts[0]);
    let connection = Connection::open(&other.gateway, &stage.spill).unwrap();
    let mut there = stage.begin_put(connection, &puts[1]);
    // No PUT waits for the store.
    let slots = |store: &RedisServer| {
        let entries = store.entries();
        let slots = entries.iter().filter(|(key, ..)| key.contains("slots"));
        slots
            .map(|(_, text, _)| text.matches("holder").count())
            .sum::<usize>()
    };
    until("two slots are taken", || (slots(&store) == 2).then_some(()));
    let mut third = stage.connect();
    third.send(&puts[2].head()).unwrap();
    third.send(&puts[2].body[..puts[2].body.len() / 2]).unwrap();
    // A PUT that may go on would wait for the other half.
    let refused = third.answer_to(&puts[2]);
    stage.assert_refused(&refused, 429, "gateway_too_many_uploads");
    stage.end_put(&mut there, &puts[1]);
    there.answer_to(&puts[1]).assert_status(200);
    stage.send(&puts[2]).assert_status(200);
    stage.end_put(&mut here, &puts[0]);
    here.answer_to(&puts[0]).assert_status(200);
    until("no slot is taken", || (slots(&store) == 0).then_some(()));
    other.stop();
    stage.finish();
}

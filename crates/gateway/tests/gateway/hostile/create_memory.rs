//! How many creates the gateway remembers, and what happens when there is no room for another.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::answer::Answer;
use crate::harness::connection::Connection;
use crate::harness::rogue::{Rogue, answer};
use crate::harness::stage::Stage;

/// Flags that lift the rate limits.
const FAST: [&str; 4] = [
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=1000000/1000000,characters_synthesize=1000000/1000000",
];

/// Starts an API that makes a character for each create, in an answer of this many bytes and more.
fn creating(bytes: usize) -> Rogue {
    let made = AtomicUsize::new(0);
    Rogue::start(move |_, stream| {
        let nth = made.fetch_add(1, Ordering::Relaxed);
        let character = json!({
            "id": format!("char_{nth}"),
            "status": "ready",
            "refs": [],
            "name": "a".repeat(bytes),
        });
        let answer = answer(201, "connection: close\r\n", &character.to_string());
        stream.write_all(answer.as_bytes())
    })
}

fn stage(rogue: &Rogue, flags: &[&str]) -> Stage {
    Stage::before(&rogue.url, &[&FAST, flags].concat())
}

fn create(stage: &Stage, subject: &str, nth: usize, body: &Value) -> Answer {
    let create = stage.create_of(&format!("the-key-of-create-{nth}"), body);
    stage.send(&create.with("Authorization", &stage.bearer(subject)))
}

fn upload_create() -> Value {
    json!({ "name": "Aurora" })
}

fn synthesis() -> Value {
    json!({ "name": "Aurora", "generate": true })
}

#[track_caller]
fn assert_replayed(answer: &Answer, is_replayed: bool) {
    let header = answer.header("aurous-idempotent-replayed");
    assert_eq!((answer.status, header == "true"), (201, is_replayed));
}

#[test]
fn a_new_create_makes_the_oldest_one_forgotten_that_may_be_repeated_without_harm() {
    let rogue = creating(100);
    // A tenth is a visitor's: two.
    let stage = stage(&rogue, &["--max-create-records", "20"]);
    for nth in 0..3 {
        assert_replayed(&create(&stage, "alice", nth, &upload_create()), false);
    }
    for (nth, is_replayed) in [(2, true), (1, true), (0, false)] {
        let again = create(&stage, "alice", nth, &upload_create());
        assert_replayed(&again, is_replayed);
    }
    stage.finish();
}

#[test]
fn a_create_that_costs_credits_is_remembered_and_the_next_one_refused() {
    let rogue = creating(100);
    let flags = ["--enable", "generate", "--max-create-records", "20"];
    let stage = stage(&rogue, &flags);
    for nth in 0..2 {
        assert_replayed(&create(&stage, "alice", nth, &synthesis()), false);
    }
    for body in [synthesis(), upload_create()] {
        let refused = create(&stage, "alice", 2, &body);
        stage.assert_refused(&refused, 429, "gateway_too_many_creates");
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!((86_000..=86_400).contains(&seconds), "{seconds}");
    }
    for nth in 0..2 {
        assert_replayed(&create(&stage, "alice", nth, &synthesis()), true);
    }
    assert_replayed(&create(&stage, "bob", 0, &synthesis()), false);
    stage.finish();
}

#[test]
fn the_creates_that_cost_credits_leave_room_for_no_other_once_they_fill_the_bytes() {
    let rogue = creating(50_000);
    // A tenth is a visitor's: two answers of 50 KB, since a third might have 64 KB.
    let flags = ["--enable", "generate", "--max-create-bytes", "1600000"];
    let stage = stage(&rogue, &flags);
    for nth in 0..2 {
        assert_replayed(&create(&stage, "alice", nth, &synthesis()), false);
    }
    let refused = create(&stage, "alice", 2, &synthesis());
    stage.assert_refused(&refused, 429, "gateway_too_many_creates");
    assert_replayed(&create(&stage, "bob", 0, &synthesis()), false);
    stage.finish();
}

#[test]
fn a_thousand_large_answers_take_little_memory_and_stop_no_create() {
    let rogue = creating(60_000);
    let stage = stage(&rogue, &["--max-create-bytes", "8000000"]);
    let visitors: Vec<_> = (0..10)
        .map(|nth| stage.bearer(&format!("visitor-{nth}")))
        .collect();
    // The answers are too long to be searched for secrets in a test.
    let (address, no_spill) = (stage.program().gateway.clone(), Arc::default());
    let send = |nth: usize| {
        let create = stage.create_of(&format!("the-key-of-create-{nth}"), &upload_create());
        let create = create.with("Authorization", &visitors[nth % visitors.len()]);
        let mut connection = Connection::open(&address, &no_spill).unwrap();
        connection.exchange(&create)
    };
    for nth in 0..1_000 {
        assert_replayed(&send(nth), false);
    }
    let peak = stage.program().peak_memory();
    println!("1000 creates with answers of 60 KB: at most {peak} bytes resident");
    assert!(peak < 48 * 1024 * 1024, "{peak} bytes");
    assert_replayed(&send(999), true);
    stage.finish();
}

#[test]
fn an_answer_to_a_create_is_64_kilobytes_at_most() {
    let rogue = creating(64 * 1024);
    let stage = stage(&rogue, &[]);
    let answer = create(&stage, "alice", 0, &upload_create());
    stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    stage.finish();
}

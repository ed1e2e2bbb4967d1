//! Creates happen once, also when a client repeats one, hangs up or loses the response.

use std::thread;

use aurous_emulator::{Fault, LoggedRequest, Operation};
use serde_json::{Value, json};

use crate::harness::request::Request;
use crate::harness::stage::Stage;

const KEY: &str = "a-key-of-sixteen-or-more";

fn creates(stage: &Stage) -> Vec<LoggedRequest> {
    let mut seen = stage.upstream();
    seen.retain(|it| it.operation == Operation::Create);
    seen
}

fn synthesis() -> Value {
    json!({ "name": "Aurora", "generate": true, "attributes": { "gender": "female" } })
}

#[test]
fn a_repeated_create_gets_the_same_answer_and_reaches_the_api_once() {
    let stage = Stage::new();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    let first = stage.send(&create);
    first.assert_status(201);
    for _ in 0..3 {
        let again = stage.send(&create);
        again.assert_status(201);
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("aurous-idempotent-replayed"), "true");
    }
    assert_eq!(creates(&stage).len(), 1);
    stage.finish();
}

#[test]
fn ten_equal_creates_at_once_reach_the_api_once() {
    let stage = Stage::new();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage
        .emulator()
        .inject(Fault::Delay(300).on(Operation::Create));
    let mut connections: Vec<_> = (0..10).map(|_| stage.connect()).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = connections
            .iter_mut()
            .map(|connection| scope.spawn(|| connection.exchange(&create)))
            .collect();
        asked.into_iter().map(|it| it.join().unwrap()).collect()
    });
    for answer in &answers {
        answer.assert_status(201);
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(creates(&stage).len(), 1);
    stage.finish();
}

#[test]
fn a_client_that_hung_up_gets_its_character_by_repeating_the_create() {
    let stage = Stage::new();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage
        .emulator()
        .inject(Fault::Delay(200).on(Operation::Create));
    let mut connection = stage.connect();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    drop(connection);
    stage.send(&create).assert_status(201);
    assert_eq!(creates(&stage).len(), 1);
    stage.finish();
}

#[test]
fn the_same_key_of_two_visitors_makes_two_characters() {
    let stage = Stage::new();
    let create_as = |subject: &str| {
        let create = stage.create(KEY, &[&stage.uploaded_by(subject)]);
        let answer = stage.send(&create.with("Authorization", &stage.bearer(subject)));
        answer.assert_status(201).text("/id")
    };
    assert_ne!(create_as("alice"), create_as("bob"));
    let seen = creates(&stage);
    assert_eq!(seen.len(), 2);
    assert_ne!(
        seen[0].header("idempotency-key"),
        seen[1].header("idempotency-key")
    );
    stage.finish();
}

#[test]
fn a_key_is_for_one_body() {
    let stage = Stage::new();
    let (first, second) = (stage.uploaded(), stage.uploaded());
    stage.send(&stage.create(KEY, &[&first])).assert_status(201);
    let answer = stage.send(&stage.create(KEY, &[&second]));
    stage.assert_refused(&answer, 409, "gateway_idempotency_key_reused");
    assert_eq!(creates(&stage).len(), 1);
    stage.finish();
}

#[test]
fn the_api_never_sees_the_browsers_key() {
    let stage = Stage::new();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    stage.send(&create).assert_status(201);
    let seen = creates(&stage);
    let key = seen[0].header("idempotency-key").unwrap();
    assert!(key.len() == 64 && !key.contains(KEY), "{key}");
    stage.finish();
}

/// Sends a create that the API carries out without a response, and of which it tells no reference.
fn lose_response(stage: &Stage, create: &Request) {
    stage
        .emulator()
        .change_settings(|it| it.echo_client_reference_id = false);
    let fault = Fault::ResetAfterBody { processed: true };
    stage.emulator().inject(fault.on(Operation::Create));
    let answer = stage.send(create);
    stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
}

#[test]
fn a_synthesis_of_unknown_outcome_is_never_sent_again() {
    let stage = Stage::with_flags(&["--enable", "generate"]);
    let create = stage.create_of(KEY, &synthesis());
    lose_response(&stage, &create);
    for _ in 0..3 {
        let answer = stage.send(&create);
        stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    }
    assert_eq!(creates(&stage).len(), 1);
    stage.finish();
}

#[test]
fn an_upload_create_of_unknown_outcome_is_sent_again_under_the_same_key() {
    let stage = Stage::new();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    lose_response(&stage, &create);
    stage.send(&create).assert_status(201);
    let seen = creates(&stage);
    assert_eq!(seen.len(), 2);
    assert_eq!(
        seen[0].header("idempotency-key"),
        seen[1].header("idempotency-key")
    );
    stage.finish();
}

#[test]
fn a_consumed_upload_after_an_unknown_outcome_is_not_reported_as_a_failure() {
    let stage = Stage::new();
    stage
        .emulator()
        .change_settings(|settings| settings.honour_idempotency_key_on_create = false);
    let create = stage.create(KEY, &[&stage.uploaded()]);
    lose_response(&stage, &create);
    let answer = stage.send(&create);
    stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    stage.finish();
}

#[test]
fn a_refused_create_may_be_repeated_under_the_same_key() {
    let stage = Stage::new();
    let ticket = stage.ticket();
    let create = stage.create(KEY, &[&ticket.upload_id]);
    // No bytes have been PUT.
    let answer = stage.send(&create);
    assert_eq!(answer.text("/error/code"), "upload_invalid");
    let put = stage.put(&ticket.token, crate::harness::stage::JPEG);
    stage.send(&put).assert_status(200);
    stage.send(&create).assert_status(201);
    stage.finish();
}

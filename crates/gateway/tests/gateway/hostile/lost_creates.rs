//! Creates whose answer is lost: the gateway looks for their characters by `client_reference_id`.

use std::time::Duration;

use aurous_emulator::{Fault, Operation, RuntimeSettings};
use serde_json::{Value, json};

use crate::harness::answer::Answer;
use crate::harness::stage::{Setup, Stage};

const KEY: &str = "a-key-of-sixteen-or-more";

fn stage_with(emulator: RuntimeSettings) -> Stage {
    Stage::start(Setup {
        flags: &["--enable", "generate,regenerate"],
        emulator: RuntimeSettings {
            honour_idempotency_key_on_create: false,
            ..emulator
        },
        ..Setup::default()
    })
}

fn stage() -> Stage {
    stage_with(RuntimeSettings::default())
}

fn lose_answer(stage: &Stage, is_carried_out: bool) {
    let fault = Fault::ResetAfterBody {
        processed: is_carried_out,
    };
    stage.emulator().inject(fault.on(Operation::Create));
}

/// Sends a create of the synthesize flow, which costs credits.
fn synthesize(stage: &Stage, key: &str, more: Value) -> Answer {
    let mut body = json!({ "name": "Aurora", "generate": true, "attributes": { "age": 28 } });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    stage.send(&stage.create_of(key, &body))
}

fn made(stage: &Stage) -> usize {
    stage.emulator().characters().len()
}

#[test]
fn a_character_whose_answer_was_lost_is_found() {
    let stage = stage();
    for (nth, more) in [json!({}), json!({ "client_reference_id": "order 17" })]
        .into_iter()
        .enumerate()
    {
        let key = format!("{KEY}-{nth}");
        lose_answer(&stage, true);
        let answer = synthesize(&stage, &key, more.clone());
        let id = answer.assert_status(201).text("/id");
        stage.send(&stage.get(&id)).assert_status(200);
        let again = synthesize(&stage, &key, more);
        assert_eq!(again.header("aurous-idempotent-replayed"), "true");
        assert_eq!(again.text("/id"), id);
        assert_eq!(made(&stage), nth + 1);
    }
    stage.finish();
}

#[test]
fn uploads_that_were_used_up_unseen_lead_to_their_character() {
    let stage = stage();
    let create = stage.create(KEY, &[&stage.uploaded()]);
    lose_answer(&stage, true);
    let id = stage.send(&create).assert_status(201).text("/id");
    assert_eq!(stage.send(&create).text("/id"), id);
    assert_eq!(made(&stage), 1);
    stage.finish();
}

#[test]
fn a_create_that_was_not_carried_out_may_be_sent_again() {
    let stage = stage();
    // A character of another create, by which the gateway sees that the API tells references.
    synthesize(&stage, "the-key-of-another-create", json!({})).assert_status(201);
    lose_answer(&stage, false);
    let answer = synthesize(&stage, KEY, json!({}));
    stage.assert_refused(&answer, 503, "gateway_create_not_made");
    synthesize(&stage, KEY, json!({})).assert_status(201);
    assert_eq!(made(&stage), 2);
    stage.finish();
}

#[test]
fn the_character_of_another_create_with_the_same_reference_is_left_alone() {
    let stage = stage();
    let order = json!({ "client_reference_id": "order 17" });
    let first = synthesize(&stage, "the-key-of-another-create", order.clone());
    let first = first.assert_status(201).text("/id");
    lose_answer(&stage, false);
    let answer = synthesize(&stage, KEY, order.clone());
    stage.assert_refused(&answer, 503, "gateway_create_not_made");
    let second = synthesize(&stage, KEY, order)
        .assert_status(201)
        .text("/id");
    assert_ne!(first, second);
    stage.finish();
}

#[test]
fn where_the_api_does_not_tell_references_the_outcome_stays_unknown() {
    let stage = stage_with(RuntimeSettings {
        echo_client_reference_id: false,
        ..RuntimeSettings::default()
    });
    synthesize(&stage, "the-key-of-another-create", json!({})).assert_status(201);
    for (key, is_carried_out) in [(KEY, true), ("another-key-of-sixteen", false)] {
        lose_answer(&stage, is_carried_out);
        for _ in 0..2 {
            let answer = synthesize(&stage, key, json!({}));
            stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
        }
    }
    assert_eq!(made(&stage), 2);
    stage.finish();
}

#[test]
fn an_api_that_has_not_answered_may_still_be_at_work() {
    let stage = Stage::start(Setup {
        flags: &["--enable", "generate", "--answer-timeout-ms", "200"],
        ..Setup::default()
    });
    synthesize(&stage, "the-key-of-another-create", json!({})).assert_status(201);
    stage.emulator().inject(Fault::Hang.on(Operation::Create));
    let answer = synthesize(&stage, KEY, json!({}));
    stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    stage.finish();
}

#[test]
fn the_look_for_a_character_costs_tokens_like_any_call() {
    let flags = ["--enable", "generate", "--team-limit", "characters_get=1/1"];
    let stage = Stage::with_flags(&flags);
    let id = synthesize(&stage, "the-key-of-another-create", json!({}));
    let id = id.assert_status(201).text("/id");
    stage.send(&stage.get(&id)).assert_status(200);
    lose_answer(&stage, true);
    let answer = synthesize(&stage, KEY, json!({}));
    stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    stage.finish();
}

#[test]
fn pictures_that_are_made_again_need_a_key_and_cost_once() {
    let stage = stage();
    let id = stage.character();
    let path = format!("/v1/characters/{id}/refs/regenerate");
    let regenerate = stage
        .request("POST", &path)
        .json(&json!({ "pose": "front" }));
    let answer = stage.send(&regenerate);
    stage.assert_refused(&answer, 400, "gateway_idempotency_key_invalid");
    stage.emulator().change_settings(|it| it.credits = 1);
    let with_key = |key| regenerate.clone().header("Idempotency-Key", key);
    let regenerate = with_key(KEY);
    let fault = Fault::ResetAfterBody { processed: true };
    stage.emulator().inject(fault.on(Operation::Regenerate));
    let answer = stage.send(&regenerate);
    stage.assert_refused(&answer, 502, "gateway_upstream_unreachable");
    stage.send(&regenerate).assert_status(200);
    stage.emulator().clock().advance(Duration::from_secs(60));
    stage
        .send(&with_key("the-key-of-another-one"))
        .assert_status(402);
    stage.finish();
}

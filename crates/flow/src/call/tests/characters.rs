//! The calls about characters that exist, and the wait for one.

use aurous_contract::id::CharacterId;

use super::*;
use crate::arguments::WaitRequest;
use crate::character_call::{CharacterCall, Operation};
use crate::request::{Body, Method};

const DEADLINE_MS: u64 = 60_000;

fn character_id() -> CharacterId {
    CharacterId::parse("char_1").unwrap()
}

fn about(operation: Operation) -> Task {
    let is_change = matches!(
        operation,
        Operation::Update | Operation::Regenerate | Operation::Resynthesize
    );
    Task::Character(CharacterCall {
        json: is_change.then(|| "{}".to_owned()),
        idempotency_key: operation
            .bucket()
            .costs_credits()
            .then(|| "key-of-this-call".to_owned()),
        ..CharacterCall::about(operation, character_id())
    })
}

fn wait() -> Task {
    Task::WaitForCharacter(WaitRequest {
        id: character_id(),
        deadline_ms: DEADLINE_MS,
    })
}

fn character(status: &str) -> Content<Json> {
    let document = json!({ "id": "char_1", "status": status });
    match status {
        "synthesizing" => Content::Synthesizing(document),
        _ => Content::Document(document),
    }
}

fn deletion() -> Content<Json> {
    Content::Document(json!({ "id": "char_1", "deleted": true }))
}

/// Begins a wait, and is answered that the character is still being synthesized.
fn begin_wait() -> (Play, Vec<Action<Json>>) {
    let (mut play, _) = Play::begin(wait());
    let actions = play.answer(200, character("synthesizing"));
    (play, actions)
}

#[test]
fn each_call_is_one_request_of_its_own() {
    let root = |path: &str| [ROOT, "/v1/characters/char_1", path].concat();
    for (operation, method, url) in [
        (Operation::Get, Method::Get, root("")),
        (Operation::Update, Method::Patch, root("")),
        (Operation::Delete, Method::Delete, root("")),
        (Operation::Save, Method::Post, root("/save")),
        (
            Operation::Regenerate,
            Method::Post,
            root("/refs/regenerate"),
        ),
        (Operation::Resynthesize, Method::Post, root("/resynthesize")),
    ] {
        let (_, actions) = Play::begin(about(operation));
        let request = request(&actions);
        assert_eq!(
            (request.method, &request.url),
            (method, &url),
            "{operation:?}"
        );
    }
}

#[test]
fn a_call_without_a_body_has_no_content_type() {
    let (_, actions) = Play::begin(about(Operation::Save));
    assert_eq!(request(&actions).body, Body::None);
    assert_eq!(request(&actions).headers, []);
}

#[test]
fn a_call_that_costs_credits_carries_its_key_with_every_attempt() {
    for operation in [Operation::Regenerate, Operation::Resynthesize] {
        let (mut play, first) = Play::begin(about(operation));
        assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
        let second = play.time_out();
        let key = ("idempotency-key".into(), "key-of-this-call".into());
        for actions in [&first, &second] {
            assert!(request(actions).headers.contains(&key), "{operation:?}");
        }
    }
}

#[test]
fn a_call_that_costs_credits_is_never_reported_as_failed_where_it_may_have_been_carried_out() {
    let (mut play, _) = Play::begin(about(Operation::Regenerate));
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    request(&play.time_out());
    let failure = failure(play.refuse(400, "invalid_request"));
    assert_eq!(
        (&*failure.code, failure.retryable),
        ("outcome_unknown", false)
    );
}

#[test]
fn an_update_that_is_refused_is_refused_whatever_happened_before() {
    let (mut play, _) = Play::begin(about(Operation::Update));
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    request(&play.time_out());
    let failure = failure(play.refuse(400, "value_out_of_range"));
    assert_eq!(failure.code, "value_out_of_range");
}

#[test]
fn a_character_that_is_gone_after_a_lost_answer_was_deleted() {
    let (mut play, _) = Play::begin(about(Operation::Delete));
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    request(&play.time_out());
    let actions = play.refuse(404, "resource_not_found");
    assert_eq!(actions, [Action::Finish(Output::Deleted(character_id()))]);
}

#[test]
fn a_404_that_is_not_the_apis_own_word_does_not_say_that_a_character_was_deleted() {
    let (mut play, _) = Play::begin(about(Operation::Delete));
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    request(&play.time_out());
    let failure = failure(play.answer(404, Content::NotJson));
    assert_eq!(failure.code, "invalid_response");
}

#[test]
fn a_character_that_was_never_there_was_not_deleted() {
    let (mut play, _) = Play::begin(about(Operation::Delete));
    let failure = failure(play.refuse(404, "resource_not_found"));
    assert_eq!(failure.code, "resource_not_found");
}

#[test]
fn a_wait_looks_at_growing_intervals_and_shows_what_it_sees() {
    let (mut play, mut actions) = begin_wait();
    let mut waits = Vec::new();
    for _ in 0..4 {
        let seen = json!({ "id": "char_1", "status": "synthesizing" });
        assert_eq!(actions, [Action::ReportCharacter(seen), Action::Wait]);
        waits.push(play.timeout_ms());
        request(&play.time_out());
        actions = play.answer(200, character("synthesizing"));
    }
    assert_eq!(waits, [2_000, 4_000, 8_000, 8_000]);
}

#[test]
fn a_wait_ends_with_whatever_the_synthesis_ends_in() {
    for status in ["ready", "reviewing", "failed", "a status of tomorrow"] {
        let (mut play, _) = begin_wait();
        request(&play.time_out());
        let document = json!({ "id": "char_1", "status": status });
        let finish = Action::Finish(Output::Document(document));
        assert_eq!(play.answer(200, character(status)), [finish]);
    }
}

#[test]
fn a_hidden_page_looks_when_it_is_visible_again_however_much_later() {
    let (mut play, _) = begin_wait();
    play.moment.is_hidden = true;
    assert_eq!(play.time_out(), [Action::WaitForVisible]);
    play.moment.now_ms += 10 * DEADLINE_MS;
    assert_eq!(play.handle(Event::Visible), [Action::WaitForVisible]);
    play.moment.is_hidden = false;
    request(&play.handle(Event::Visible));
    assert!(matches!(
        play.answer(200, character("synthesizing")).as_slice(),
        [Action::ReportCharacter(_), Action::Wait]
    ));
}

#[test]
fn a_wait_ends_before_a_look_that_would_come_after_its_deadline() {
    let (mut play, mut actions) = begin_wait();
    let mut looks = 1;
    while !matches!(actions.last(), Some(Action::Fail(_))) {
        request(&play.time_out());
        looks += 1;
        actions = play.answer(200, character("synthesizing"));
    }
    let failure = failure(actions.split_off(1));
    assert_eq!((&*failure.code, failure.retryable), ("timeout", true));
    assert_eq!(failure.step, Some(Step::Character(Operation::Wait)));
    assert!(failure.message.contains("60000 ms"), "{}", failure.message);
    // At 0, 2, 6, 14, 22, 30, 38, 46 and 54 s.
    assert_eq!(looks, 9);
}

#[test]
fn a_look_that_fails_is_tried_again_and_each_look_has_all_its_retries() {
    let (mut play, _) = begin_wait();
    for _ in 0..3 {
        request(&play.time_out());
        assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    }
    request(&play.time_out());
    play.answer(200, character("synthesizing"));
    request(&play.time_out());
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    assert_eq!(play.timeout_ms(), 250, "the first of its waits");
}

#[test]
fn a_wait_for_a_character_that_was_deleted_meanwhile_fails() {
    let (mut play, _) = begin_wait();
    request(&play.time_out());
    let failure = failure(play.refuse(404, "resource_not_found"));
    assert_eq!(failure.code, "resource_not_found");
}

#[test]
fn a_success_of_another_kind_is_no_answer() {
    let (mut play, actions) = Play::begin(about(Operation::Get));
    let head = Head {
        status: 200,
        ..Head::default()
    };
    let deletion = json!({ "id": "char_1", "deleted": true });
    let answer = Answer::read(&request(&actions).expected, head, Some(deletion));
    let failure = failure(play.answer(200, answer.content));
    assert_eq!(failure.code, "invalid_response");
}

#[test]
fn a_deletion_is_the_apis_own_word() {
    let (mut play, _) = Play::begin(about(Operation::Delete));
    let document = json!({ "id": "char_1", "deleted": true });
    let finish = Action::Finish(Output::Document(document));
    assert_eq!(play.answer(200, deletion()), [finish]);
}

//! `createCharacter()`: once, and never reported as failed where it may have happened.

use super::*;
use crate::answer::Expected;
use crate::request::Body;

#[test]
fn a_create_carries_its_idempotency_key_with_every_attempt() {
    let (mut play, first) = Play::begin(create(CreateFlow::Upload));
    assert_eq!(play.refuse(503, "later"), [Action::Wait]);
    let second = play.time_out();
    let key = (
        "idempotency-key".to_owned(),
        "key-of-this-create".to_owned(),
    );
    for actions in [&first, &second] {
        assert!(request(actions).headers.contains(&key));
        assert_eq!(
            request(actions).body,
            Body::Json(r#"{"name":"Aurora"}"#.into())
        );
    }
}

#[test]
fn a_create_whose_answer_is_lost_is_sent_again_and_never_reported_as_failed() {
    let (mut play, _) = Play::begin(create(CreateFlow::Upload));
    assert_eq!(play.handle(Event::ConnectionFailed), [Action::Wait]);
    request(&play.time_out());
    let failure = failure(play.refuse(400, "upload_invalid"));
    assert_eq!(failure.code, "create_outcome_unknown");
}

#[test]
fn a_create_that_costs_credits_is_not_sent_again_once_it_may_have_been_carried_out() {
    let (mut play, _) = Play::begin(create(CreateFlow::Synthesize));
    let failure = failure(play.handle(Event::ConnectionFailed));
    assert_eq!(failure.code, "create_outcome_unknown");
}

#[test]
fn good_tickets_that_are_refused_may_have_been_spent_unseen() {
    for (filled, code) in [
        (&["upl_1", "upl_2"][..], "create_outcome_unknown"),
        (&["upl_1"], "upload_invalid"),
    ] {
        let (mut play, _) = Play::begin(create(CreateFlow::Upload));
        for text in filled {
            play.page.tickets.add_minted(id(text), (*text).into(), 0);
            play.page.tickets.mark_filled(text);
        }
        assert_eq!(failure(play.refuse(400, "upload_invalid")).code, code);
    }
}

#[test]
fn a_character_spends_its_tickets() {
    let (mut play, _) = Play::begin(create(CreateFlow::Upload));
    play.page.tickets.add_minted(id("upl_1"), "url".into(), 0);
    play.page.tickets.mark_filled("url");
    let character = json!({ "id": "char_1", "status": "ready", "refs": [] });
    let finished = [Action::Finish(Output::Document(character.clone()))];
    assert_eq!(play.answer(201, Content::Document(character)), finished);
    assert!(!play.page.tickets.is_filled_and_unspent(&id("upl_1"), 0));
}

#[test]
fn a_character_that_cannot_be_read_is_never_reported_as_failed() {
    for content in [Content::WrongShape, Content::NotJson] {
        let (mut play, _) = Play::begin(create(CreateFlow::Upload));
        assert_eq!(
            failure(play.answer(201, content)).code,
            "create_outcome_unknown"
        );
    }
}

#[test]
fn a_create_that_something_in_between_answered_is_never_reported_as_failed() {
    for status in [403, 460, 499, 500, 502, 503, 504, 520, 524, 530, 561] {
        let (mut play, _) = Play::begin(create(CreateFlow::Synthesize));
        let mut foreign = answered(status, Content::NotJson);
        if let Event::Answered(answer) = &mut foreign {
            answer.head.is_from_gateway = false;
        }
        let failure = failure(play.handle(foreign));
        assert_eq!(
            (failure.code.as_ref(), failure.attempts),
            ("create_outcome_unknown", 1),
            "{status}"
        );
    }
}

// --- The look for a character, of a client with a key

fn direct() -> Json {
    json!({ "apiKey": "key", "dangerouslyAllowBrowser": true })
}

/// Sends a synthesis straight to the API, and loses its answer.
fn lose_answer(task: Task) -> (Play, Vec<Action<Json>>) {
    let (mut play, _) = Play::begin_with(task, &direct(), Limits::DEFAULT);
    let actions = play.handle(Event::ConnectionFailed);
    (play, actions)
}

#[test]
fn a_create_straight_to_the_api_carries_a_reference() {
    let (_, actions) = Play::begin_with(create(CreateFlow::Upload), &direct(), Limits::DEFAULT);
    let body = r#"{"client_reference_id":"aurous-key-of-this-create","name":"Aurora"}"#;
    assert_eq!(request(&actions).body, Body::Json(body.into()));
    let (_, actions) = Play::begin(create(CreateFlow::Upload));
    let body = Body::Json(r#"{"name":"Aurora"}"#.into());
    assert_eq!(request(&actions).body, body, "a gateway adds one itself");
}

#[test]
fn a_lost_create_is_looked_for_among_the_newest_characters() {
    let (mut play, actions) = lose_answer(create(CreateFlow::Synthesize));
    let look = request(&actions);
    assert!(
        look.url.ends_with("/v1/characters?limit=100"),
        "{}",
        look.url
    );
    let reference = "aurous-key-of-this-create".to_owned();
    assert_eq!(look.expected, Expected::Referred(reference));
    let character = json!({ "id": "char_1" });
    let found = Content::Referred(Some(character.clone()));
    let finished = [Action::Finish(Output::Document(character))];
    assert_eq!(play.answer(200, found), finished);
}

#[test]
fn a_lost_create_that_is_not_among_them_or_cannot_be_looked_for_stays_unknown() {
    for refuse in [
        |play: &mut Play| play.answer(200, Content::Referred(None)),
        |play: &mut Play| play.answer(200, Content::WrongShape),
        |play: &mut Play| play.refuse(403, "missing_scope"),
    ] {
        let (mut play, _) = lose_answer(create(CreateFlow::Synthesize));
        let failure = failure(refuse(&mut play));
        assert_eq!(failure.code, "create_outcome_unknown");
        assert_eq!(failure.attempts, 1);
    }
}

#[test]
fn a_reference_of_the_callers_own_or_a_key_that_json_would_escape_is_not_looked_for() {
    for change in [
        |request: &mut CreateRequest| request.has_own_reference = true,
        |request: &mut CreateRequest| request.idempotency_key = "\"".into(),
    ] {
        let mut task = create(CreateFlow::Synthesize);
        let Task::CreateCharacter(request) = &mut task else {
            panic!("{task:?}");
        };
        change(request);
        let (_, actions) = lose_answer(task);
        assert_eq!(failure(actions).code, "create_outcome_unknown");
    }
}

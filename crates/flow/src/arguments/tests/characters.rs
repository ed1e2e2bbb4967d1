//! The arguments of the calls about characters that exist.

use super::*;

fn changed_with(operation: Operation, request: &Json, given: Json) -> Reading<CharacterCall, Json> {
    let random_key = || "random".to_owned();
    let task = Task::change_character(
        operation,
        &json!("char_1"),
        request,
        &options(given),
        random_key,
    )?;
    match task {
        Task::Character(call) => Ok(call),
        task => panic!("{task:?}"),
    }
}

fn changed(operation: Operation, request: &Json) -> Reading<CharacterCall, Json> {
    changed_with(operation, request, json!({}))
}

fn list(query: &Json) -> Reading<String, Json> {
    match Task::list_characters(query)? {
        Task::Character(call) => Ok(call.path),
        task => panic!("{task:?}"),
    }
}

#[test]
fn a_character_is_named_by_its_id_or_by_itself() {
    for character in [
        json!("char_1.s-i_g"),
        json!({ "id": "char_1.s-i_g", "status": "ready" }),
    ] {
        let id = CharacterId::parse("char_1.s-i_g").unwrap();
        assert_eq!(
            Task::about_character(Operation::Save, &character).unwrap(),
            Task::Character(CharacterCall::about(Operation::Save, id))
        );
    }
}

#[test]
fn an_id_that_would_lead_elsewhere_is_refused() {
    let long = "a".repeat(513);
    for text in [
        "", ".", "..", "...", "a/b", "../admin", "a?x=1", "a#b", "a%2fb", "a b", "é", "a\n", "a&b",
        "a\\b", "a:b", &long,
    ] {
        let refused = |param| ("invalid_argument".to_owned(), param);
        let reading = Task::about_character(Operation::Get, &json!(text));
        assert_eq!(
            refusal(reading),
            refused("character".to_owned()),
            "{text:?}"
        );
        let character = json!({ "id": text });
        let reading = Task::about_character(Operation::Get, &character);
        assert_eq!(
            refusal(reading),
            refused("character.id".to_owned()),
            "{text:?}"
        );
        let reading = list(&json!({ "starting_after": text }));
        assert_eq!(refusal(reading), refused("query.starting_after".to_owned()));
    }
}

#[test]
fn what_is_no_character_is_named() {
    for value in plain_values() {
        if value == json!("text") {
            continue;
        }
        let reading = Task::about_character(Operation::Get, &value);
        assert_refused(reading, "invalid_argument", "character");
    }
    let reading = Task::about_character(Operation::Get, &json!({}));
    assert_refused(reading, "invalid_argument", "character.id");
}

#[test]
fn a_list_begins_anywhere_and_has_a_length() {
    for (query, path) in [
        (undefined(), "/v1/characters"),
        (json!({}), "/v1/characters"),
        (json!({ "limit": 5 }), "/v1/characters?limit=5"),
        (
            json!({ "limit": 100, "starting_after": "char_1" }),
            "/v1/characters?limit=100&starting_after=char_1",
        ),
        (
            json!({ "starting_after": { "id": "char_1" } }),
            "/v1/characters?starting_after=char_1",
        ),
        (json!({ "starting_after": null }), "/v1/characters"),
    ] {
        assert_eq!(list(&query).unwrap(), path);
    }
}

#[test]
fn a_query_at_fault_is_named_by_its_field() {
    for limit in [json!(0), json!(101), json!(1.5), json!("5"), json!(-1)] {
        assert_refused(
            list(&json!({ "limit": limit })),
            "invalid_argument",
            "query.limit",
        );
    }
    assert_refused(list(&json!(5)), "invalid_argument", "query");
    assert_refused(
        list(&json!({ "limit": throws() })),
        "invalid_argument",
        "query.limit",
    );
}

#[test]
fn a_change_passes_through_with_fields_that_the_sdk_does_not_know() {
    for (operation, request) in [
        (
            Operation::Update,
            json!({ "name": "Aurora", "attributes": { "age": 28 }, "later": 1 }),
        ),
        (
            Operation::Regenerate,
            json!({ "pose": "front", "prompt_override": "smiling", "later": 1 }),
        ),
        (
            Operation::Resynthesize,
            json!({ "force_all": true, "later": 1 }),
        ),
    ] {
        let call = changed(operation, &request).unwrap();
        assert_eq!(call.json, Some(request.to_string()));
    }
    let call = changed(Operation::Resynthesize, &undefined()).unwrap();
    assert_eq!(call.json.as_deref(), Some("{}"), "its body may be left out");
}

#[test]
fn a_call_that_costs_credits_has_the_key_of_its_options_or_a_random_one() {
    let request = json!({ "pose": "front" });
    let call = changed(Operation::Regenerate, &request).unwrap();
    assert_eq!(call.idempotency_key.as_deref(), Some("random"));
    let given = json!({ "idempotencyKey": "mine" });
    let call = changed_with(Operation::Regenerate, &request, given).unwrap();
    assert_eq!(call.idempotency_key.as_deref(), Some("mine"));
    let call = changed(Operation::Update, &json!({})).unwrap();
    assert_eq!(call.idempotency_key, None, "an update costs nothing");
}

#[test]
fn a_change_at_fault_is_named_by_its_field() {
    for (operation, request, code, param) in [
        (Operation::Regenerate, json!({}), "invalid_argument", "pose"),
        (
            Operation::Regenerate,
            json!({ "pose": "other" }),
            "invalid_argument",
            "pose",
        ),
        (
            Operation::Regenerate,
            json!({ "pose": 1 }),
            "invalid_argument",
            "pose",
        ),
        (
            Operation::Regenerate,
            json!({ "pose": "front", "prompt_override": 1 }),
            "invalid_argument",
            "prompt_override",
        ),
        (
            Operation::Regenerate,
            undefined(),
            "invalid_argument",
            "request",
        ),
        (
            Operation::Resynthesize,
            json!({ "force_all": 1 }),
            "invalid_argument",
            "force_all",
        ),
        (
            Operation::Resynthesize,
            json!(1),
            "invalid_argument",
            "request",
        ),
        (
            Operation::Update,
            json!({ "name": "" }),
            "value_out_of_range",
            "name",
        ),
        (
            Operation::Update,
            json!({ "name": 1 }),
            "invalid_argument",
            "name",
        ),
        (
            Operation::Update,
            json!({ "attributes": { "age": "28" } }),
            "invalid_argument",
            "attributes.age",
        ),
        (
            Operation::Update,
            undefined(),
            "invalid_argument",
            "request",
        ),
        (
            Operation::Update,
            json!({ "name": bigint() }),
            "invalid_argument",
            "name",
        ),
    ] {
        assert_refused(changed(operation, &request), code, param);
    }
}

#[test]
fn a_wait_has_a_deadline_of_its_own_and_not_its_clients() {
    let clients = Limits {
        deadline_ms: Some(5_000),
        ..Limits::DEFAULT
    };
    for (given, deadline_ms) in [
        (json!({}), DEFAULT_WAIT_MS),
        (json!({ "deadlineMs": 20_000 }), 20_000),
    ] {
        let options = CallOptions::read(&given, clients).unwrap();
        let id = CharacterId::parse("char_1").unwrap();
        assert_eq!(
            Task::wait_for_character(&json!("char_1"), &options).unwrap(),
            Task::WaitForCharacter(WaitRequest { id, deadline_ms })
        );
    }
}

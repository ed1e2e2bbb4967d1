//! Bodies that break the rules, and calls that are switched off.

use std::io::Write as _;

use aurous_emulator::Operation;
use serde_json::{Value, json};

use crate::harness::request::Request;
use crate::harness::rogue::{Rogue, answer};
use crate::harness::stage::{CHARACTERS, JPEG, Stage};

const KEY: &str = "a-key-of-more-than-16";
const GOOD: &str = r#""filename":"front.jpg","extension":"jpg","content_type":"image/jpeg""#;

fn init(stage: &Stage, body: &str) -> Request {
    stage.init().text(body)
}

/// A good init with one field changed.
fn with_field(stage: &Stage, field: &str, value: Value) -> Request {
    let mut body: Value = serde_json::from_str(&format!("{{{GOOD}}}")).unwrap();
    body[field] = value;
    stage.init().json(&body)
}

fn with_type(stage: &Stage, content_type: &str) -> Request {
    stage.init().with("Content-Type", content_type)
}

fn create(stage: &Stage, body: Value) -> Request {
    stage.create_of(KEY, &body)
}

/// A good init of this many bytes.
fn padded(length: usize) -> String {
    let body = format!("{{{GOOD}}}");
    let spaces = " ".repeat(length - body.len());
    body + &spaces
}

/// The body of a create with this many lists inside one another.
fn nested_lists(levels: usize) -> String {
    let (open, close) = ("[".repeat(levels), "]".repeat(levels));
    format!(r#"{{"name":"Aurora","attributes":{{"age":{open}{close}}}}}"#)
}

fn with_key(stage: &Stage, key: &str) -> Request {
    create(stage, json!({ "name": "Aurora", "upload_ids": [] })).with("Idempotency-Key", key)
}

fn disabled_call(stage: &Stage, method: &str, path: &str) -> Request {
    let path = format!("{CHARACTERS}/{}{path}", stage.character());
    stage.request(method, &path).json(&json!({}))
}

refused! {
    plain_text => 415 "gateway_content_type_refused": |stage| with_type(stage, "text/plain");
    plain_text_that_names_json => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "text/plain; application/json");
    no_content_type => 415 "gateway_content_type_refused":
        |stage| stage.init().without("Content-Type");
    a_form => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "application/x-www-form-urlencoded");
    a_multipart_form => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "multipart/form-data; boundary=application/json");
    a_type_that_begins_like_json => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "application/jsonp");
    a_type_with_a_json_suffix => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "application/problem+json");
    several_types => 415 "gateway_content_type_refused":
        |stage| with_type(stage, "text/plain, application/json");
    two_content_types => 415 "gateway_content_type_refused": |stage| {
        let request = stage.init().with("Content-Type", "text/plain");
        request.header("Content-Type", "application/json")
    };
    a_create_in_plain_text => 415 "gateway_content_type_refused":
        |stage| stage.create(KEY, &[]).with("Content-Type", "text/plain");

    no_json => 400 "gateway_invalid_json": |stage| init(stage, "hello");
    an_empty_body => 400 "gateway_invalid_json": |stage| init(stage, "");
    half_an_object => 400 "gateway_invalid_json":
        |stage| init(stage, r#"{"filename":"front.jpg","#);
    a_list => 400 "gateway_invalid_json": |stage| init(stage, &format!("[{{{GOOD}}}]"));
    a_string => 400 "gateway_invalid_json": |stage| init(stage, r#""filename""#);
    null => 400 "gateway_invalid_json": |stage| init(stage, "null");
    two_objects => 400 "gateway_invalid_json": |stage| init(stage, &format!("{{{GOOD}}}{{}}"));
    something_after_the_object => 400 "gateway_invalid_json":
        |stage| init(stage, &format!("{{{GOOD}}} x"));
    a_byte_order_mark => 400 "gateway_invalid_json":
        |stage| init(stage, &format!("\u{feff}{{{GOOD}}}"));
    a_comment => 400 "gateway_invalid_json": |stage| init(stage, &format!("{{{GOOD}/* */}}"));
    a_trailing_comma => 400 "gateway_invalid_json": |stage| init(stage, &format!("{{{GOOD},}}"));
    bytes_that_are_no_utf_8 => 400 "gateway_invalid_json": |stage| {
        let body = [br#"{"filename":""#.as_slice(), &[0xff, 0xfe], br#""}"#].concat();
        stage.init().body("application/json", body)
    };
    half_a_surrogate => 400 "gateway_invalid_json":
        |stage| init(stage, r#"{"filename":"\ud800"}"#);
    a_number_that_is_nan => 400 "gateway_invalid_json":
        |stage| init(stage, r#"{"filename":NaN}"#);
    a_repeated_key => 400 "gateway_invalid_json":
        |stage| init(stage, &format!(r#"{{{GOOD},"extension":"png"}}"#));
    a_repeated_key_in_another_spelling => 400 "gateway_invalid_json":
        |stage| init(stage, &format!(r#"{{{GOOD},"ext\u0065nsion":"png"}}"#));
    a_repeated_key_in_attributes => 400 "gateway_invalid_json": |stage| {
        let body = r#"{"name":"Aurora","attributes":{"age":28,"age":12}}"#;
        stage.create(KEY, &[]).text(body)
    };
    a_repeated_generate => 400 "gateway_invalid_json": |stage| {
        let body = r#"{"name":"Aurora","generate":false,"generate":true,"attributes":{}}"#;
        stage.create(KEY, &[]).text(body)
    };
    a_hundred_levels => 400 "gateway_invalid_json":
        |stage| stage.create(KEY, &[]).text(&nested_lists(100));
    ten_thousand_levels => 400 "gateway_invalid_json":
        |stage| stage.create(KEY, &[]).text(&nested_lists(10_000));
    seventeen_levels => 400 "gateway_invalid_json":
        |stage| stage.create(KEY, &[]).text(&nested_lists(15));

    an_unknown_key => 400 "gateway_invalid_field": |stage| with_field(stage, "x", json!(1));
    a_key_of_another_call => 400 "gateway_invalid_field":
        |stage| with_field(stage, "upload_ids", json!([]));
    a_key_that_is_a_prototype => 400 "gateway_invalid_field":
        |stage| init(stage, &format!(r#"{{{GOOD},"__proto__":{{}}}}"#));
    a_key_in_capitals => 400 "gateway_invalid_field":
        |stage| init(stage, &format!(r#"{{{GOOD},"Filename":"x"}}"#));
    a_missing_field => 400 "gateway_invalid_field":
        |stage| init(stage, r#"{"filename":"front.jpg","extension":"jpg"}"#);
    a_filename_that_is_a_number => 400 "gateway_invalid_field":
        |stage| with_field(stage, "filename", json!(1));
    a_filename_of_121_characters => 400 "gateway_invalid_field":
        |stage| with_field(stage, "filename", json!("é".repeat(121)));
    an_empty_filename => 400 "gateway_invalid_field": |stage| with_field(stage, "filename", json!(""));
    an_extension_of_something_else => 400 "gateway_invalid_field":
        |stage| with_field(stage, "extension", json!("svg"));
    a_content_type_of_something_else => 400 "gateway_invalid_field":
        |stage| with_field(stage, "content_type", json!("text/html"));
    a_content_type_of_another_image => 400 "gateway_invalid_field":
        |stage| with_field(stage, "content_type", json!("image/png"));
    a_content_type_of_two_lines => 400 "gateway_invalid_field":
        |stage| with_field(stage, "content_type", json!("image/jpeg\r\nX-Api-Key: x"));
    a_size_of_zero => 400 "gateway_invalid_field": |stage| stage.init_of(&json!(0));
    a_size_below_zero => 400 "gateway_invalid_field": |stage| stage.init_of(&json!(-1));
    a_size_with_a_fraction => 400 "gateway_invalid_field": |stage| stage.init_of(&json!(1.5));
    a_size_that_is_text => 400 "gateway_invalid_field": |stage| stage.init_of(&json!("5"));
    a_size_that_is_null => 400 "gateway_invalid_field": |stage| stage.init_of(&json!(null));
    a_size_of_another_call => 400 "gateway_invalid_field":
        |stage| stage.classify("").json(&json!({ "upload_id": "upl_1", "size": 5 }));
    a_size_over_the_limit => 413 "gateway_body_too_large":
        |stage| stage.init_of(&json!(10_000_001));
    a_size_over_the_operators_limit ["--upload-max-bytes", "1000"] => 413 "gateway_body_too_large":
        |stage| stage.init_of(&json!(1001));
    an_upload_id_that_is_a_list => 400 "gateway_invalid_field":
        |stage| stage.classify("").json(&json!({ "upload_id": ["upl_1"] }));
    upload_ids_that_are_a_string => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "upload_ids": "upl_1" }));
    an_upload_id_that_is_an_object => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "upload_ids": [{ "id": "upl_1" }] }));
    seven_upload_ids => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "upload_ids": vec!["x"; 7] }));
    upload_ids_that_are_null => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "upload_ids": null }));
    attributes_that_are_a_list => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "attributes": [] }));
    an_attribute_that_no_character_has => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "attributes": { "admin": true } }));
    a_client_reference_id_of_257_characters => 400 "gateway_invalid_field": |stage| {
        create(stage, json!({ "name": "Aurora", "client_reference_id": "x".repeat(257) }))
    };
    a_client_reference_id_that_is_a_number => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "client_reference_id": 17 }));
    generate_as_text => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "generate": "true" }));
    generate_as_a_number => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "generate": 1 }));
    generate_as_null => 400 "gateway_invalid_field":
        |stage| create(stage, json!({ "name": "Aurora", "generate": null }));

    sixty_five_kilobytes => 413 "gateway_body_too_large":
        |stage| with_field(stage, "filename", json!("x".repeat(65 * 1024)));
    one_byte_more_than_64_kilobytes => 413 "gateway_body_too_large":
        |stage| init(stage, &padded(64 * 1024 + 1));
    ten_megabytes_of_json => 413 "gateway_body_too_large":
        |stage| init(stage, &" ".repeat(10_000_000));

    a_save_with_a_body => 400 "gateway_bad_request":
        |stage| stage.save(&stage.character()).json(&json!({}));

    no_idempotency_key => 400 "gateway_idempotency_key_invalid":
        |stage| stage.create(KEY, &[]).without("Idempotency-Key");
    an_empty_idempotency_key => 400 "gateway_idempotency_key_invalid": |stage| with_key(stage, "");
    an_idempotency_key_of_15_characters => 400 "gateway_idempotency_key_invalid":
        |stage| with_key(stage, "123456789012345");
    an_idempotency_key_of_257_characters => 400 "gateway_idempotency_key_invalid":
        |stage| with_key(stage, &"x".repeat(257));
    an_idempotency_key_of_another_script => 400 "gateway_idempotency_key_invalid":
        |stage| with_key(stage, &"é".repeat(20));

    generate_while_it_is_off => 403 "gateway_call_disabled":
        |stage| create(stage, json!({ "name": "A", "generate": true, "attributes": {} }));
    generate_beside_uploads_while_it_is_off => 403 "gateway_call_disabled":
        |stage| create(stage, json!({ "name": "A", "generate": true, "upload_ids": [] }));
    a_list_while_it_is_off => 403 "gateway_call_disabled":
        |stage| stage.request("GET", CHARACTERS);
    an_update_while_it_is_off => 403 "gateway_call_disabled": |stage| disabled_call(stage, "PATCH", "");
    a_delete_while_it_is_off => 403 "gateway_call_disabled": |stage| disabled_call(stage, "DELETE", "");
    regenerate_while_it_is_off => 403 "gateway_call_disabled":
        |stage| disabled_call(stage, "POST", "/refs/regenerate");
    resynthesize_while_it_is_off => 403 "gateway_call_disabled":
        |stage| disabled_call(stage, "POST", "/resynthesize");
    an_update_where_only_deletes_are_on ["--enable", "delete"] => 403 "gateway_call_disabled":
        |stage| disabled_call(stage, "PATCH", "");
}

// In a web `Request`, headers of one name are one. Two keys are another key there.
of_the_program! {
    refused! {
        two_idempotency_keys => 400 "gateway_bad_request": |stage| {
            stage.create(KEY, &[]).header("Idempotency-Key", "another-key-of-more-than-16")
        };
    }
}

#[test]
fn a_body_is_written_again_before_it_goes_upstream() {
    let stage = Stage::new();
    let spaced = format!("\n {{ {GOOD} }} \n").replace(":\"jpg\"", " :\t\"j\\u0070g\"");
    let request = init(&stage, &spaced).with("Content-Type", "Application/JSON; charset=utf-8");
    stage.send(&request).assert_status(201);
    stage.assert_upstream(&[Operation::Init]);
    let written = format!("{{{GOOD}}}");
    assert_eq!(stage.upstream()[0].body_length, written.len() as u64);
    let hash = stage.upstream()[0].body_sha256.clone().unwrap();
    assert_eq!(hash, crate::harness::sha256(written.as_bytes()));
    stage.finish();
}

#[test]
fn a_ticket_tells_the_limit_and_the_api_does_not_see_the_announced_size() {
    let stage = Stage::with_flags(&["--upload-max-bytes", "1000000"]);
    for init in [stage.init(), stage.init_of(&json!(1_000_000))] {
        let ticket = stage.send(&init);
        assert_eq!(ticket.assert_status(201).json()["max_size"], 1_000_000);
        let hash = stage.upstream().pop().unwrap().body_sha256.unwrap();
        let without_size = format!("{{{GOOD}}}");
        assert_eq!(hash, crate::harness::sha256(without_size.as_bytes()));
    }
    stage.finish();
}

#[test]
fn a_client_reference_id_goes_upstream() {
    let api = Rogue::start(|_, stream| {
        let character = r#"{"id":"char_1","object":"character"}"#;
        stream.write_all(answer(201, "", character).as_bytes())
    });
    let stage = Stage::before(&api.url, &[]);
    let with = |reference: Value| {
        let key = format!("a-key-of-sixteen-{}", reference.is_null());
        let mut body = json!({ "name": "Aurora", "generate": false });
        if !reference.is_null() {
            body["client_reference_id"] = reference;
        }
        stage.send(&stage.create_of(&key, &body)).assert_status(201);
        api.seen().pop().unwrap().body_length
    };
    // Without one of the caller's own, the gateway makes one: `aurous-` and 64 digits.
    let longer = "aurous-".len() + 64 - "order 17".len();
    assert_eq!(with(json!("order 17")) + longer, with(Value::Null));
    stage.finish();
}

#[test]
fn a_body_of_64_kilobytes_passes() {
    let stage = Stage::new();
    stage
        .send(&init(&stage, &padded(64 * 1024)))
        .assert_status(201);
    stage.finish();
}

#[test]
fn the_body_of_a_get_does_not_go_upstream() {
    let stage = Stage::new();
    let id = stage.character();
    stage.forget_upstream();
    let answer = stage.send(&stage.get(&id).body("image/jpeg", JPEG));
    answer.assert_status(200);
    assert_eq!(stage.upstream()[0].body_length, 0);
    stage.finish();
}

#[test]
fn each_call_works_where_it_is_switched_on() {
    let flags = [
        "--enable",
        "update,delete,regenerate,resynthesize,generate,list",
    ];
    let stage = Stage::with_flags(&flags);
    let body = json!({ "name": "A", "generate": true, "attributes": { "age": 28 } });
    let id = stage
        .send(&create(&stage, body))
        .assert_status(201)
        .text("/id");
    stage
        .emulator()
        .clock()
        .advance(std::time::Duration::from_secs(60));
    stage.forget_upstream();
    let path = |action: &str| format!("{CHARACTERS}/{id}{action}");
    let regenerate = stage
        .request("POST", &path("/refs/regenerate"))
        .header("Idempotency-Key", "a-key-of-sixteen-or-more");
    for (request, step) in [
        (
            stage
                .request("PATCH", &path(""))
                .json(&json!({ "name": "B" })),
            Operation::Update,
        ),
        (
            regenerate.json(&json!({ "pose": "front" })),
            Operation::Regenerate,
        ),
        (stage.request("DELETE", &path("")), Operation::Delete),
    ] {
        let answer = stage.send(&request);
        assert_eq!(answer.assert_status(200).text("/id"), id);
        stage.assert_upstream(&[step]);
        stage.forget_upstream();
    }
    stage.finish();
}

//! Answers of the API that hold a secret, however it is written: a visitor never gets them.

use aurous_emulator::{FakeResponse, Fault, Operation};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::harness::answer::Answer;
use crate::harness::stage::Stage;
use crate::harness::visitor::{SEALING_SECRETS, SESSION_SECRETS};

/// Flags for as many calls as a test wants.
const MANY: [&str; 4] = [
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=1000/1000",
];

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

/// Returns a text in every form that a reader may turn back into it.
fn written_forms(secret: &str) -> Vec<(&'static str, String)> {
    let half = secret.len() / 2;
    vec![
        ("as it is", secret.to_owned()),
        ("upper case", secret.to_uppercase()),
        ("percent-encoded", each(secret, |it| format!("%{it:02x}"))),
        (
            "percent-encoded twice",
            each(secret, |it| format!("%25{it:02X}")),
        ),
        ("partly percent-encoded", secret.replace('e', "%65")),
        ("hexadecimal", each(secret, |it| format!("{it:02X}"))),
        (
            "hexadecimal with spaces",
            each(secret, |it| format!("{it:02x} ")),
        ),
        ("HTML entities", each(secret, |it| format!("&#{it};"))),
        (
            "hexadecimal HTML entities",
            each(secret, |it| format!("&#x{it:x};")),
        ),
        ("JSON in JSON", each(secret, |it| format!("\\u{it:04x}"))),
        ("base64", STANDARD.encode(secret)),
        (
            "base64 after a byte",
            STANDARD.encode(format!("x{secret}y")),
        ),
        (
            "base64 after two bytes",
            URL_SAFE_NO_PAD.encode(format!("xy{secret}z")),
        ),
        (
            "on two lines",
            format!("{}\n  {}", &secret[..half], &secret[half..]),
        ),
    ]
}

/// Sends a classify that the API answers with this body.
fn answered_with(stage: &Stage, upload_id: &str, body: &str) -> Answer {
    let fake = FakeResponse::new(200).with_body(body);
    stage
        .emulator()
        .inject(Fault::Body(fake).on(Operation::Classify));
    stage.send(&stage.classify(upload_id))
}

#[track_caller]
fn assert_withheld(stage: &Stage, answer: &Answer, form: &str) {
    assert_eq!(answer.status, 502, "{form}");
    stage.assert_refused(answer, 502, "gateway_upstream_invalid");
    let is_it = |line: &Value| {
        let message = line["message"].as_str().unwrap_or_default();
        line["level"] == "ERROR" && message.contains("holds a secret")
    };
    assert!(stage.program().find(is_it).is_some(), "{form}");
}

#[test]
fn a_key_that_is_written_with_json_escapes_is_not_passed_on() {
    let stage = Stage::new();
    let (key, id) = (stage.emulator().api_key().to_owned(), stage.uploaded());
    let (first, rest) = key.split_at(1);
    assert_eq!(first, "a");
    let body = format!(r#"{{"upload_id":"upl_1","pose":"\u0061{rest}","confidence":1}}"#);
    let answer = answered_with(&stage, &id, &body);
    assert_withheld(&stage, &answer, "JSON escapes");
    stage.finish();
}

#[test]
fn a_key_is_not_passed_on_in_any_written_form() {
    let stage = Stage::with_flags(&MANY);
    let (key, id) = (stage.emulator().api_key().to_owned(), stage.uploaded());
    for (form, text) in written_forms(&key) {
        for body in [
            json!({ "upload_id": "upl_1", "pose": format!("bad key {text}."), "confidence": 1 }),
            json!({ "upload_id": "upl_1", "pose": "front", "more": [{ text.clone(): 1 }] }),
        ] {
            let answer = answered_with(&stage, &id, &body.to_string());
            assert_withheld(&stage, &answer, form);
        }
    }
    stage.finish();
}

#[test]
fn session_and_sealing_secrets_are_not_passed_on() {
    let stage = Stage::with_flags(&MANY);
    let id = stage.uploaded();
    for secret in SESSION_SECRETS.iter().chain(&SEALING_SECRETS) {
        for (form, text) in written_forms(secret) {
            let body = json!({ "upload_id": "upl_1", "pose": text, "confidence": 1 });
            let answer = answered_with(&stage, &id, &body.to_string());
            assert_withheld(&stage, &answer, form);
        }
    }
    stage.finish();
}

#[test]
fn a_key_in_an_error_of_the_apis_is_not_passed_on() {
    let stage = Stage::new();
    let encoded = STANDARD.encode(stage.emulator().api_key());
    let envelope = json!({ "error": { "type": "invalid_request", "code": "x",
        "message": format!("bad authorization {encoded}"), "request_id": "req_1" } });
    let fault = Fault::Status(FakeResponse::new(400).with_body(envelope.to_string()));
    stage.emulator().inject(fault.on(Operation::Init));
    let answer = stage.send(&stage.init());
    assert_withheld(&stage, &answer, "base64 in an error");
    stage.finish();
}

#[test]
fn a_create_whose_answer_holds_the_key_has_an_unknown_outcome() {
    let stage = Stage::with_flags(&["--enable", "generate"]);
    let key = stage.emulator().api_key();
    let body = json!({ "id": "char_1", "status": "ready", "refs": [], "name": key.to_uppercase() });
    let fake = FakeResponse::new(201).with_body(body.to_string());
    stage
        .emulator()
        .inject(Fault::Body(fake).on(Operation::Create));
    let synthesis = json!({ "name": "A", "generate": true, "attributes": { "age": 28 } });
    let create = stage.create_of("a-key-of-more-than-16", &synthesis);
    for _ in 0..2 {
        let answer = stage.send(&create);
        stage.assert_refused(&answer, 502, "gateway_create_outcome_unknown");
    }
    stage.assert_upstream(&[Operation::Create]);
    stage.finish();
}

//! Wrong arguments: each is refused before any request, by an error that names the field. None of them
//! traps, or leaves a promise pending.

use aurous_web::{classify, create_character, init_upload, put_file};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::*;

const VALUES: [&str; 9] = [
    "undefined",
    "null",
    "7",
    "true",
    "'text'",
    "[]",
    "() => 1",
    "Symbol('s')",
    "10n",
];

#[wasm_bindgen_test]
async fn a_source_that_is_no_file_is_named() {
    let emulator = Emulator::fresh().await;
    for value in VALUES {
        let result = init_upload(evaluate(value), UNDEFINED, emulator.client()).await;
        assert_names(result, "invalid_argument", "source");
    }
    for (value, code, param) in [
        ("({})", "invalid_argument", "source.filename"),
        ("({ filename: 7 })", "invalid_argument", "source.filename"),
        (
            "({ filename: '', extension: 'jpg', content_type: 'image/jpeg' })",
            "value_out_of_range",
            "source.filename",
        ),
        (
            "({ filename: 'x'.repeat(121), extension: 'jpg', content_type: 'image/jpeg' })",
            "value_out_of_range",
            "source.filename",
        ),
        (
            "({ filename: 'a', extension: 'gif', content_type: 'image/gif' })",
            "invalid_argument",
            "source.extension",
        ),
        (
            "({ filename: 'a', extension: 'jpg', content_type: 'image/gif' })",
            "invalid_argument",
            "source.content_type",
        ),
        (
            "({ filename: 'a', extension: 'jpg', content_type: 'image/png' })",
            "parameter_invalid_combination",
            "source.content_type",
        ),
        (
            "({ filename: 'a', extension: 'jpg', get content_type() { throw 1 } })",
            "invalid_argument",
            "source.content_type",
        ),
        (
            "({ filename: '👨.jpg'.slice(1), extension: 'jpg', content_type: 'image/jpeg' })",
            "invalid_argument",
            "source.filename",
        ),
        (
            "({ filename: '/home/me/a.jpg', extension: 'jpg', content_type: 'image/jpeg' })",
            "invalid_argument",
            "source.filename",
        ),
        (
            "Object.defineProperty(new File(['x'], 'x'), 'name', { get() { throw 1 } })",
            "invalid_argument",
            "source.name",
        ),
        (
            "Object.defineProperty(new File(['x'], 'x'), 'size', { value: 'large' })",
            "invalid_argument",
            "source.size",
        ),
    ] {
        let result = init_upload(evaluate(value), UNDEFINED, emulator.client()).await;
        assert_names(result, code, param);
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_target_that_is_no_ticket_or_url_is_named_without_being_quoted() {
    let emulator = Emulator::fresh().await;
    let photo = || file(FRONT_JPG, "front.jpg");
    for value in VALUES.iter().filter(|value| **value != "'text'") {
        let result = put_file(evaluate(value), photo(), UNDEFINED, emulator.client()).await;
        assert_names(result, "invalid_argument", "target");
    }
    for (value, param) in [
        ("'https://user:secret@upload.example/x'", "target"),
        ("'data:text/plain,secret'", "target"),
        ("'https://[secret'", "target"),
        ("({})", "target.upload_url"),
        ("({ upload_url: 7 })", "target.upload_url"),
        ("({ upload_url: 'javascript:secret' })", "target.upload_url"),
        (
            "({ get upload_url() { throw new Error('secret') } })",
            "target.upload_url",
        ),
        (
            "({ upload_url: 'https://a.example/', upload_headers: 7 })",
            "target.upload_headers",
        ),
        (
            "({ upload_url: 'https://a.example/', upload_headers: { 'Content-Type': 7 } })",
            "target.upload_headers.Content-Type",
        ),
        (
            "({ upload_url: 'https://a.example/', upload_headers: { 'Content-Type': 'secret' } })",
            "target.upload_headers.Content-Type",
        ),
    ] {
        let result = put_file(evaluate(value), photo(), UNDEFINED, emulator.client()).await;
        let message = text(result.as_ref().unwrap_err(), "message");
        assert!(!message.contains("secret"), "{message}");
        assert_names(result, "invalid_argument", param);
    }
    for value in VALUES
        .iter()
        .chain(&["({})", "({ size: 1, slice() {}, type: '' })"])
    {
        let result = put_file(
            "uploads/x".into(),
            evaluate(value),
            UNDEFINED,
            emulator.client(),
        )
        .await;
        assert_names(result, "invalid_argument", "file");
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn an_upload_that_is_no_id_or_ticket_is_named() {
    let emulator = Emulator::fresh().await;
    for value in VALUES
        .iter()
        .filter(|value| **value != "'text'")
        .chain(&["''", "'upl 1'", "'upl\\n'"])
    {
        assert_names(
            classify(evaluate(value), UNDEFINED, emulator.client()).await,
            "invalid_argument",
            "upload",
        );
    }
    for value in [
        "({})",
        "({ upload_id: 7 })",
        "({ upload_id: '' })",
        "({ get upload_id() { throw 1 } })",
    ] {
        assert_names(
            classify(evaluate(value), UNDEFINED, emulator.client()).await,
            "invalid_argument",
            "upload.upload_id",
        );
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_request_that_makes_no_character_is_named_by_its_field() {
    let emulator = Emulator::fresh().await;
    for value in VALUES {
        let result = create_character(evaluate(value), UNDEFINED, emulator.client()).await;
        assert_names(result, "invalid_argument", "request");
    }
    for (fields, code, param) in [
        ("upload_ids: ['upl_1']", "invalid_argument", "name"),
        ("name: 7, upload_ids: ['upl_1']", "invalid_argument", "name"),
        (
            "name: '', upload_ids: ['upl_1']",
            "value_out_of_range",
            "name",
        ),
        ("get name() { throw 1 }", "invalid_argument", "name"),
        (
            "name: 'A', upload_ids: 'upl_1'",
            "invalid_argument",
            "upload_ids",
        ),
        (
            "name: 'A', upload_ids: {}",
            "invalid_argument",
            "upload_ids",
        ),
        (
            "name: 'A', upload_ids: []",
            "value_out_of_range",
            "upload_ids",
        ),
        (
            "name: 'A', upload_ids: Array(7).fill('upl_1')",
            "value_out_of_range",
            "upload_ids",
        ),
        (
            "name: 'A', upload_ids: ['upl_1', 7]",
            "invalid_argument",
            "upload_ids[1]",
        ),
        (
            "name: 'A', upload_ids: ['upl_1', '']",
            "invalid_argument",
            "upload_ids[1]",
        ),
        (
            "name: 'A', upload_ids: [, 'upl_1']",
            "invalid_argument",
            "upload_ids[0]",
        ),
        (
            "name: 'A', upload_ids: Object.defineProperty(['a', 'b'], 1, { get() { throw 1 } })",
            "invalid_argument",
            "upload_ids[1]",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: 7",
            "invalid_argument",
            "attributes",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: []",
            "invalid_argument",
            "attributes",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: { age: '28' }",
            "invalid_argument",
            "attributes.age",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: { hair_color: 7 }",
            "invalid_argument",
            "attributes.hair_color",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: { get age() { throw 1 } }",
            "invalid_argument",
            "attributes.age",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], generate: 'yes'",
            "invalid_argument",
            "generate",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], generate: true, attributes: {}",
            "parameter_invalid_combination",
            "upload_ids",
        ),
        ("name: 'A'", "parameter_invalid_combination", "upload_ids"),
        (
            "name: 'A', generate: true",
            "parameter_invalid_combination",
            "upload_ids",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], later: { get x() { throw 1 } }",
            "invalid_argument",
            "later.x",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], later: [1, { x: 10n }]",
            "invalid_argument",
            "later.1.x",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], later: (() => { const a = {}; a.b = a; return a })()",
            "invalid_argument",
            "later.b.b.b.b.b.b.b",
        ),
        (
            "name: 'Family picnic 👨‍👩‍👧'.slice(0, 15), upload_ids: ['upl_1']",
            "invalid_argument",
            "name",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], attributes: { hair_color: '\\udc00 red' }",
            "invalid_argument",
            "attributes.hair_color",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], client_reference_id: '👨'[0]",
            "invalid_argument",
            "client_reference_id",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], later: [1, { x: '👨'[1] }]",
            "invalid_argument",
            "later.1.x",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], later: { ['👨'[0]]: 1 }",
            "invalid_argument",
            "later",
        ),
        (
            "name: 'A', upload_ids: ['upl_1'], toJSON() { return undefined }",
            "invalid_argument",
            "request",
        ),
    ] {
        let request = evaluate(&["({ ", fields, " })"].concat());
        assert_names(
            create_character(request, UNDEFINED, emulator.client()).await,
            code,
            param,
        );
    }
    assert!(emulator.log().await.is_empty());
}

#[wasm_bindgen_test]
async fn a_wrong_option_of_a_call_is_named() {
    let emulator = Emulator::fresh().await;
    for (options, param) in [
        ("7", "options"),
        ("'text'", "options"),
        ("[]", "options"),
        ("({ signal: 7 })", "options.signal"),
        ("({ signal: {} })", "options.signal"),
        ("({ signal: new AbortController() })", "options.signal"),
        ("({ get signal() { throw 1 } })", "options.signal"),
        ("({ timeoutMs: '5' })", "options.timeoutMs"),
        ("({ timeoutMs: 0 })", "options.timeoutMs"),
        ("({ timeoutMs: -1 })", "options.timeoutMs"),
        ("({ timeoutMs: NaN })", "options.timeoutMs"),
        ("({ timeoutMs: Infinity })", "options.timeoutMs"),
        ("({ timeoutMs: 2147483648 })", "options.timeoutMs"),
        ("({ timeoutMs: 5n })", "options.timeoutMs"),
    ] {
        let result = classify("upl_1".into(), evaluate(options), emulator.client()).await;
        assert_names(result, "invalid_argument", param);
    }
    for options in ["({ stallTimeoutMs: '5' })", "({ stallTimeoutMs: 0 })"] {
        let photo = file(FRONT_JPG, "front.jpg");
        let result = put_file(
            "uploads/x".into(),
            photo,
            evaluate(options),
            emulator.client(),
        )
        .await;
        assert_names(result, "invalid_argument", "options.stallTimeoutMs");
    }
    for options in [
        "({ idempotencyKey: 7 })",
        "({ idempotencyKey: '' })",
        "({ idempotencyKey: 'a\\nb' })",
        "({ idempotencyKey: 'x'.repeat(257) })",
    ] {
        let request = evaluate("({ name: 'A', upload_ids: ['upl_1'] })");
        let result = create_character(request, evaluate(options), emulator.client()).await;
        assert_names(result, "invalid_argument", "options.idempotencyKey");
    }
    assert!(emulator.log().await.is_empty());
}

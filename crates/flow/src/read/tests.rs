use aurous_contract::filename::Filename;
use aurous_contract::id::UploadId;
use aurous_contract::image::{ContentType, Extension};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::{bigint, function, half_character, signal, symbol, throws};
use crate::request::Credentials;

/// How reading a value of some type fails, if it does.
type Rule = fn(Json) -> Option<Box<Failure>>;

/// The failure of reading a `T` from the field `it` of an object that messages call `shown`.
fn refusal_of<T: FromValue<Json>>(value: Json) -> Option<Box<Failure>> {
    let object = json!({ "it": value });
    let fields = Fields::of(&object, "shown").with_code(Code::InvalidOption);
    fields.required::<T>("it").err().map(|it| it.failure)
}

/// Every type that a field can have.
fn rules() -> Vec<Rule> {
    vec![
        refusal_of::<String>,
        refusal_of::<bool>,
        refusal_of::<f64>,
        refusal_of::<Milliseconds>,
        refusal_of::<MaxRetries>,
        refusal_of::<Bytes>,
        refusal_of::<HeaderValue>,
        refusal_of::<IdempotencyKey>,
        refusal_of::<ApiVersion>,
        refusal_of::<CharacterName>,
        refusal_of::<UrlText>,
        refusal_of::<UploadId>,
        refusal_of::<Filename>,
        refusal_of::<Extension>,
        refusal_of::<ContentType>,
        refusal_of::<Credentials>,
        refusal_of::<Object<Json>>,
        refusal_of::<Callback<Json>>,
        refusal_of::<Signal<Json>>,
        refusal_of::<Elements>,
    ]
}

#[test]
fn a_value_of_another_kind_is_refused_by_name_with_the_callers_code() {
    for refusal in rules() {
        let failure = refusal(symbol()).unwrap();
        assert_eq!(failure.code, "invalid_option");
        assert_eq!(failure.param.as_deref(), Some("shown.it"));
        assert!(failure.message.starts_with("`shown.it` must be "));
        assert!(
            failure.message.ends_with("; it is a symbol."),
            "{}",
            failure.message
        );
    }
}

#[test]
fn each_rule_holds_up_to_its_limits() {
    let long = "x".repeat(257);
    let name = "é".repeat(121);
    let name_of_120 = "é".repeat(120);
    for (refusal, good, bad) in [
        (
            refusal_of::<Milliseconds> as Rule,
            vec![json!(1), json!(2_147_483_647_u32), json!(1.5)],
            vec![json!(0.5), json!(2_147_483_648_u32), json!(-1), json!("5")],
        ),
        (
            refusal_of::<MaxRetries>,
            vec![json!(0), json!(100)],
            vec![json!(101), json!(-1), json!(0.5)],
        ),
        (
            refusal_of::<Bytes>,
            vec![json!(0), json!(1e300)],
            vec![json!(-1)],
        ),
        (
            refusal_of::<IdempotencyKey>,
            vec![json!("k"), json!(long[..256])],
            vec![
                json!(""),
                json!(long),
                json!("a\nb"),
                json!("é"),
                json!(" a"),
            ],
        ),
        (
            refusal_of::<HeaderValue>,
            vec![json!("k")],
            vec![json!(""), json!("a\nb")],
        ),
        (
            refusal_of::<ApiVersion>,
            vec![json!("2026-05-15")],
            vec![json!("latest"), json!("2026-5-15")],
        ),
        (
            refusal_of::<Credentials>,
            vec![json!("omit"), json!("same-origin"), json!("include")],
            vec![json!("always")],
        ),
        (
            refusal_of::<UrlText>,
            vec![
                json!("/aurous"),
                json!({ "$kind": "url", "href": "https://a.example/" }),
            ],
            vec![json!({})],
        ),
        (
            refusal_of::<Filename>,
            vec![json!("x"), json!(name_of_120)],
            vec![json!(""), json!(name)],
        ),
        (
            refusal_of::<Extension>,
            vec![json!("jpg"), json!("jpeg"), json!("png"), json!("webp")],
            vec![json!("gif"), json!("JPG")],
        ),
        (
            refusal_of::<ContentType>,
            vec![json!("image/jpeg"), json!("image/png"), json!("image/webp")],
            vec![json!("image/jpg"), json!("image/gif")],
        ),
        (
            refusal_of::<CharacterName>,
            vec![json!("x")],
            vec![json!("")],
        ),
        (
            refusal_of::<Callback<Json>>,
            vec![function()],
            vec![json!({})],
        ),
        (
            refusal_of::<Signal<Json>>,
            vec![signal()],
            vec![
                json!({}),
                json!({ "$kind": "signal" }),
                json!({ "aborted": false, "addEventListener": function() }),
                json!({ "aborted": false, "addEventListener": 1, "removeEventListener": 1 }),
                json!({ "aborted": throws(), "addEventListener": function(), "removeEventListener": function() }),
            ],
        ),
    ] {
        for value in good {
            assert_eq!(refusal(value.clone()), None, "{value}");
        }
        for value in bad {
            assert!(refusal(value.clone()).is_some(), "{value}");
        }
    }
}

#[test]
fn a_polyfills_signal_is_known_by_what_it_can_do() {
    let mut polyfill = signal();
    polyfill.as_object_mut().unwrap().remove("$kind");
    assert_eq!(refusal_of::<Signal<Json>>(polyfill), None);
}

#[test]
fn a_value_of_the_right_kind_that_is_out_of_range_is_reported_as_such() {
    for failure in [
        refusal_of::<CharacterName>(json!("")),
        refusal_of::<Filename>(json!("")),
        refusal_of::<Filename>(json!("x".repeat(121))),
    ] {
        assert_eq!(failure.unwrap().code, "value_out_of_range");
    }
    assert_eq!(
        refusal_of::<Filename>(json!(true)).unwrap().code,
        "invalid_option"
    );
}

#[test]
fn a_message_names_the_fault_of_the_value() {
    for (failure, end) in [
        (
            refusal_of::<Extension>(json!("GIF")),
            "; it is none of them.",
        ),
        (refusal_of::<Extension>(json!("")), "; it is empty."),
        (refusal_of::<Extension>(json!(7)), "; it is a number."),
        (
            refusal_of::<CharacterName>(json!("")),
            " 1 to 120 characters; it is empty.",
        ),
        (refusal_of::<Filename>(json!("")), "; it is empty."),
        (
            refusal_of::<Filename>(json!("x".repeat(121))),
            " 1 to 120 characters; it has more.",
        ),
        (refusal_of::<UploadId>(json!("")), "; it is empty."),
        (
            refusal_of::<UploadId>(json!("upl 1")),
            "; no id looks like it.",
        ),
        (refusal_of::<HeaderValue>(json!("")), "; it is empty."),
        (refusal_of::<IdempotencyKey>(json!("")), "; it is empty."),
        (
            refusal_of::<ApiVersion>(json!("latest")),
            "; it is no such date.",
        ),
        (refusal_of::<Milliseconds>(json!(0)), "; it is less."),
        (refusal_of::<Milliseconds>(json!(1e10)), "; it is more."),
        (refusal_of::<MaxRetries>(json!(0.5)), "; it has a fraction."),
        (
            refusal_of::<Signal<Json>>(json!({ "$kind": "signal" })),
            "; this one can't be listened to.",
        ),
    ] {
        let message = failure.unwrap().message;
        assert!(message.ends_with(end), "{message}");
    }
}

#[test]
fn the_name_of_a_description_must_be_safe_to_show_and_to_send() {
    for name in [
        "/home/me/photo.jpg",
        r"C:\photo.jpg",
        "gpj\u{202E}.exe",
        "a\nb.jpg",
        "..",
        "CON.jpg",
        " a.jpg",
    ] {
        let failure = refusal_of::<Filename>(json!(name)).unwrap();
        assert_eq!(failure.code, "invalid_option");
    }
    for name in ["photo.jpg", "写真 📷.png", "IMG_0001.HEIC", "a"] {
        assert_eq!(refusal_of::<Filename>(json!(name)), None, "{name}");
    }
}

#[test]
fn only_an_optional_field_may_be_left_out() {
    for object in [json!({}), json!({ "it": null })] {
        let fields = Fields::of(&object, "");
        assert_eq!(fields.optional::<String>("it").unwrap(), None);
        let failure = fields.required::<String>("it").unwrap_err().failure;
        assert_eq!(failure.param.as_deref(), Some("it"));
    }
}

#[test]
fn a_getter_that_throws_is_refused_by_its_name_with_what_it_threw() {
    let object = json!({ "it": throws() });
    let fault = Fields::of(&object, "options")
        .optional::<String>("it")
        .unwrap_err();
    assert_eq!(fault.failure.param.as_deref(), Some("options.it"));
    assert!(fault.failure.message.contains("it threw"));
    assert_eq!(fault.cause, Some(json!("thrown")));
}

#[test]
fn an_element_at_fault_is_named_by_its_place() {
    let array = json!(["upl_1", 7]);
    let fault = Fields::of(&array, "upload_ids")
        .elements::<UploadId>(2)
        .unwrap_err();
    assert_eq!(fault.failure.param.as_deref(), Some("upload_ids[1]"));
}

#[test]
fn the_innermost_field_that_was_cut_within_a_character_is_named() {
    for (value, path) in [
        (json!({ "name": half_character() }), "name"),
        (
            json!({ "name": "A", "client_reference_id": half_character() }),
            "client_reference_id",
        ),
        (
            json!({ "attributes": { "age": 7, "hair_color": half_character() } }),
            "attributes.hair_color",
        ),
        (
            json!({ "later": [1, { "x": [half_character()] }] }),
            "later.1.x.0",
        ),
    ] {
        let failure = read_json(&Fields::of(&value, ""), "request")
            .unwrap_err()
            .failure;
        assert_eq!(failure.code, "invalid_argument");
        assert_eq!(failure.param.as_deref(), Some(path));
        assert!(
            failure.message.contains("half a character"),
            "{}",
            failure.message
        );
    }
    let source = json!({ "filename": half_character() });
    let failure = read_json(&Fields::of(&source, "source"), "source")
        .unwrap_err()
        .failure;
    assert_eq!(failure.param.as_deref(), Some("source.filename"));
}

#[test]
fn a_text_that_only_looks_like_half_a_character_passes() {
    for text in [
        r"\ud83d",
        r"C:\\ud83d",
        "\u{1F468}\u{200D}\u{1F469}",
        "\n\t\u{1}",
        r"\\",
    ] {
        let value = json!({ "name": text, text: 1 });
        let json = read_json(&Fields::of(&value, ""), "request").unwrap();
        assert_eq!(serde_json::from_str::<Json>(&json).unwrap(), value);
    }
}

#[test]
fn the_innermost_field_that_is_no_json_is_named() {
    for (value, path) in [
        (json!({ "a": 1, "later": { "x": throws() } }), "later.x"),
        (json!({ "later": [1, { "x": throws() }] }), "later.1.x"),
        (json!({ "later": [1, { "x": bigint() }] }), "later.1.x"),
        (json!({ "$kind": "function" }), "request"),
    ] {
        let fault = read_json(&Fields::of(&value, ""), "request").unwrap_err();
        assert_eq!(fault.failure.param.as_deref(), Some(path));
    }
    let source = json!({ "a": 1 });
    let fields = Fields::of(&source, "source");
    assert_eq!(read_json(&fields, "source").unwrap(), r#"{"a":1}"#);
}

proptest! {
    #[test]
    fn no_message_quotes_a_value(secret in "[a-z]{12}") {
        for refusal in rules() {
            if let Some(failure) = refusal(json!(secret)) {
                prop_assert!(!failure.message.contains(&secret), "{}", failure.message);
            }
        }
    }
}

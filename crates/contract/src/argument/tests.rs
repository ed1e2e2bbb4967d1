use proptest::prelude::*;

use super::*;
use crate::character::Attributes;
use crate::fake_world::{Fake, FakeWorld, array};

/// What a field is refused with that holds this.
fn refused(field: &'static Field, value: impl Into<Fake>) -> Option<Box<Failure>> {
    let mut world = FakeWorld::default();
    world.put(&["options.", field.name].concat(), value);
    let argument = Argument {
        path: "options",
        shown: "shown",
        code: Code::InvalidOption,
    };
    argument
        .check_fields(&world, std::slice::from_ref(field))
        .err()
}

fn text(text: &str) -> Fake {
    text.into()
}

fn number(number: f64) -> Fake {
    number.into()
}

/// Every table, and its fields that may not be left out.
fn tables() -> [(&'static [Field], &'static [&'static str]); 11] {
    [
        (&CALL_OPTIONS, &[]),
        (&CLIENT_OPTIONS, &[]),
        (&FILE_FIELDS, &["size"]),
        (&SOURCE_FIELDS, &["filename", "extension", "content_type"]),
        (&TARGET_FIELDS, &["upload_url"]),
        (&UPLOAD_HEADERS_FIELDS, &[]),
        (&REQUEST_FIELDS, &["name"]),
        (&ATTRIBUTES_FIELDS, &[]),
        (&TICKET_FIELDS, &["upload_id", "upload_url", "expires_at"]),
        (&CLASSIFICATION_FIELDS, &["upload_id", "pose", "confidence"]),
        (&CHARACTER_FIELDS, &["id", "status", "refs"]),
    ]
}

#[track_caller]
fn field(table: &'static [Field], name: &str) -> &'static Field {
    table.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn what_is_required_may_not_be_left_out_and_the_rest_may() {
    for (table, required) in tables() {
        for field in table {
            let refusal = refused(field, Type::Undefined);
            let is_required = required.contains(&field.name);
            assert_eq!(refusal.is_some(), is_required, "{}", field.name);
        }
    }
}

#[test]
fn a_value_of_another_type_is_refused_by_name_with_the_callers_code() {
    for field in tables().iter().flat_map(|(table, _)| *table) {
        let failure = refused(field, Type::Symbol).unwrap();
        assert_eq!(failure.code, Code::InvalidOption.as_str(), "{}", field.name);
        let name = ["shown.", field.name].concat();
        assert_eq!(failure.param.as_ref(), Some(&name));
        assert!(
            failure
                .message
                .starts_with(&["`", &name, "` must be "].concat())
        );
        assert!(failure.message.ends_with("; it is a symbol."));
    }
}

#[test]
fn each_rule_holds_up_to_its_limits() {
    let long = "x".repeat(257);
    let name = "é".repeat(121);
    let call = |name| field(&CALL_OPTIONS, name);
    let client = |name| field(&CLIENT_OPTIONS, name);
    let source = |name| field(&SOURCE_FIELDS, name);
    let request = |name| field(&REQUEST_FIELDS, name);
    for (field, good, bad) in [
        (
            call("timeoutMs"),
            vec![number(1.0), number(2_147_483_647.0), number(1.5)],
            vec![number(0.5), number(2_147_483_648.0), number(f64::NAN)],
        ),
        (
            call("maxRetries"),
            vec![number(0.0), number(100.0)],
            vec![number(101.0), number(-1.0), number(0.5), number(f64::NAN)],
        ),
        (
            call("snapshotBytes"),
            vec![number(0.0), number(f64::INFINITY)],
            vec![number(-1.0), number(f64::NAN)],
        ),
        (
            call("idempotencyKey"),
            vec![text("k"), text(&long[..256])],
            vec![text(""), text(&long), text("a\nb"), text("é"), text(" a")],
        ),
        (
            client("apiKey"),
            vec![text("k")],
            vec![text(""), text("a\nb")],
        ),
        (
            client("sessionToken"),
            vec![text("a.b.c"), Type::Function.into()],
            vec![text(""), number(7.0)],
        ),
        (
            client("apiVersion"),
            vec![text("2026-05-15")],
            vec![text("latest"), text("2026-5-15")],
        ),
        (
            client("credentials"),
            vec![text("omit"), text("same-origin"), text("include")],
            vec![text("always")],
        ),
        (
            client("baseUrl"),
            vec![text("/aurous"), Type::Url.into()],
            vec![Type::Object.into()],
        ),
        (
            source("filename"),
            vec![text("x"), text(&name[2..])],
            vec![text(""), text(&name)],
        ),
        (
            source("extension"),
            vec![text("jpg"), text("jpeg"), text("png"), text("webp")],
            vec![text("gif"), text("JPG")],
        ),
        (
            source("content_type"),
            vec![text("image/jpeg"), text("image/png"), text("image/webp")],
            vec![text("image/jpg"), text("image/gif")],
        ),
        (request("name"), vec![text("x")], vec![text("")]),
        (
            request("upload_ids"),
            vec![array(1.0), array(6.0)],
            vec![array(0.0), array(7.0), Type::Object.into()],
        ),
    ] {
        for value in good {
            assert_eq!(
                refused(field, value.clone()),
                None,
                "{} {value:?}",
                field.name
            );
        }
        for value in bad {
            assert!(
                refused(field, value.clone()).is_some(),
                "{} {value:?}",
                field.name
            );
        }
    }
}

#[test]
fn a_value_of_the_right_type_that_is_out_of_range_says_so() {
    for (field, value) in [
        (field(&REQUEST_FIELDS, "name"), text("")),
        (field(&REQUEST_FIELDS, "upload_ids"), array(7.0)),
        (field(&SOURCE_FIELDS, "filename"), text("")),
    ] {
        let code = refused(field, value).unwrap().code;
        assert_eq!(code, Code::ValueOutOfRange.as_str());
        let code = refused(field, Type::Boolean).unwrap().code;
        assert_eq!(code, Code::InvalidOption.as_str());
    }
}

#[test]
fn the_attributes_are_the_apis() {
    assert_eq!(
        ATTRIBUTES_FIELDS.each_ref().map(|it| it.name),
        Attributes::KEYS
    );
}

proptest! {
    #[test]
    fn no_message_quotes_a_value(secret in "[a-z]{12}") {
        for field in tables().iter().flat_map(|(table, _)| *table) {
            if let Some(failure) = refused(field, text(&secret)) {
                prop_assert!(!failure.message.contains(&secret), "{}", failure.message);
            }
        }
    }
}

#[test]
fn what_throws_is_refused_by_its_name_though_it_may_be_left_out() {
    let field = field(&CALL_OPTIONS, "signal");
    let failure = refused(field, Type::Unreadable).unwrap();
    assert_eq!(failure.param.as_deref(), Some("shown.signal"));
    assert!(failure.message.contains("it threw"));
}

#[test]
fn a_value_of_a_type_that_would_do_is_called_another_one() {
    for (value, message) in [
        (text("GIF"), "it is another string."),
        (number(7.0), "it is a number."),
    ] {
        let failure = refused(field(&SOURCE_FIELDS, "extension"), value).unwrap();
        assert!(failure.message.ends_with(message), "{}", failure.message);
    }
}

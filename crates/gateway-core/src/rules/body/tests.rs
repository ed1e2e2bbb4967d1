use proptest::prelude::*;
use serde_json::json;

use super::*;

fn parse(text: &str) -> Result<Value, Code> {
    parse_fields(text.as_bytes(), &["a", "b"])
        .map(Value::Object)
        .map_err(|refusal| refusal.code)
}

fn nested(levels: usize) -> String {
    let (open, close) = (r#"{"a":"#.repeat(levels - 1), "}".repeat(levels));
    format!("{open}{{{close}")
}

#[test]
fn an_object_passes_unchanged() {
    let text = r#"{"b":[1,-2,0.5,true,null,"é\n"],"a":{"x":{"y":[]}}}"#;
    assert_eq!(parse(text).unwrap().to_string(), text);
    assert_eq!(parse("{}"), Ok(json!({})));
    assert!(parse(&nested(16)).is_ok());
}

#[test]
fn a_text_that_is_not_one_object_is_refused() {
    let deep_list = format!(r#"{{"a":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    for text in [
        "",
        " ",
        "null",
        "[]",
        "\"a\"",
        "{",
        "{}x",
        "{}{}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "\u{feff}{}",
        "{\"a\":\"\\ud800\"}",
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":{"x":1,"x":2}}"#,
        r#"{"a":[{"x":1,"x":2}]}"#,
        &nested(17),
        &nested(100),
        &deep_list,
    ] {
        assert_eq!(parse(text), Err(Code::InvalidJson), "{text}");
    }
    let not_utf8 = parse_fields(b"{\"a\":\"\xff\"}", &["a"]);
    assert_eq!(not_utf8.unwrap_err().code, Code::InvalidJson);
}

#[test]
fn an_unknown_key_is_named_but_not_quoted_at_length() {
    let refusal = |key: &str| {
        let body = json!({ key: 1 }).to_string();
        parse_fields(body.as_bytes(), &["a"]).unwrap_err()
    };
    assert_eq!(refusal("c").param.as_deref(), Some("c"));
    assert_eq!(refusal("A").code, Code::InvalidField);
    assert_eq!(refusal("__proto__").code, Code::InvalidField);
    let quoted = refusal(&"é\n".repeat(99)).param.unwrap();
    assert!(quoted.is_ascii() && quoted.len() == 40, "{quoted}");
}

#[test]
fn a_field_of_another_type_is_refused() {
    let body = |value: Value| match value {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    let named = |refusal: Refusal| refusal.param.unwrap_or_default();
    let text = body(json!({ "upload_id": "x" }));
    assert_eq!(required_string(&text, "upload_id").unwrap(), "x");
    for wrong in [
        json!({}),
        json!({ "upload_id": 1 }),
        json!({ "upload_id": null }),
    ] {
        let refusal = required_string(&body(wrong), "upload_id").unwrap_err();
        assert_eq!(named(refusal), "upload_id");
    }

    let six = body(json!({ "upload_ids": ["1", "2", "3", "4", "5", "6"] }));
    assert_eq!(read_upload_ids(&six).unwrap().unwrap().len(), 6);
    assert_eq!(read_upload_ids(&body(json!({}))), Ok(None));
    for wrong in [
        json!(["1", "2", "3", "4", "5", "6", "7"]),
        json!("1"),
        json!(null),
        json!({ "0": "1" }),
    ] {
        let refusal = read_upload_ids(&body(json!({ "upload_ids": wrong }))).unwrap_err();
        assert_eq!(named(refusal), "upload_ids");
    }

    assert_eq!(read_generate(&body(json!({}))), Ok(false));
    assert_eq!(read_generate(&body(json!({ "generate": true }))), Ok(true));
    for wrong in [json!("true"), json!(1), json!(null)] {
        let refusal = read_generate(&body(json!({ "generate": wrong }))).unwrap_err();
        assert_eq!(named(refusal), "generate");
    }

    assert_eq!(check_attributes(&body(json!({}))), Ok(()));
    let good = json!({ "attributes": { "age": 28, "hair_color": "black" } });
    assert_eq!(check_attributes(&body(good)), Ok(()));
    for wrong in [json!({ "team": "x" }), json!([]), json!(null)] {
        let refusal = check_attributes(&body(json!({ "attributes": wrong }))).unwrap_err();
        assert_eq!(named(refusal), "attributes");
    }
}

proptest! {
    #[test]
    fn another_parser_reads_the_same_from_what_passes(text in "[{}\\[\\]\":,abx0-9 \\\\u.-]{0,40}") {
        if let Ok(parsed) = parse_fields(text.as_bytes(), &["a", "b"]) {
            let expected: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Value::Object(parsed), expected);
        }
    }
}

#[test]
fn a_refused_body_says_what_it_is_instead() {
    let message = |text: &str| parse_fields(text.as_bytes(), &["a"]).unwrap_err().message;
    for (text, problem) in [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("null", "it is null"),
        ("[]", "it is a list"),
        ("\"secret\"", "it is a string"),
        ("{\"a\":1", "it ends too early"),
        (
            "{\"a\":1,\"a\":2}",
            "it has a key twice at line 1 column 13",
        ),
        ("{}x", "trailing characters at line 1 column 3"),
    ] {
        let expected = format!("The body must be one JSON object: {problem}.");
        assert_eq!(message(text), expected, "{text}");
    }
    assert!(message(&nested(17)).contains("it has more than 16 levels"));
}

#[test]
fn a_size_is_taken_out_of_the_body() {
    let size = |value: Value| {
        let mut body = Map::from_iter([("size".to_owned(), value)]);
        let size = take_size(&mut body);
        assert!(body.is_empty());
        size.map(|it| it.unwrap().get())
            .map_err(|it| it.param.unwrap())
    };
    assert_eq!(size(json!(1)), Ok(1));
    assert_eq!(size(json!(10_000_000)), Ok(10_000_000));
    assert_eq!(size(json!(5e3)), Ok(5000));
    for wrong in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("5"),
        json!(null),
        json!([1]),
        json!(1e300),
    ] {
        assert_eq!(size(wrong.clone()), Err("size".to_owned()), "{wrong}");
    }
    assert_eq!(take_size(&mut Map::new()), Ok(None));
}

#[test]
fn a_refused_field_says_what_is_wrong_with_its_value() {
    let body = |text: &str| match serde_json::from_str(text).unwrap() {
        Value::Object(body) => body,
        other => panic!("{other}"),
    };
    let problem = |refused: Refusal| refused.message.into_owned();
    let ids = |text| problem(read_upload_ids(&body(text)).unwrap_err());
    assert_eq!(
        ids(r#"{"upload_ids":[1,2,3,4,5,6,7]}"#),
        "`upload_ids` must be 1 to 6 ids; there are 7."
    );
    assert_eq!(
        ids(r#"{"upload_ids":"a"}"#),
        "`upload_ids` must be a list; it is a string."
    );
    assert_eq!(
        ids(r#"{"upload_ids":["a",{}]}"#),
        "`upload_ids[1]` must be a string; it is an object."
    );
    let name = |text| problem(required_string(&body(text), "name").unwrap_err());
    assert_eq!(name("{}"), "`name` is missing.");
    assert_eq!(
        name(r#"{"name":7}"#),
        "`name` must be a string; it is a number."
    );
    let attributes = |text| problem(check_attributes(&body(text)).unwrap_err());
    assert_eq!(
        attributes(r#"{"attributes":{"age":1,"hairColor":"red"}}"#),
        "`attributes` has the key `hairColor`, which no character has."
    );
    assert_eq!(
        attributes(r#"{"attributes":[]}"#),
        "`attributes` must be an object; it is a list."
    );
}

#[test]
fn a_client_reference_id_is_a_string_of_at_most_256_characters() {
    let check = |value: Value| {
        let body = Map::from_iter([("client_reference_id".to_owned(), value)]);
        check_client_reference_id(&body).is_ok()
    };
    assert!(check_client_reference_id(&Map::new()).is_ok());
    for good in ["", "order 17", &"\u{1F469}".repeat(256)] {
        assert!(check(json!(good)), "{good}");
    }
    for wrong in [json!("a".repeat(257)), json!(17), json!(null), json!(["a"])] {
        assert!(!check(wrong.clone()), "{wrong}");
    }
}

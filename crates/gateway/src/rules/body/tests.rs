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
        json!([1]),
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

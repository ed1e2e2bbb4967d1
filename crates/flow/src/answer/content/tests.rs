use aurous_contract::image::ContentType;
use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::throws;

fn head(status: u16) -> Head {
    Head {
        status,
        ..Head::default()
    }
}

fn ticket() -> Expected {
    Expected::Ticket {
        root: "https://app.example/aurous".into(),
    }
}

fn read(expected: &Expected, body: Json) -> Content<Json> {
    read_content(expected, &head(200), Some(body))
}

/// One body of each kind, with all the fields that the API documents and the SDK relies on.
fn good_bodies() -> [(Expected, Json); 5] {
    [
        (
            ticket(),
            json!({
                "upload_id": "upl_1",
                "upload_url": "https://upload.example/1?signature=x",
                "upload_headers": { "Content-Type": "image/jpeg" },
                "expires_at": "2026-05-15T12:00:00Z",
            }),
        ),
        (
            Expected::Classification,
            json!({ "upload_id": "upl_1", "pose": "front", "confidence": 0.9 }),
        ),
        (
            Expected::Character,
            json!({ "id": "char_1", "status": "ready", "refs": [] }),
        ),
        (Expected::List, json!({ "data": [] })),
        (Expected::Deletion, json!({ "id": "char_1" })),
    ]
}

#[test]
fn a_body_with_all_that_the_api_documents_is_read_and_passes_through_whole() {
    for (expected, mut body) in good_bodies() {
        body["later"] = json!({ "x": [1] });
        match (&expected, read(&expected, body.clone())) {
            (Expected::Ticket { .. }, Content::Ticket(ticket)) => {
                assert_eq!(ticket.upload_id.as_str(), "upl_1");
                assert_eq!(ticket.url, "https://upload.example/1?signature=x");
                assert_eq!(ticket.content_type, ContentType::Jpeg);
                assert_eq!(ticket.document, body);
            }
            (_, Content::Document(document)) => assert_eq!(document, body),
            (_, content) => panic!("{content:?}"),
        }
    }
}

#[test]
fn a_character_tells_whether_it_is_being_synthesized() {
    let read = |status: &str| {
        let body = json!({ "id": "char_1", "status": status, "refs": [] });
        (read(&Expected::Character, body.clone()), body)
    };
    let (content, body) = read("synthesizing");
    assert_eq!(content, Content::Synthesizing(body));
    for status in ["reviewing", "ready", "failed", "a status of tomorrow"] {
        let (content, body) = read(status);
        assert_eq!(content, Content::Document(body), "{status}");
    }
}

#[test]
fn a_character_is_found_in_a_page_by_its_reference() {
    let of = |reference: &str| json!({ "id": reference, "client_reference_id": reference });
    let page = json!({ "data": [json!({ "id": "0" }), of("a"), of("b")] });
    let found = |reference: &str| read(&Expected::Referred(reference.into()), page.clone());
    assert_eq!(found("b"), Content::Referred(Some(of("b"))));
    assert_eq!(found("c"), Content::Referred(None));
    for body in [
        json!({}),
        json!([]),
        json!({ "data": {} }),
        json!({ "data": [1] }),
    ] {
        let content = read(&Expected::Referred("a".into()), body);
        assert_eq!(content, Content::Referred(None));
    }
}

#[test]
fn a_body_that_lacks_a_field_is_of_the_wrong_shape() {
    for (expected, body) in good_bodies() {
        for name in body.as_object().unwrap().keys() {
            for value in [Json::Null, json!({}), throws()] {
                let mut body = body.clone();
                body[name] = value;
                let content = read(&expected, body);
                assert_eq!(content, Content::WrongShape, "{expected:?}: {name}");
            }
        }
    }
}

#[test]
fn a_body_that_is_no_object_is_of_the_wrong_shape() {
    for (expected, _) in good_bodies() {
        for body in [json!("text"), json!([]), json!(7), Json::Null, json!({})] {
            assert_eq!(read(&expected, body), Content::WrongShape);
        }
    }
}

#[test]
fn a_ticket_is_for_a_type_that_the_sdk_knows() {
    let [(expected, mut body), ..] = good_bodies();
    body["upload_headers"] = json!({ "Content-Type": "image/gif" });
    assert_eq!(read(&expected, body), Content::WrongShape);
}

#[test]
fn an_upload_url_may_be_relative_to_the_base_url() {
    for (text, href) in [
        ("uploads/x", "https://app.example/aurous/uploads/x"),
        ("/uploads/x", "https://app.example/uploads/x"),
        ("https://upload.example/x", "https://upload.example/x"),
    ] {
        let [(expected, mut body), ..] = good_bodies();
        body["upload_url"] = json!(text);
        match read(&expected, body) {
            Content::Ticket(ticket) => assert_eq!(ticket.url, href),
            content => panic!("{content:?}"),
        }
    }
}

#[test]
fn an_upload_url_that_cannot_be_fetched_is_of_the_wrong_shape() {
    for text in ["https://me:word@a.example/", "javascript:x", "https://["] {
        let [(expected, mut body), ..] = good_bodies();
        body["upload_url"] = json!(text);
        assert_eq!(read(&expected, body), Content::WrongShape, "{text}");
    }
}

#[test]
fn a_body_that_is_no_json_is_called_so_whatever_the_status() {
    for (expected, _) in good_bodies() {
        for status in [200, 404, 503] {
            let content = read_content::<Json>(&expected, &head(status), None);
            assert_eq!(content, Content::NotJson);
        }
    }
}

#[test]
fn of_a_refusal_the_parts_of_the_envelope_that_are_texts_are_read() {
    let whole = json!({ "error": {
        "type": "invalid_request",
        "code": "upload_invalid",
        "message": "Why.",
        "param": "upload_ids",
        "doc_url": "https://docs.example",
        "request_id": "req_1",
    } });
    let text = |text: &str| Some(text.to_owned());
    let envelope = Envelope {
        error_type: text("invalid_request"),
        code: text("upload_invalid"),
        message: text("Why."),
        param: text("upload_ids"),
        doc_url: text("https://docs.example"),
        request_id: text("req_1"),
    };
    let parts = json!({ "error": {
        "type": 7,
        "code": "upload_invalid",
        "message": null,
        "param": throws(),
        "doc_url": {},
    } });
    let code_alone = Envelope {
        code: text("upload_invalid"),
        ..Envelope::default()
    };
    let expectations = good_bodies().map(|it| it.0);
    for expected in expectations.iter().chain(&[Expected::Nothing]) {
        for (body, envelope) in [(&whole, &envelope), (&parts, &code_alone)] {
            let content = read_content(expected, &head(400), Some(body.clone()));
            assert_eq!(content, Content::Error(envelope.clone()));
        }
    }
}

#[test]
fn a_refusal_without_an_envelope_is_of_the_wrong_shape() {
    for (expected, good_body) in good_bodies() {
        for body in [
            json!({}),
            json!({ "error": "text" }),
            json!({ "error": null }),
            json!([]),
            good_body,
        ] {
            let content = read_content(&expected, &head(500), Some(body));
            assert_eq!(content, Content::WrongShape);
        }
    }
}

#[test]
fn of_a_put_that_succeeded_nothing_is_read() {
    for status in [200, 201, 204] {
        assert!(!Expected::Nothing.is_in_body(&head(status)));
        for body in [None, Some(json!({ "error": { "code": "x" } }))] {
            let content = read_content(&Expected::Nothing, &head(status), body);
            assert_eq!(content, Content::Unread);
        }
    }
    assert!(Expected::Nothing.is_in_body(&head(403)));
    assert!(ticket().is_in_body(&head(201)));
}

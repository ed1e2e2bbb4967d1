//! An app that knows its visitors.

use aurous_gateway_core::config::VisitorSource;
use aurous_gateway_core::session::Session;
use http::Method;
use serde_json::{Value, json};

use crate::shell::World;

const KEY: &str = "a-key-of-more-than-16";

fn app() -> World {
    World::with_visitors(1, VisitorSource::App, |_| ())
}

fn sign_in(world: &World, name: &str) {
    *world.session.borrow_mut() = Some(Session::of_app(name, &[]).unwrap());
}

#[test]
fn a_visitor_whom_the_app_does_not_know_is_refused() {
    let world = app();
    let (status, body) = world.create(0, KEY, &json!({ "name": "Aurora", "generate": true }));
    assert_eq!(
        (status, &body["error"]["code"]),
        (401, &json!("gateway_session_missing"))
    );
    assert_eq!(world.got.borrow().len(), 0);
}

#[test]
fn a_character_belongs_to_the_visitor_whom_the_app_named() {
    let world = app();
    sign_in(&world, "alice");
    let (status, made) = world.create(0, KEY, &json!({ "name": "Aurora", "generate": true }));
    assert_eq!(status, 201);
    let path = format!("/aurous/v1/characters/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(0, &path).0, 200);
    sign_in(&world, "bob");
    assert_eq!(world.get(0, &path).0, 404);
}

/// A cookie goes along with whatever page sends the request.
#[test]
fn a_request_that_changes_something_must_name_its_page() {
    let world = app();
    sign_in(&world, "alice");
    for origin in [None, Some("null"), Some("https://evil.example")] {
        let mut head = world.head(Method::POST, "/aurous/v1/characters", Some(KEY));
        head.headers.remove("origin");
        if let Some(origin) = origin {
            head.headers.insert("origin", origin.parse().unwrap());
        }
        let (status, body) = world.send(0, head, &json!({ "name": "Aurora", "generate": true }));
        assert_eq!(
            (status, &body["error"]["code"]),
            (403, &json!("gateway_origin_refused"))
        );
    }
    assert_eq!(world.got.borrow().len(), 0);
    let mut head = world.head(Method::GET, "/aurous/v1/characters/char_1", None);
    head.headers.remove("origin");
    // A page of the same origin sends none with a GET.
    assert_eq!(world.send(0, head, &Value::Null).0, 404);
}

#[test]
fn a_name_that_is_none_says_so() {
    for name in ["", " alice", "al\u{200b}ice", &"a".repeat(129)] {
        assert!(Session::of_app(name, &[]).is_err(), "{name:?}");
    }
    assert!(Session::of_app("alice", &["../admin".to_owned()]).is_err());
}

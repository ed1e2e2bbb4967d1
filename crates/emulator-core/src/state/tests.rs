//! The whole state under random requests.

use aurous_contract::error::ErrorEnvelope;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::admission::Admission;
use super::api_call::{ApiCall, Authentication, ReceivedBody};
use super::response::ApiResponse;
use super::route::Route;
use super::signature::SigningKey;
use super::world::{Foundation, Urls, World};
use crate::settings::RuntimeSettings;

const NOW: u64 = 1_778_234_400_000;

fn world() -> World {
    World::new(Foundation {
        urls: Urls {
            api: "http://api".to_owned(),
            upload: "http://upload".to_owned(),
        },
        signing_key: SigningKey::new([1; 64]),
        settings: RuntimeSettings::default(),
        api_keys: vec!["key".to_owned()],
        seed: 1,
    })
}

fn call(world: &mut World, method: &str, path: &str, body: &[u8], now_ms: u64) -> ApiResponse {
    let call = ApiCall {
        authentication: Authentication::ApiKey(Some("key".to_owned())),
        route: Route::new(method, path),
        method: method.to_owned(),
        path: path.to_owned(),
        query: None,
        version: None,
        idempotency_key: None,
        body: ReceivedBody {
            bytes: Some(Bytes::copy_from_slice(body)),
            sha256: String::new(),
        },
    };
    match world.admit(call, now_ms) {
        Admission::Admitted(call) => world.execute(call, now_ms),
        Admission::Answered(response) => response,
    }
}

fn read(answer: &ApiResponse) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// Makes JSON that is more or less like the body of a call.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop_oneof![
            Just("jpg"),
            Just("image/jpeg"),
            Just("front"),
            Just("upl_x")
        ]
        .prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-z]{0,3}",
        "(name|generate|upload_ids?|attributes|age|filename|extension|content_type|pose|force_all|client_reference_id)"
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|fields| json!(fields)),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => any_json().prop_map(|value| value.to_string().into_bytes()),
        1 => any::<Vec<u8>>(),
    ]
}

fn any_path(id: String) -> impl Strategy<Value = (&'static str, String)> {
    let one = format!("/v1/characters/{id}");
    let post = move |rest: &str| ("POST", format!("/v1/characters{rest}"));
    proptest::sample::select(vec![
        post(""),
        post("/uploads/init"),
        post("/uploads/classify"),
        ("POST", format!("{one}/save")),
        ("POST", format!("{one}/refs/regenerate")),
        ("POST", format!("{one}/resynthesize")),
        ("PATCH", one.clone()),
        ("GET", one.clone()),
        ("DELETE", one),
        ("GET", "/v1/characters".to_owned()),
        ("BREW", "/v1/characters".to_owned()),
    ])
}

proptest! {
    // Few cases: each synthesis paints four images, slowly in a debug build.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_request_gets_a_documented_response(
        requests in proptest::collection::vec((any_path("X".to_owned()), any_body()), 1..20),
    ) {
        let mut world = world();
        let made = json!({ "name": "A", "generate": true, "attributes": {} });
        let created = call(&mut world, "POST", "/v1/characters", made.to_string().as_bytes(), NOW);
        let id = read(&created)["id"].as_str().unwrap().to_owned();
        for (step, ((method, path), body)) in requests.iter().enumerate() {
            let path = path.replace('X', &id);
            let now_ms = NOW + step as u64 * 20_000;
            let answer = call(&mut world, method, &path, &body[..], now_ms);
            prop_assert!(answer.status < 500, "{method} {path}: {:?}", read(&answer));
            if answer.status >= 300 {
                let envelope: ErrorEnvelope = serde_json::from_slice(&answer.body).unwrap();
                prop_assert_eq!(envelope.error.request_id, answer.headers.request_id);
            }
        }
    }
}

#[test]
fn ids_are_never_made_again_after_a_reset() {
    let mut world = world();
    let first = world.new_id("upl", NOW);
    world.reset();
    assert_ne!(world.new_id("upl", NOW), first);
}

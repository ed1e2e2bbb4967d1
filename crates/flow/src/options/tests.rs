use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::{bigint, function, refusal, signal, symbol, throws, undefined};

const CLIENTS: Limits = Limits {
    timeout_ms: 1,
    stall_timeout_ms: 2,
    deadline_ms: Some(3),
    max_retries: 4,
};

#[test]
fn a_call_without_options_has_its_clients_limits_and_nothing_else() {
    for options in [undefined(), Json::Null, json!({})] {
        let options = CallOptions::read(&options, CLIENTS).unwrap();
        assert_eq!(options.signal, None);
        assert_eq!(options.on_progress, None);
        assert_eq!(options.on_update, None);
        assert_eq!(options.own_deadline_ms, None);
        assert!(!options.classify);
        assert_eq!(options.snapshot_bytes, DEFAULT_SNAPSHOT_BYTES);
        assert_eq!(options.idempotency_key, None);
        assert_eq!(options.limits, CLIENTS);
    }
}

#[test]
fn a_call_has_the_options_that_it_is_given() {
    let options = json!({
        "signal": signal(),
        "onProgress": function(),
        "classify": true,
        "snapshotBytes": 0,
        "idempotencyKey": "a key",
        "maxRetries": 0,
    });
    let options = CallOptions::read(&options, CLIENTS).unwrap();
    assert_eq!(options.signal, Some(signal()));
    assert_eq!(options.on_progress, Some(function()));
    assert!(options.classify);
    assert_eq!(options.snapshot_bytes, 0.0);
    assert_eq!(options.idempotency_key.as_deref(), Some("a key"));
    let max_retries = 0;
    let limits = Limits {
        max_retries,
        ..CLIENTS
    };
    assert_eq!(options.limits, limits);
}

#[test]
fn a_wrong_option_is_named() {
    let long = "x".repeat(257);
    for (options, param) in [
        (json!(7), "options"),
        (json!("text"), "options"),
        (json!([]), "options"),
        (json!({ "signal": 7 }), "options.signal"),
        (json!({ "signal": {} }), "options.signal"),
        (json!({ "signal": throws() }), "options.signal"),
        (json!({ "onProgress": {} }), "options.onProgress"),
        (json!({ "onProgress": "text" }), "options.onProgress"),
        (json!({ "classify": 1 }), "options.classify"),
        (json!({ "classify": "yes" }), "options.classify"),
        (json!({ "snapshotBytes": -1 }), "options.snapshotBytes"),
        (json!({ "snapshotBytes": "5" }), "options.snapshotBytes"),
        (json!({ "idempotencyKey": 7 }), "options.idempotencyKey"),
        (json!({ "idempotencyKey": "" }), "options.idempotencyKey"),
        (
            json!({ "idempotencyKey": "a\nb" }),
            "options.idempotencyKey",
        ),
        (json!({ "idempotencyKey": long }), "options.idempotencyKey"),
        (json!({ "timeoutMs": "5" }), "options.timeoutMs"),
        (json!({ "timeoutMs": 0 }), "options.timeoutMs"),
        (json!({ "timeoutMs": -1 }), "options.timeoutMs"),
        (
            json!({ "timeoutMs": 2_147_483_648_u32 }),
            "options.timeoutMs",
        ),
        (json!({ "timeoutMs": bigint() }), "options.timeoutMs"),
        (json!({ "stallTimeoutMs": 0 }), "options.stallTimeoutMs"),
        (json!({ "deadlineMs": symbol() }), "options.deadlineMs"),
        (json!({ "maxRetries": 101 }), "options.maxRetries"),
    ] {
        let refused = ("invalid_argument".to_owned(), param.to_owned());
        let reading = CallOptions::read(&options, CLIENTS);
        assert_eq!(refusal(reading), refused, "{options}");
    }
}

use serde_json::{Value as Json, json};

use super::*;
use crate::json_value::undefined;

const CLIENTS: Limits = Limits {
    timeout_ms: 1,
    stall_timeout_ms: 2,
    deadline_ms: Some(3),
    max_retries: 4,
};

fn overridden(limits: Limits, fields: &Json) -> Limits {
    limits.overridden(Fields::of(fields, "options")).unwrap()
}

#[test]
fn what_a_call_leaves_out_its_client_says() {
    for left_out in [undefined(), Json::Null] {
        let fields = json!({ "timeoutMs": left_out, "maxRetries": left_out });
        assert_eq!(overridden(CLIENTS, &fields), CLIENTS);
    }
    for (fields, limits) in [
        (
            json!({ "timeoutMs": 10 }),
            Limits {
                timeout_ms: 10,
                ..CLIENTS
            },
        ),
        (
            json!({ "stallTimeoutMs": 20 }),
            Limits {
                stall_timeout_ms: 20,
                ..CLIENTS
            },
        ),
        (
            json!({ "deadlineMs": 30 }),
            Limits {
                deadline_ms: Some(30),
                ..CLIENTS
            },
        ),
        (
            json!({ "maxRetries": 0 }),
            Limits {
                max_retries: 0,
                ..CLIENTS
            },
        ),
    ] {
        assert_eq!(overridden(CLIENTS, &fields), limits);
    }
}

#[test]
fn a_fraction_of_a_millisecond_is_cut_off() {
    let fields = json!({ "timeoutMs": 1.9 });
    assert_eq!(overridden(CLIENTS, &fields).timeout_ms, 1);
}

#[test]
fn by_default_an_api_call_has_a_deadline_and_a_put_has_none() {
    for step in [Step::Init, Step::Classify, Step::Create] {
        assert_eq!(Limits::DEFAULT.policy(step), RetryPolicy::API_CALL);
    }
    assert_eq!(Limits::DEFAULT.policy(Step::Put), RetryPolicy::PUT);
}

#[test]
fn a_deadline_that_is_given_holds_for_every_step() {
    for step in [Step::Init, Step::Put, Step::Classify, Step::Create] {
        let policy = CLIENTS.policy(step);
        assert_eq!(policy.deadline_ms, Some(3));
        assert_eq!(policy.max_retries, 4);
    }
}

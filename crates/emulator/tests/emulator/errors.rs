//! How a test gets each error that the vendor documents: by the state of the emulator or, for an outage of
//! the vendor's, by a fault.

use std::collections::HashSet;

use aurous_contract::error::ErrorCode;
use aurous_emulator::{FakeResponse, Fault, KeyChange, Operation, Scope};
use reqwest::Method;
use serde_json::json;

use crate::stage::{Answer, JPEG, Stage, send};

/// Makes a fresh emulator refuse a request with this code.
async fn refusal(code: ErrorCode) -> Answer {
    let stage = Stage::new().await;
    match code {
        ErrorCode::MissingField => stage.create(json!({})).await,
        ErrorCode::InvalidFormat => stage.create(json!({ "name": 1 })).await,
        ErrorCode::InvalidRequest => {
            let id = stage.synthesized(json!({})).await;
            stage.save(&id).await
        }
        ErrorCode::ValueOutOfRange => stage.create(json!({ "name": "" })).await,
        ErrorCode::ParameterInvalidCombination => stage.create(json!({ "name": "A" })).await,
        ErrorCode::UploadInvalid => stage.classify("upl_unknown").await,
        ErrorCode::UnknownVersion => {
            let request = stage.request(Method::GET, "/v1/characters");
            send(request.header("Aurous-Version", "2020-01-01")).await
        }
        ErrorCode::IdempotencyKeyInUse => {
            let id = stage.character("A").await;
            let regenerate = async |pose| {
                let path = format!("/v1/characters/{id}/refs/regenerate");
                let request = stage.request(Method::POST, &path);
                let request = request.json(&json!({ "pose": pose }));
                send(request.header("Idempotency-Key", "k1")).await
            };
            assert_eq!(regenerate("front").await.status, 200);
            regenerate("side").await
        }
        ErrorCode::InsufficientCredits => {
            let id = stage.character("A").await;
            stage.emulator.change_settings(|it| it.credits = 0);
            stage.resynthesize(&id, json!({})).await
        }
        ErrorCode::MissingApiKey => with_key(stage, None).await,
        ErrorCode::InvalidApiKey => with_key(stage, Some("al_live_0")).await,
        ErrorCode::RevokedApiKey => {
            let change = KeyChange {
                key: stage.key.clone(),
                revoked: Some(true),
                ..KeyChange::default()
            };
            stage.emulator.change_key(change);
            stage.get("/v1/characters").await
        }
        ErrorCode::MissingScope => {
            let change = KeyChange {
                key: stage.key.clone(),
                scopes: Some(HashSet::from([Scope::Read])),
                ..KeyChange::default()
            };
            stage.emulator.change_key(change);
            stage.create(json!({})).await
        }
        ErrorCode::ResourceNotFound => stage.get("/v1/characters/char_unknown").await,
        ErrorCode::TooManyRequests => {
            let mut last = stage.resynthesize("char_unknown", json!({})).await;
            while last.status == 404 {
                last = stage.resynthesize("char_unknown", json!({})).await;
            }
            last
        }
        ErrorCode::ConcurrencyLimitExceeded => {
            let response = FakeResponse::new(429)
                .with_code("concurrency_limit_exceeded")
                .with_header("Retry-After", "2");
            struck_by(&stage, Fault::Status(response)).await
        }
        ErrorCode::InternalError => struck_by(&stage, Fault::status(500)).await,
        ErrorCode::ProviderUnavailable => struck_by(&stage, Fault::status(503)).await,
        ErrorCode::ProviderTimeout => struck_by(&stage, Fault::status(504)).await,
    }
}

async fn with_key(stage: Stage, key: Option<&str>) -> Answer {
    let key = key.map(str::to_owned);
    Stage { key, ..stage }.get("/v1/characters").await
}

async fn struck_by(stage: &Stage, fault: Fault) -> Answer {
    stage.emulator.inject(fault.on(Operation::List));
    stage.get("/v1/characters").await
}

#[tokio::test]
async fn every_documented_code_can_be_had() {
    for code in ErrorCode::ALL {
        let answer = refusal(code).await;
        let body = answer.json();
        let param = body["error"]["param"].as_str();
        answer.assert_error(code.status(), code.as_str(), param);
        if answer.status == 429 {
            assert_ne!(answer.header("retry-after"), "", "{body}");
        }
    }
}

#[tokio::test]
async fn a_fault_has_every_documented_status_with_a_code_that_may_come_with_it() {
    let stage = Stage::new().await;
    for (status, code) in [
        (400, "invalid_request"),
        (401, "invalid_api_key"),
        (402, "insufficient_credits"),
        (403, "missing_scope"),
        (404, "resource_not_found"),
        (409, "idempotency_key_in_use"),
        (410, "resource_not_found"),
        (422, "invalid_request"),
        (429, "too_many_requests"),
        (500, "internal_error"),
        (502, "provider_unavailable"),
        (503, "provider_unavailable"),
        (504, "provider_timeout"),
    ] {
        let answer = struck_by(&stage, Fault::status(status)).await;
        answer.assert_error(status, code, None);
    }
}

#[tokio::test]
async fn a_fault_can_have_any_code_such_as_the_second_spelling_for_missing_credits() {
    let stage = Stage::new().await;
    for (status, code) in [
        (402, "balance_too_low"),
        (403, "a_code_of_next_year"),
        (500, "provider_timeout"),
    ] {
        let response = FakeResponse::new(status).with_code(code);
        let answer = struck_by(&stage, Fault::Status(response)).await;
        answer.assert_error(status, code, None);
    }
}

#[tokio::test]
async fn a_fault_with_a_code_can_strike_a_request_that_takes_effect() {
    let stage = Stage::new().await;
    let response = FakeResponse::new(503).with_code("provider_timeout");
    let fault = Fault::Body(response).on(Operation::Create);
    stage.emulator.inject(fault);
    let body = json!({ "name": "A", "generate": true, "attributes": {} });
    let answer = stage.create(body).await;
    answer.assert_error(503, "provider_timeout", None);
    assert_eq!(stage.emulator.characters().len(), 1);
}

#[tokio::test]
async fn the_code_of_a_fault_is_that_of_the_upload_hosts_error_too() {
    let stage = Stage::new().await;
    let ticket = stage.ticket("a.jpg").await;
    let response = FakeResponse::new(403).with_code("SignatureDoesNotMatch");
    stage
        .emulator
        .inject(Fault::Status(response).on(Operation::Put));
    let answer = stage.put(&ticket, JPEG).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("<Code>SignatureDoesNotMatch</Code>"));
}

#[tokio::test]
async fn a_code_that_is_no_word_is_refused() {
    let stage = Stage::new().await;
    let url = format!("{}/faults", stage.emulator.control_url());
    for bad in ["", "<b>", "two words", "é"] {
        let fault = json!({ "fault": { "status": 400, "code": bad } });
        let refused = send(stage.http.post(&url).json(&fault)).await;
        assert_eq!(refused.status, 400, "{bad:?}");
        assert!(refused.text().contains("is no code"), "{refused:?}");
    }
    assert!(stage.emulator.faults().is_empty());
}

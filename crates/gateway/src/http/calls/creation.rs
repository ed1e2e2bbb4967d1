//! The create, which happens once for each idempotency key.

use std::sync::Arc;

use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::outcome::Repeat;
use aurous_contract::rate::Bucket;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::admitted_request::AdmittedRequest;
use super::create_task::CreateTask;
use crate::config::Feature;
use crate::headers::{IDEMPOTENCY_KEY, single_value};
use crate::http::response::HandlerResult;
use crate::http::state::GatewayState;
use crate::refusal::{Code, Refusal};
use crate::rules::body::{
    check_attributes, check_client_reference_id, read_generate, read_upload_ids,
};
use crate::rules::create_records::{AskedCreate, CREATE_RESPONSE_MAX_BYTES, RecordKey};
use crate::upstream::api::{ConnectionChoice, UpstreamRequest};
use crate::vendor_id::VendorId;

/// The shortest idempotency key. Shorter ones could be equal by chance.
const KEY_MIN_CHARS: usize = 16;
const PATH: &str = "/v1/characters";

pub(crate) async fn create(
    State(state): State<Arc<GatewayState>>,
    request: Request,
) -> HandlerResult {
    let (request, body) = AdmittedRequest::admit(&state, request)?;
    let key = read_idempotency_key(&request.head.headers)?;
    let mut body = request
        .read_object(
            body,
            &[
                "name",
                "generate",
                "upload_ids",
                "attributes",
                "client_reference_id",
            ],
        )
        .await?;
    let generate = read_generate(&body)?;
    if generate {
        request.require(Feature::Generate)?;
    }
    check_attributes(&body)?;
    check_client_reference_id(&body)?;
    if let Some(ids) = read_upload_ids(&body)? {
        let ids: Result<Vec<VendorId>, Refusal> = ids
            .into_iter()
            .enumerate()
            .map(|(nth, id)| request.upload_id(id, format!("upload_ids[{nth}]")))
            .collect();
        let ids = ids?.into_iter().map(|id| id.as_str().into()).collect();
        body.insert("upload_ids".to_owned(), Value::Array(ids));
    }

    let body = Value::Object(body);
    let sealing = &state.config.sealing;
    let bucket = if generate {
        Bucket::CharactersSynthesize
    } else {
        Bucket::CharactersPost
    };
    let caller = request.caller;
    let task = CreateTask {
        asked: AskedCreate {
            key: RecordKey {
                subject: sealing.subject_tag(&caller.subject),
                route: PATH,
                key: key.clone(),
            },
            visitor: caller.visitor,
            body_hash: Sha256::digest(body.to_string()).into(),
            repeat: if bucket.costs_credits() {
                Repeat::OnlyIfNotCarriedOut
            } else {
                Repeat::Freely
            },
        },
        request: UpstreamRequest {
            method: Method::POST,
            path: PATH.to_owned(),
            idempotency_key: Some(sealing.idempotency_key(&caller.subject, PATH, &key)),
            version: request.version,
            body: Some(body),
            response_max_bytes: CREATE_RESPONSE_MAX_BYTES,
            connection: ConnectionChoice::Fresh,
        },
        subject: caller.subject,
        bucket,
    };
    task.run_once(&state).await
}

fn read_idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let found = match single_value(headers, &IDEMPOTENCY_KEY)?.map(HeaderValue::to_str) {
        None => "there is none".to_owned(),
        Some(Err(_)) => "this one has characters other than printable ASCII".to_owned(),
        Some(Ok(key)) if (KEY_MIN_CHARS..=IDEMPOTENCY_KEY_MAX_CHARS).contains(&key.len()) => {
            return Ok(key.to_owned());
        }
        Some(Ok(key)) => format!("this one has {}", key.len()),
    };
    Err(Refusal::new(
        Code::IdempotencyKeyInvalid,
        format!(
            "A create needs an `Idempotency-Key` of 16 to 256 characters; {found}. Make a new one for each character, and send the same one with each attempt."
        ),
    )
    .with_param("Idempotency-Key"))
}

//! The create, which happens once for each idempotency key.

use std::sync::Arc;

use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::outcome::Repeat;
use aurous_contract::rate::Bucket;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::admitted_request::AdmittedRequest;
use super::create_task::CreateTask;
use crate::config::Feature;
use crate::headers::{IDEMPOTENCY_KEY, single_value};
use crate::http::response::HandlerResult;
use crate::http::state::GatewayState;
use crate::refusal::{Code, Refusal};
use crate::rules::body::{check_attributes, read_generate, read_upload_ids};
use crate::rules::create_records::RecordKey;
use crate::upstream::api::UpstreamRequest;
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
        .read_object(body, &["name", "generate", "upload_ids", "attributes"])
        .await?;
    let generate = read_generate(&body)?;
    if generate {
        request.require(Feature::Generate)?;
    }
    check_attributes(&body)?;
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
    let (bucket, repeat) = if generate {
        (Bucket::CharactersSynthesize, Repeat::OnlyIfNotCarriedOut)
    } else {
        (Bucket::CharactersPost, Repeat::Freely)
    };
    let caller = request.caller;
    let task = CreateTask {
        record: RecordKey {
            subject: sealing.subject_tag(&caller.subject),
            route: PATH,
            key: key.clone(),
        },
        body_hash: Sha256::digest(body.to_string()).into(),
        request: UpstreamRequest {
            method: Method::POST,
            path: PATH.to_owned(),
            idempotency_key: Some(sealing.idempotency_key(&caller.subject, PATH, &key)),
            version: request.version,
            body: Some(body),
        },
        subject: caller.subject,
        visitor: caller.visitor,
        bucket,
        repeat,
    };
    task.run_once(&state).await
}

fn read_idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let key = single_value(headers, &IDEMPOTENCY_KEY)?.and_then(|it| it.to_str().ok());
    let is_long_enough =
        |key: &&str| (KEY_MIN_CHARS..=IDEMPOTENCY_KEY_MAX_CHARS).contains(&key.len());
    key.filter(is_long_enough)
        .map(str::to_owned)
        .ok_or_else(|| {
            Refusal::new(
                Code::IdempotencyKeyInvalid,
                "A create needs an `Idempotency-Key` of 16 to 256 characters: a new one for each character, the same one for each attempt.",
            )
            .with_param("Idempotency-Key")
        })
}

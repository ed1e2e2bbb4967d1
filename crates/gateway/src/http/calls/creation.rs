//! The create, which happens once for each idempotency key.

use std::sync::Arc;

use aurous_contract::outcome::Repeat;
use aurous_contract::rate::Bucket;
use axum::extract::{Request, State};
use axum::http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::admitted_request::AdmittedRequest;
use super::create_task::CreateTask;
use crate::clock::now_s;
use crate::config::Feature;
use crate::http::response::HandlerResult;
use crate::http::state::GatewayState;
use crate::refusal::Refusal;
use crate::rules::body::{
    check_attributes, check_client_reference_id, read_generate, read_upload_ids,
};
use crate::rules::create_records::{AskedCreate, CREATE_RESPONSE_MAX_BYTES, RecordKey};
use crate::rules::lost_create::LostCreate;
use crate::upstream::api::{ConnectionChoice, UpstreamRequest};
use crate::vendor_id::VendorId;

const PATH: &str = "/v1/characters";

pub(crate) async fn create(
    State(state): State<Arc<GatewayState>>,
    request: Request,
) -> HandlerResult {
    let (request, body) = AdmittedRequest::admit(&state, request)?;
    let key = request.idempotency_key()?;
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

    let sealing = &state.config.sealing;
    let upstream_key = sealing.idempotency_key(&request.caller.subject, PATH, &key);
    let lost = LostCreate::prepare(&mut body, &upstream_key, now_s());
    let body = Value::Object(body);
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
            idempotency_key: Some(upstream_key),
            version: request.version,
            body: Some(body),
            response_max_bytes: CREATE_RESPONSE_MAX_BYTES,
            connection: ConnectionChoice::Fresh,
        },
        subject: caller.subject,
        bucket,
        lost,
    };
    task.run_once(&state).await
}

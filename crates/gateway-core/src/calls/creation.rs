//! The create, which happens once for each idempotency key.

use aurous_contract::outcome::Repeat;
use aurous_contract::rate::Bucket;
use http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Request;
use super::admitted_request::AdmittedRequest;
use super::create_task::CreateTask;
use crate::api::{ApiCall, ConnectionChoice};
use crate::config::Feature;
use crate::refusal::Refusal;
use crate::response::Reply;
use crate::rules::body::{
    check_attributes, check_client_reference_id, read_generate, read_upload_ids,
};
use crate::rules::create_records::{AskedCreate, CREATE_RESPONSE_MAX_BYTES, RecordKey};
use crate::rules::lost_create::LostCreate;
use crate::vendor_id::VendorId;

const PATH: &str = "/v1/characters";

pub(super) async fn create(request: Request) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    let key = request.idempotency_key()?;
    let mut body = request
        .read_object(&[
            "name",
            "generate",
            "upload_ids",
            "attributes",
            "client_reference_id",
        ])
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

    let sealing = &request.config().sealing;
    let upstream_key = sealing.idempotency_key(&request.caller.subject, PATH, &key);
    let lost = LostCreate::prepare(&mut body, &upstream_key, request.outside.now().epoch_s());
    let body = Value::Object(body);
    let bucket = if generate {
        Bucket::CharactersSynthesize
    } else {
        Bucket::CharactersPost
    };
    let task = CreateTask {
        asked: AskedCreate {
            key: RecordKey {
                subject: sealing.subject_tag(&request.caller.subject),
                route: PATH,
                key: key.clone(),
            },
            visitor: request.caller.visitor.clone(),
            body_hash: Sha256::digest(body.to_string()).into(),
            repeat: if bucket.costs_credits() {
                Repeat::OnlyIfNotCarriedOut
            } else {
                Repeat::Freely
            },
        },
        call: ApiCall {
            method: Method::POST,
            path: PATH.to_owned(),
            idempotency_key: Some(upstream_key),
            version: request.version.clone(),
            body: Some(body),
            response_max_bytes: CREATE_RESPONSE_MAX_BYTES,
            connection: ConnectionChoice::Fresh,
        },
        subject: request.caller.subject.clone(),
        bucket,
        lost,
    };
    task.run_once(&request.core, &request.outside).await
}

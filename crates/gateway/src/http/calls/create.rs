//! A create: once for each idempotency key.

use std::sync::Arc;

use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::rate::Bucket;
use aurous_contract::retry::Repeat;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::create_task::Create;
use super::request::Call;
use crate::admit::head::only;
use crate::config::Feature;
use crate::http::answer::Told;
use crate::http::shared::Shared;
use crate::refusal::{Code, Refusal};
use crate::rules::body;
use crate::rules::creates::RecordKey;
use crate::upstream::ApiCall;
use crate::vendor_id::VendorId;

/// Fewest characters of an idempotency key: shorter ones meet by chance.
const KEY_MIN_CHARS: usize = 16;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PATH: &str = "/v1/characters";

pub(crate) async fn create(State(shared): State<Arc<Shared>>, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    let key = idempotency_key(&call.head.headers)?;
    let mut body = call
        .read(body, &["name", "generate", "upload_ids", "attributes"])
        .await?;
    let generate = body::generate(&body)?;
    if generate {
        call.require(Feature::Generate)?;
    }
    body::attributes(&body)?;
    if let Some(ids) = body::upload_ids(&body)? {
        let ids: Result<Vec<VendorId>, Refusal> = ids
            .into_iter()
            .enumerate()
            .map(|(nth, id)| call.upload(id, format!("upload_ids[{nth}]")))
            .collect();
        let ids = ids?.into_iter().map(|id| id.as_str().into()).collect();
        body.insert("upload_ids".to_owned(), Value::Array(ids));
    }

    let body = Value::Object(body);
    let sealing = &shared.config.sealing;
    let (bucket, repeat) = if generate {
        (Bucket::CharactersSynthesize, Repeat::OnlyIfNotCarriedOut)
    } else {
        (Bucket::CharactersPost, Repeat::Freely)
    };
    let create = Create {
        record: RecordKey {
            subject: sealing.subject_tag(&call.caller.subject),
            route: PATH,
            key: key.clone(),
        },
        body_hash: Sha256::digest(body.to_string()).into(),
        call: ApiCall {
            method: Method::POST,
            path: PATH.to_owned(),
            idempotency_key: Some(sealing.idempotency_key(&call.caller.subject, PATH, &key)),
            version: call.version,
            body: Some(body),
        },
        subject: call.caller.subject,
        visitor: call.caller.visitor,
        bucket,
        repeat,
    };
    create.once(&shared).await
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let key = only(headers, &IDEMPOTENCY_KEY)?.and_then(|it| it.to_str().ok());
    let is_good = |key: &&str| (KEY_MIN_CHARS..=IDEMPOTENCY_KEY_MAX_CHARS).contains(&key.len());
    key.filter(is_good).map(str::to_owned).ok_or_else(|| {
        Refusal::new(
            Code::IdempotencyKeyInvalid,
            "A create needs an `Idempotency-Key` of 16 to 256 characters, a new one for each character and the same one for each attempt.",
        )
        .about("Idempotency-Key")
    })
}

//! Tickets and poses.

use std::sync::Arc;

use aurous_contract::filename::Filename;
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::limits::{UPLOAD_TTL_MS, UPLOAD_URL_TTL_MS};
use aurous_contract::rate::Bucket;
use axum::extract::{Request, State};
use axum::http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::request::Call;
use crate::clock::now_s;
use crate::http::answer::{self, Answer, Read, Success, Told};
use crate::http::shared::Shared;
use crate::refusal::Refusal;
use crate::rules::{body, upload_url};
use crate::seal::SealedUpload;
use crate::vendor_id::VendorId;

pub(crate) async fn init(State(shared): State<Arc<Shared>>, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    let body = call
        .read(body, &["filename", "extension", "content_type"])
        .await?;
    let content_type = check(&body)?;
    let path = "/v1/characters/uploads/init".to_owned();
    let answer = call
        .ask(Bucket::CharactersPost, Method::POST, path, Some(body))
        .await?;
    match answer::read(answer) {
        Read::Success(ticket) => call.own_ticket(&ticket, content_type),
        Read::Other(told) => told,
    }
}

pub(crate) async fn classify(State(shared): State<Arc<Shared>>, request: Request) -> Told {
    let (call, body) = Call::admit(&shared, request)?;
    let mut body = call.read(body, &["upload_id"]).await?;
    let owned = body::string(&body, "upload_id")?.to_owned();
    let id = call.upload(&owned, "upload_id")?;
    body.insert("upload_id".to_owned(), id.as_str().into());
    let path = "/v1/characters/uploads/classify".to_owned();
    let answer = call
        .ask(Bucket::CharactersPost, Method::POST, path, Some(body))
        .await?;
    match answer::read(answer) {
        Read::Success(mut classification) => {
            let object = &mut classification.object;
            object.insert("upload_id".to_owned(), owned.into());
            Ok(classification.answer())
        }
        Read::Other(told) => told,
    }
}

/// The content type that the ticket is asked for. What else an init needs is checked here too,
/// since one that cannot succeed is not worth a token of the team's.
fn check(body: &Map<String, Value>) -> Result<ContentType, Refusal> {
    Filename::parse(body::string(body, "filename")?)
        .map_err(|_| body::refuse("filename", "must have 1 to 120 characters"))?;
    let extension = Extension::parse(body::string(body, "extension")?)
        .ok_or_else(|| body::refuse("extension", "must be jpeg, jpg, png or webp"))?;
    let content_type =
        ContentType::parse(body::string(body, "content_type")?).ok_or_else(|| {
            body::refuse(
                "content_type",
                "must be image/jpeg, image/png or image/webp",
            )
        })?;
    if extension.format() != content_type.format() {
        return Err(body::refuse("content_type", "must agree with `extension`"));
    }
    Ok(content_type)
}

impl Call<'_> {
    /// The API's ticket, made the caller's: its URL sealed, its id owned.
    fn own_ticket(&self, ticket: &Success, content_type: ContentType) -> Told {
        let config = &self.shared.config;
        let text = |key: &str| ticket.object.get(key).and_then(Value::as_str);
        let id = text("upload_id").and_then(VendorId::parse);
        let (Some(id), Some(url), Some(expires_at)) = (id, text("upload_url"), text("expires_at"))
        else {
            tracing::warn!("the API's ticket lacks an id, a URL or an expiry");
            return Err(answer::invalid());
        };
        let allowed = &config.upload_origins;
        let url = upload_url::check(url, allowed, config.insecure_upstream).map_err(|why| {
            tracing::error!(
                why,
                "the API's upload URL is not one to PUT to: see --upload-origin"
            );
            answer::invalid()
        })?;
        let token = config.sealing.seal_upload(&SealedUpload {
            url: url.into(),
            content_type,
            expires_at_s: expiry(expires_at),
            subject: config.sealing.subject_tag(&self.caller.subject),
        });
        let Some(token) = token else {
            tracing::error!("the API's upload URL is too long to seal");
            return Err(answer::invalid());
        };
        let kept_until = now_s() + UPLOAD_TTL_MS / 1000;
        let owned = config
            .sealing
            .own_upload(&id, &self.caller.subject, kept_until);
        let body = json!({
            "upload_id": owned,
            // Relative: it holds wherever the gateway is mounted, also behind a proxy that strips
            // a prefix.
            "upload_url": format!("uploads/{token}"),
            "upload_headers": { "Content-Type": content_type },
            "expires_at": expires_at,
        });
        Ok(Answer::new(ticket.status, &ticket.headers, &body))
    }
}

/// When the URL ends, in seconds since 1970: as the API says, else as it is documented.
fn expiry(expires_at: &str) -> u64 {
    let said = expires_at.parse::<Timestamp>().ok();
    let said = said.and_then(|it| u64::try_from(it.as_second()).ok());
    said.unwrap_or_else(|| now_s() + UPLOAD_URL_TTL_MS / 1000)
}

//! Init and classify.

use std::num::NonZeroU64;
use std::ops::ControlFlow;

use aurous_contract::filename::Filename;
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::limits::{FILENAME_MAX_CHARS, UPLOAD_TTL_MS};
use aurous_contract::rate::Bucket;
use http::Method;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Request;
use super::admitted_request::AdmittedRequest;
use crate::clock::Moment;
use crate::refusal::Refusal;
use crate::response::{ApiObject, Reply, Response, interpret, invalid_response};
use crate::rules::body::{field_refusal, required_string, take_size};
use crate::rules::upload_expiry::upload_expiry;
use crate::rules::{upload_size, upload_url};
use crate::seal::SealedUpload;
use crate::vendor_id::VendorId;

pub(super) async fn init(request: Request) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    let mut body = request
        .read_object(&["filename", "extension", "content_type", "size"])
        .await?;
    let content_type = check_init(&body)?;
    // The gateway's own field: the API does not know it.
    let size = take_size(&mut body)?;
    if let Some(size) = size {
        upload_size::check_limit(size.get(), request.config().limits.upload_max_bytes)?;
    }
    let path = "/v1/characters/uploads/init".to_owned();
    let response = request
        .call_api(Bucket::CharactersPost, Method::POST, path, Some(body))
        .await?;
    match interpret(&request.config().secret_search, response) {
        ControlFlow::Continue(ticket) => request.seal_ticket(ticket, content_type, size),
        ControlFlow::Break(result) => result,
    }
}

pub(super) async fn classify(request: Request) -> Reply {
    let request = AdmittedRequest::admit(request).await?;
    let mut body = request.read_object(&["upload_id"]).await?;
    let signed_id = required_string(&body, "upload_id")?.to_owned();
    let id = request.upload_id(&signed_id, "upload_id")?;
    body.insert("upload_id".to_owned(), id.as_str().into());
    let path = "/v1/characters/uploads/classify".to_owned();
    let response = request
        .call_api(Bucket::CharactersPost, Method::POST, path, Some(body))
        .await?;
    match interpret(&request.config().secret_search, response) {
        ControlFlow::Continue(mut classification) => {
            let object = &mut classification.object;
            object.insert("upload_id".to_owned(), signed_id.into());
            classification.into_response(&request.config().secret_search)
        }
        ControlFlow::Break(result) => result,
    }
}

/// Returns the content type that a ticket is asked for. Checks the other fields, too: an init that
/// cannot succeed is not worth one of the team's tokens.
fn check_init(body: &Map<String, Value>) -> Result<ContentType, Refusal> {
    let filename = required_string(body, "filename")?;
    Filename::parse(filename).map_err(|_| {
        let length = filename.chars().count();
        let problem = format!("must have 1 to {FILENAME_MAX_CHARS} characters; it has {length}");
        field_refusal("filename", &problem)
    })?;
    let extension = Extension::parse(required_string(body, "extension")?)
        .ok_or_else(|| field_refusal("extension", "must be jpeg, jpg, png or webp"))?;
    let content_type =
        ContentType::parse(required_string(body, "content_type")?).ok_or_else(|| {
            field_refusal(
                "content_type",
                "must be image/jpeg, image/png or image/webp",
            )
        })?;
    if extension.format() != content_type.format() {
        return Err(field_refusal("content_type", "must agree with `extension`"));
    }
    Ok(content_type)
}

fn timestamp(now: Moment) -> Timestamp {
    let ms = i64::try_from(now.epoch_ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

impl AdmittedRequest {
    /// Turns the API's ticket into the caller's: seals its URL and signs its id.
    fn seal_ticket(
        &self,
        ticket: ApiObject,
        content_type: ContentType,
        size: Option<NonZeroU64>,
    ) -> Reply {
        let (config, now) = (self.config(), self.outside.now());
        let text = |key: &str| ticket.object.get(key).and_then(Value::as_str);
        let id = text("upload_id").and_then(VendorId::parse);
        let (Some(id), Some(url), Some(expires_at)) = (id, text("upload_url"), text("expires_at"))
        else {
            tracing::warn!("the API's ticket lacks an id, a URL or an expiry");
            return Err(invalid_response());
        };
        let allowed = &config.upload_origins;
        let url =
            upload_url::check(url, allowed, config.allow_insecure_upstream).map_err(|problem| {
                tracing::error!(
                    problem,
                    "the gateway may not PUT to the API's upload URL: see --upload-origin"
                );
                invalid_response()
            })?;
        let expires_at = upload_expiry(expires_at, timestamp(now));
        let token = config.sealing.seal_upload(&SealedUpload {
            url: url.into(),
            content_type,
            size,
            // The rule gives no time before 1970.
            expires_at_s: expires_at.as_second().unsigned_abs(),
            subject: config.sealing.subject_tag(&self.caller.subject),
        });
        let Some(token) = token else {
            tracing::error!("the API's upload URL is too long to seal");
            return Err(invalid_response());
        };
        let id_expires_at_s = now.epoch_s() + UPLOAD_TTL_MS / 1000;
        let signed_id = config
            .sealing
            .sign_upload_id(&id, &self.caller.subject, id_expires_at_s);
        let body = json!({
            "upload_id": signed_id,
            // Relative, so that it is right wherever the gateway is mounted, also behind a proxy that
            // strips a prefix.
            "upload_url": format!("uploads/{token}"),
            "upload_headers": { "Content-Type": content_type },
            "expires_at": expires_at.to_string(),
            "max_size": config.limits.upload_max_bytes,
        });
        Response::json(&config.secret_search, ticket.status, ticket.headers, &body)
    }
}

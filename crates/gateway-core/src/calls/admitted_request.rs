//! A request and its caller.

use std::sync::Arc;

use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::rate::Bucket;
use aurous_contract::version::is_api_version;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Map, Value};

use super::Request;
use crate::admit::caller::Caller;
use crate::api::{ApiCall, ApiResponse, ConnectionChoice, RESPONSE_MAX_BYTES};
use crate::config::{Config, Feature};
use crate::core::Core;
use crate::headers::{IDEMPOTENCY_KEY, VERSION, is_json, single_value};
use crate::refusal::{Code, Refusal};
use crate::request::RequestHead;
use crate::response::refusal_for;
use crate::rules::body::parse_fields;
use crate::step::{BodyFailure, Outside};
use crate::vendor_id::VendorId;

/// The shortest idempotency key. Shorter ones could be equal by chance.
const KEY_MIN_CHARS: usize = 16;

/// The largest JSON body. The largest real one, a create with six ids and all attributes, has 6 KB.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// A request whose caller is known.
pub(super) struct AdmittedRequest {
    pub(super) core: Arc<Core>,
    pub(super) head: RequestHead,
    pub(super) outside: Outside,
    pub(super) caller: Caller,
    pub(super) version: Option<HeaderValue>,
}

impl AdmittedRequest {
    /// Identifies the caller of a request.
    pub(super) async fn admit(request: Request) -> Result<Self, Refusal> {
        let Request {
            core,
            head,
            outside,
        } = request;
        let caller = Caller::identify(&head, &core.config, &outside).await?;
        let version = read_version(&head.headers)?;
        Ok(Self {
            core,
            head,
            outside,
            caller,
            version,
        })
    }

    pub(super) fn config(&self) -> &Config {
        &self.core.config
    }

    /// Returns the visitor's idempotency key.
    ///
    /// # Errors
    /// There is none, or it has not 16 to 256 printable characters.
    pub(super) fn idempotency_key(&self) -> Result<String, Refusal> {
        let header = single_value(&self.head.headers, &IDEMPOTENCY_KEY)?;
        let found = match header.map(HeaderValue::to_str) {
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
                "A create, and a call that costs credits, needs an `Idempotency-Key` of 16 to 256 characters; {found}. Make a new one for each, and send the same one with each attempt."
            ),
        )
        .with_param("Idempotency-Key"))
    }

    /// Checks that a feature is switched on.
    ///
    /// # Errors
    /// The operator has not switched it on.
    pub(super) fn require(&self, feature: Feature) -> Result<(), Refusal> {
        if self.config().enabled_features.contains(feature) {
            return Ok(());
        }
        Err(Refusal::new(
            Code::CallDisabled,
            format!(
                "This call is switched off. The operator of the gateway can allow it with --enable {}.",
                feature.name()
            ),
        ))
    }

    /// Reads a JSON object that has no keys but the `allowed` ones.
    ///
    /// # Errors
    /// The body is not JSON, by its content type or by its text; it is too long or too slow; or it has
    /// another key.
    pub(super) async fn read_object(
        &self,
        allowed: &[&str],
    ) -> Result<Map<String, Value>, Refusal> {
        // Any page can send text/plain, since it needs no preflight.
        if !is_json(&self.head.headers) {
            return Err(Refusal::new(
                Code::ContentTypeRefused,
                "The body must be JSON, with `Content-Type: application/json`.",
            ));
        }
        match self.outside.read_body(JSON_MAX_BYTES).await {
            Ok(bytes) => parse_fields(&bytes, allowed),
            Err(BodyFailure::TooLong) => Err(Refusal::new(
                Code::BodyTooLarge,
                format!("The body has more than {JSON_MAX_BYTES} bytes."),
            )),
            Err(failure) => Err(failure.refusal()),
        }
    }

    /// Checks that the request has no body.
    ///
    /// # Errors
    /// There is one.
    pub(super) fn check_no_body(&self) -> Result<(), Refusal> {
        if !self.head.has_body {
            return Ok(());
        }
        Err(Refusal::new(
            Code::BadRequest,
            "This call takes no body: send none.",
        ))
    }

    /// Returns the API's id of a character that the caller may use.
    pub(super) fn character_id(&self, text: &str) -> Result<VendorId, Refusal> {
        let own = || {
            let sealing = &self.config().sealing;
            sealing.verify_character_id(text, &self.caller.subject)
        };
        let named_in_session = || {
            let mut named = self.caller.characters.iter();
            named.find(|id| id.as_str() == text).cloned()
        };
        own()
            .or_else(named_in_session)
            .ok_or_else(|| id_not_found("id"))
    }

    /// Returns the API's id of an upload that the caller may use. `param` names the field at fault
    /// where there is none.
    pub(super) fn upload_id(
        &self,
        text: &str,
        param: impl Into<String>,
    ) -> Result<VendorId, Refusal> {
        let sealing = &self.config().sealing;
        sealing
            .verify_upload_id(text, &self.caller.subject, self.outside.now().epoch_s())
            .ok_or_else(|| id_not_found(param))
    }

    /// Calls the API, if the rate limits allow it.
    pub(super) async fn call_api(
        &self,
        bucket: Bucket,
        method: Method,
        path: String,
        body: Option<Map<String, Value>>,
    ) -> Result<ApiResponse, Refusal> {
        // The API honours a key on the calls that cost credits, so that a second attempt does not cost twice.
        let idempotency_key = if bucket.costs_credits() {
            let key = self.idempotency_key()?;
            let sealing = &self.config().sealing;
            Some(sealing.idempotency_key(&self.caller.subject, &path, &key))
        } else {
            None
        };
        let call = ApiCall {
            method,
            path,
            body: body.map(Value::Object),
            version: self.version.clone(),
            idempotency_key,
            response_max_bytes: RESPONSE_MAX_BYTES,
            connection: if bucket.costs_credits() {
                ConnectionChoice::Fresh
            } else {
                ConnectionChoice::Pooled
            },
        };
        let Self { core, outside, .. } = self;
        core.take_token(bucket, &self.caller.visitor, outside)
            .await?;
        let response = core.call_api(outside, bucket, call).await;
        response.map_err(refusal_for)
    }
}

/// Returns the same refusal for every id that the caller may not use: it must not reveal whether the
/// id is another visitor's, is forged, or never existed.
pub(super) fn id_not_found(param: impl Into<String>) -> Refusal {
    Refusal::new(
        Code::IdNotFound,
        "There is nothing with this id that this session may use.",
    )
    .with_param(param)
}

fn read_version(headers: &HeaderMap) -> Result<Option<HeaderValue>, Refusal> {
    let Some(version) = single_value(headers, &VERSION)? else {
        return Ok(None);
    };
    if version.to_str().is_ok_and(is_api_version) {
        return Ok(Some(version.clone()));
    }
    Err(Refusal::new(
        Code::InvalidField,
        "`Aurous-Version` must be a date, YYYY-MM-DD.",
    )
    .with_param("Aurous-Version"))
}

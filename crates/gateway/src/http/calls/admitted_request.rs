//! A request and its caller.

use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::rate::Bucket;
use aurous_contract::version::is_api_version;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use serde_json::{Map, Value};

use crate::admit::caller::Caller;
use crate::clock::now_s;
use crate::config::Feature;
use crate::headers::{IDEMPOTENCY_KEY, VERSION, single_value};
use crate::http::json_body::read_object;
use crate::http::response::refusal_for;
use crate::http::state::GatewayState;
use crate::refusal::{Code, Refusal};
use crate::upstream::api::{
    ConnectionChoice, RESPONSE_MAX_BYTES, UpstreamRequest, UpstreamResponse,
};
use crate::vendor_id::VendorId;

/// The shortest idempotency key. Shorter ones could be equal by chance.
const KEY_MIN_CHARS: usize = 16;

/// A request whose caller is known.
pub(super) struct AdmittedRequest<'a> {
    pub(super) state: &'a GatewayState,
    pub(super) head: Parts,
    pub(super) caller: Caller,
    pub(super) version: Option<HeaderValue>,
}

impl<'a> AdmittedRequest<'a> {
    /// Identifies the caller of a request. The body comes separately, since this type is shared
    /// across awaits and a body cannot be.
    pub(super) fn admit(
        state: &'a GatewayState,
        request: Request,
    ) -> Result<(Self, Body), Refusal> {
        let (head, body) = request.into_parts();
        let caller = Caller::identify(&head, &state.config, now_s())?;
        let version = read_version(&head.headers)?;
        let request = Self {
            state,
            head,
            caller,
            version,
        };
        Ok((request, body))
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
        if self.state.config.enabled_features.contains(feature) {
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
    pub(super) async fn read_object(
        &self,
        body: Body,
        allowed: &[&str],
    ) -> Result<Map<String, Value>, Refusal> {
        let limits = &self.state.config.limits;
        read_object(limits, &self.head.headers, body, allowed).await
    }

    /// Returns the API's id of a character that the caller may use.
    pub(super) fn character_id(&self, text: &str) -> Result<VendorId, Refusal> {
        let own = || {
            let sealing = &self.state.config.sealing;
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
        let sealing = &self.state.config.sealing;
        sealing
            .verify_upload_id(text, &self.caller.subject, now_s())
            .ok_or_else(|| id_not_found(param))
    }

    /// Calls the API, if the rate limits allow it.
    pub(super) async fn call_api(
        &self,
        bucket: Bucket,
        method: Method,
        path: String,
        body: Option<Map<String, Value>>,
    ) -> Result<UpstreamResponse, Refusal> {
        // The API honours a key on the calls that cost credits, so that a second attempt does not cost twice.
        let idempotency_key = if bucket.costs_credits() {
            let key = self.idempotency_key()?;
            let sealing = &self.state.config.sealing;
            Some(sealing.idempotency_key(&self.caller.subject, &path, &key))
        } else {
            None
        };
        let request = UpstreamRequest {
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
        self.state.take_token(bucket, &self.caller.visitor)?;
        let response = self.state.call_api(bucket, request).await;
        response.map_err(refusal_for)
    }
}

/// Checks that a request has no body.
///
/// # Errors
/// There is one.
pub(super) fn check_no_body(body: &Body) -> Result<(), Refusal> {
    if http_body::Body::is_end_stream(body) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadRequest,
        "This call takes no body: send none.",
    ))
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

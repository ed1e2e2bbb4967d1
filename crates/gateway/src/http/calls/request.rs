//! One request whose caller is known.

use aurous_contract::rate::Bucket;
use aurous_contract::version::is_api_version;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};

use crate::admit::caller::Caller;
use crate::admit::head::only;
use crate::clock::now_s;
use crate::config::Feature;
use crate::http::answer;
use crate::http::body::read_object;
use crate::http::shared::Shared;
use crate::refusal::{Code, Refusal};
use crate::upstream::{ApiAnswer, ApiCall};
use crate::vendor_id::VendorId;

const VERSION: HeaderName = HeaderName::from_static("aurous-version");

/// One request whose caller is known.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Shared,
    pub(super) head: Parts,
    pub(super) caller: Caller,
    pub(super) version: Option<HeaderValue>,
}

impl<'a> Call<'a> {
    /// The body comes apart: a `Call` is shared across awaits, which a body can't be.
    pub(super) fn admit(shared: &'a Shared, request: Request) -> Result<(Self, Body), Refusal> {
        let (head, body) = request.into_parts();
        let caller = Caller::of(&head, &shared.config, now_s())?;
        let version = version(&head.headers)?;
        let call = Self {
            shared,
            head,
            caller,
            version,
        };
        Ok((call, body))
    }

    /// # Errors
    /// Whoever runs the gateway has not switched it on.
    pub(super) fn require(&self, feature: Feature) -> Result<(), Refusal> {
        if self.shared.config.enabled.allows(feature) {
            return Ok(());
        }
        Err(disabled(feature))
    }

    pub(super) async fn read(
        &self,
        body: Body,
        keys: &[&str],
    ) -> Result<Map<String, Value>, Refusal> {
        read_object(&self.shared.config.limits, &self.head.headers, body, keys).await
    }

    /// The API's id of a character that the caller may use.
    pub(super) fn character(&self, text: &str) -> Result<VendorId, Refusal> {
        let own = || {
            let sealing = &self.shared.config.sealing;
            sealing.disown_character(text, &self.caller.subject)
        };
        let named = || {
            let mut named = self.caller.characters.iter();
            named.find(|id| id.as_str() == text).cloned()
        };
        own().or_else(named).ok_or_else(|| id_not_found("id"))
    }

    pub(super) fn upload(&self, text: &str, param: impl Into<String>) -> Result<VendorId, Refusal> {
        let sealing = &self.shared.config.sealing;
        sealing
            .disown_upload(text, &self.caller.subject, now_s())
            .ok_or_else(|| id_not_found(param))
    }

    /// Asks the API, where the rate limits allow it.
    pub(super) async fn ask(
        &self,
        bucket: Bucket,
        method: Method,
        path: String,
        body: Option<Map<String, Value>>,
    ) -> Result<ApiAnswer, Refusal> {
        let call = ApiCall {
            method,
            path,
            body: body.map(Value::Object),
            version: self.version.clone(),
            idempotency_key: None,
        };
        self.shared.take_token(bucket, &self.caller.visitor)?;
        let asked = self.shared.ask(bucket, call).await;
        asked.map_err(|why| answer::failed(&why))
    }
}

/// # Errors
/// There is a body.
pub(super) fn no_body(body: &Body) -> Result<(), Refusal> {
    if http_body::Body::is_end_stream(body) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadRequest,
        "This call takes no body: send none.",
    ))
}

fn disabled(feature: Feature) -> Refusal {
    Refusal::new(
        Code::CallDisabled,
        format!(
            "This call is switched off. Whoever runs the gateway allows it with --enable {}.",
            feature.name()
        ),
    )
}

/// The same for a foreign id, a forged one, and one that never was.
pub(super) fn id_not_found(param: impl Into<String>) -> Refusal {
    Refusal::new(
        Code::IdNotFound,
        "There is nothing of this id that this session may use.",
    )
    .about(param)
}

fn version(headers: &HeaderMap) -> Result<Option<HeaderValue>, Refusal> {
    let Some(version) = only(headers, &VERSION)? else {
        return Ok(None);
    };
    if version.to_str().is_ok_and(is_api_version) {
        return Ok(Some(version.clone()));
    }
    Err(Refusal::new(
        Code::InvalidField,
        "`Aurous-Version` must be a date, YYYY-MM-DD.",
    )
    .about("Aurous-Version"))
}

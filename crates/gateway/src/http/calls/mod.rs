//! The API's calls. Each admits its caller, rebuilds the request from what it may hold, and rebuilds
//! the answer so that its ids are the caller's.

pub(crate) mod characters;
pub(crate) mod create;
pub(crate) mod uploads;

use aurous_contract::rate::Bucket;
use aurous_contract::version::is_api_version;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};

use super::answer;
use super::body::read_object;
use super::shared::{Shared, now_s};
use crate::admit::caller::Caller;
use crate::admit::head::only;
use crate::config::Feature;
use crate::refusal::{Code, Refusal};
use crate::seal::VendorId;
use crate::upstream::{ApiAnswer, ApiCall, Failed};

const VERSION: HeaderName = HeaderName::from_static("aurous-version");
const X_RATELIMIT_REMAINING: &str = "x-ratelimit-remaining";

/// One request whose caller is known.
struct Call<'a> {
    shared: &'a Shared,
    head: Parts,
    caller: Caller,
    version: Option<HeaderValue>,
}

impl<'a> Call<'a> {
    /// The body comes apart: a `Call` is shared across awaits, which a body can't be.
    fn admit(shared: &'a Shared, request: Request) -> Result<(Self, Body), Refusal> {
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
    fn require(&self, feature: Feature) -> Result<(), Refusal> {
        if self.shared.config.enabled.allows(feature) {
            return Ok(());
        }
        Err(disabled(feature))
    }

    async fn read(&self, body: Body, keys: &[&str]) -> Result<Map<String, Value>, Refusal> {
        read_object(self.shared, &self.head.headers, body, keys).await
    }

    /// The API's id of a character that the caller may use.
    fn character(&self, text: &str) -> Result<VendorId, Refusal> {
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

    fn upload(&self, text: &str, param: impl Into<String>) -> Result<VendorId, Refusal> {
        let sealing = &self.shared.config.sealing;
        sealing
            .disown_upload(text, &self.caller.subject, now_s())
            .ok_or_else(|| id_not_found(param))
    }

    /// Asks the API, where the rate limits allow it.
    async fn ask(
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
        ask(self.shared, bucket, call)
            .await
            .map_err(|why| answer::failed(&why))
    }
}

/// # Errors
/// There is a body.
fn no_body(body: &Body) -> Result<(), Refusal> {
    if http_body::Body::is_end_stream(body) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadRequest,
        "This call takes no body: send none.",
    ))
}

/// Asks the API, and follows what it says of the team's bucket.
pub(crate) async fn ask(
    shared: &Shared,
    bucket: Bucket,
    call: ApiCall,
) -> Result<ApiAnswer, Failed> {
    let answer = shared.upstream.call(call).await?;
    let remaining = answer.headers.get(X_RATELIMIT_REMAINING);
    if let Some(remaining) = remaining.and_then(|it| it.to_str().ok()?.parse().ok()) {
        shared.follow(bucket, remaining);
    }
    Ok(answer)
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
fn id_not_found(param: impl Into<String>) -> Refusal {
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

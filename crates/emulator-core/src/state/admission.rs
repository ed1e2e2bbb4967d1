//! Who may call. Checks the key, its scope, the route, the version, the rate and the idempotency key,
//! in this order.

use aurous_contract::error::ErrorCode;
use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::rate::{Bucket, TokenBucket};
use aurous_contract::version::{DEFAULT_API_VERSION, is_api_version};

use super::api_call::{ApiCall, Authentication};
use super::error::{ApiError, Result};
use super::fields::Fields;
use super::idempotency::{Claim, Fingerprint, KeyClaim, StoredResponse};
use super::response::{ApiResponse, CommonHeaders};
use super::route::Route;
use super::team::{OPEN_TEAM, Scope, TeamName};
use super::world::World;

/// Whether a call may be made.
pub(crate) enum Admission {
    Admitted(Box<AdmittedCall>),
    /// The call is refused, or its stored response is given again.
    Answered(ApiResponse),
}

/// A call that [`World::execute`] may make.
pub(crate) struct AdmittedCall {
    pub(super) team: TeamName,
    pub(super) headers: CommonHeaders,
    pub(super) call: ApiCall,
    pub(super) claim: Option<Claim>,
}

/// How a call with a valid key begins.
enum CallStart {
    Execute(Option<Claim>),
    Replay(StoredResponse),
}

impl World {
    pub(crate) fn admit(&mut self, call: ApiCall, now_ms: u64) -> Admission {
        let bucket = call.route.bucket(is_synthesis(&call));
        let mut headers = self.common_headers(bucket, now_ms);
        let team = match self.authenticate(&call) {
            Ok(team) => team,
            Err(error) => return Admission::Answered(ApiResponse::refusal(headers, error)),
        };
        headers.rate = self.team(&team).peek(bucket, now_ms);
        match self.start(&call, &team, &mut headers, now_ms) {
            Ok(CallStart::Execute(claim)) => Admission::Admitted(Box::new(AdmittedCall {
                team,
                headers,
                call,
                claim,
            })),
            Ok(CallStart::Replay(stored)) => Admission::Answered(ApiResponse {
                headers,
                status: stored.status,
                body: stored.body,
                retry_after_seconds: None,
                is_replay: true,
            }),
            Err(error) => Admission::Answered(ApiResponse::refusal(headers, error)),
        }
    }

    /// Returns the headers of a response to a request whose team is unknown: they show a full bucket.
    pub(crate) fn common_headers(&mut self, bucket: Bucket, now_ms: u64) -> CommonHeaders {
        CommonHeaders {
            request_id: self.new_id("req", now_ms),
            version: DEFAULT_API_VERSION.to_owned(),
            rate: TokenBucket::full(bucket, now_ms).peek(now_ms),
        }
    }

    fn authenticate(&self, call: &ApiCall) -> Result<TeamName> {
        let key = match &call.authentication {
            Authentication::NotRequired => return Ok(OPEN_TEAM.to_owned()),
            Authentication::ApiKey(key) => key.as_deref().unwrap_or_default(),
        };
        let refuse = |code, message| Err(ApiError::new(code, message));
        if key.is_empty() {
            return refuse(ErrorCode::MissingApiKey, "send the team's key as X-Api-Key");
        }
        let Some(key) = self.keys.iter().find(|it| it.key == key) else {
            return refuse(ErrorCode::InvalidApiKey, "no such API key");
        };
        if key.revoked {
            return refuse(ErrorCode::RevokedApiKey, "this API key was revoked");
        }
        let (scope, name) = if call.route.is_read() {
            (Scope::Read, "characters:read")
        } else {
            (Scope::Write, "characters:write")
        };
        if !key.scopes.contains(&scope) {
            return refuse(
                ErrorCode::MissingScope,
                &format!("this API key lacks the scope {name}"),
            );
        }
        Ok(key.team.clone())
    }

    fn start(
        &mut self,
        call: &ApiCall,
        team: &str,
        headers: &mut CommonHeaders,
        now_ms: u64,
    ) -> Result<CallStart> {
        match call.route {
            Route::Unknown => return Err(ApiError::not_found("endpoint")),
            Route::WrongMethod { .. } => {
                let message = format!("{} does not take {}", call.path, call.method);
                return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_status(405));
            }
            _ => {}
        }
        if let Some(version) = &call.version {
            headers.version = check_version(version)?;
        }
        let bucket = call.route.bucket(is_synthesis(call));
        if self.settings.rate_limits {
            let taken = self.team(team).take(bucket, now_ms);
            headers.rate = taken.map_err(|refused| {
                headers.rate = refused.state;
                let seconds = refused.retry_after_seconds;
                let message = format!("too many requests: wait {seconds} s");
                ApiError {
                    retry_after_seconds: Some(seconds),
                    ..ApiError::new(ErrorCode::TooManyRequests, message)
                }
            })?;
        }
        if call.body.bytes.is_none() {
            let message = "the body is longer than 1 MB";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_status(413));
        }
        let Some(key) = self.idempotency_key(call)? else {
            return Ok(CallStart::Execute(None));
        };
        let fingerprint = Fingerprint {
            route: format!("{} {}", call.method, call.path),
            body_sha256: call.body.sha256.clone(),
        };
        let in_use = |problem: &str| {
            let message = format!("this Idempotency-Key {problem}");
            Err(ApiError::new(ErrorCode::IdempotencyKeyInUse, message))
        };
        match self.team(team).idempotency.claim(key, fingerprint, now_ms) {
            KeyClaim::New(claim) => Ok(CallStart::Execute(Some(claim))),
            KeyClaim::Replay(stored) => Ok(CallStart::Replay(stored)),
            KeyClaim::InFlight => in_use("belongs to a request that is still being handled"),
            KeyClaim::Mismatch => in_use("was used for another body or another route"),
        }
    }

    /// Returns the idempotency key, if the call honours one.
    fn idempotency_key<'a>(&self, call: &'a ApiCall) -> Result<Option<&'a str>> {
        let is_honoured = match call.route {
            Route::Create => self.settings.honour_idempotency_key_on_create,
            Route::Regenerate(_) | Route::Resynthesize(_) => true,
            _ => false,
        };
        let Some(key) = call.idempotency_key.as_deref().filter(|_| is_honoured) else {
            return Ok(None);
        };
        if !(1..=IDEMPOTENCY_KEY_MAX_CHARS).contains(&key.chars().count()) {
            let rule = format!("1 to {IDEMPOTENCY_KEY_MAX_CHARS} characters");
            return Err(ApiError::format("Idempotency-Key", &rule));
        }
        Ok(Some(key))
    }
}

/// Whether a call is a create of the synthesize flow, which has a bucket of its own.
fn is_synthesis(call: &ApiCall) -> bool {
    let Some(bytes) = &call.body.bytes else {
        return false;
    };
    call.route == Route::Create
        && Fields::parse(bytes)
            .and_then(|fields| fields.flag("generate"))
            .unwrap_or(false)
}

fn check_version(version: &str) -> Result<String> {
    if !is_api_version(version) {
        return Err(ApiError::format("Aurous-Version", "a date, YYYY-MM-DD"));
    }
    if version != DEFAULT_API_VERSION {
        let message = format!("there is no version {version}; the latest is {DEFAULT_API_VERSION}");
        let error = ApiError::new(ErrorCode::UnknownVersion, message);
        return Err(error.with_param("Aurous-Version"));
    }
    Ok(version.to_owned())
}

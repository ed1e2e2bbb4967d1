//! Who may call: key, scope, route, version, rate and idempotency, in this order.

use aurous_contract::error::ErrorCode;
use aurous_contract::limits::IDEMPOTENCY_KEY_MAX_CHARS;
use aurous_contract::rate::{Bucket, TokenBucket};
use aurous_contract::version::{DEFAULT_API_VERSION, is_api_version};
use bytes::Bytes;

use super::answer::{ApiAnswer, Stamp};
use super::error::{ApiError, Result};
use super::idempotency::{Begin, Claim, Fingerprint, Kept};
use super::read::Fields;
use super::route::Route;
use super::team::{OPEN_TEAM, Scope, TeamName};
use super::world::World;

/// Who a request says it is from.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// `X-Api-Key`, if there was one.
    Key(Option<String>),
    /// Open mode: anyone.
    Anyone,
}

/// A request to the API, whole.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) route: Route,
    pub(crate) method: String,
    /// Without the prefix that an open router is mounted under.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    /// `Aurous-Version`
    pub(crate) version: Option<String>,
    /// `Idempotency-Key`
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Body,
}

/// A request's body.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Whole {
        bytes: Bytes,
        sha256: String,
    },
    /// More than the API takes; read to its end, not kept.
    TooLong,
}

/// Whether a call may be made.
pub(crate) enum Admission {
    Admitted(Box<Admitted>),
    /// Refused, or answered from memory.
    Answered(ApiAnswer),
}

/// A call that may be made, by [`World::execute`].
pub(crate) struct Admitted {
    pub(super) team: TeamName,
    pub(super) stamp: Stamp,
    pub(super) call: Call,
    pub(super) claim: Option<Claim>,
}

impl World {
    pub(crate) fn admit(&mut self, call: Call, now_ms: u64) -> Admission {
        let bucket = call.route.bucket(synthesizes(&call));
        let mut stamp = self.stamp(bucket, now_ms);
        let team = match self.authenticate(&call) {
            Ok(team) => team,
            Err(error) => return Admission::Answered(ApiAnswer::refusal(stamp, error)),
        };
        stamp.rate = self.team(&team).peek(bucket, now_ms);
        match self.begin(&call, &team, &mut stamp, now_ms) {
            Ok(Begun::Fresh(claim)) => Admission::Admitted(Box::new(Admitted {
                team,
                stamp,
                call,
                claim,
            })),
            Ok(Begun::Replay(kept)) => Admission::Answered(ApiAnswer {
                stamp,
                status: kept.status,
                body: kept.body,
                retry_after_seconds: None,
                replayed: true,
            }),
            Err(error) => Admission::Answered(ApiAnswer::refusal(stamp, error)),
        }
    }

    /// What is on the answer to a request that no team is known for: a bucket that is full.
    pub(crate) fn stamp(&mut self, bucket: Bucket, now_ms: u64) -> Stamp {
        Stamp {
            request_id: self.new_id("req", now_ms),
            version: DEFAULT_API_VERSION.to_owned(),
            rate: TokenBucket::full(bucket, now_ms).peek(now_ms),
        }
    }

    fn authenticate(&self, call: &Call) -> Result<TeamName> {
        let key = match &call.caller {
            Caller::Anyone => return Ok(OPEN_TEAM.to_owned()),
            Caller::Key(key) => key.as_deref().unwrap_or_default(),
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
        let (scope, name) = if call.route.reads() {
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

    fn begin(&mut self, call: &Call, team: &str, stamp: &mut Stamp, now_ms: u64) -> Result<Begun> {
        match call.route {
            Route::Unknown => return Err(ApiError::not_found("endpoint")),
            Route::WrongMethod { .. } => {
                let message = format!("{} does not take {}", call.path, call.method);
                return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_status(405));
            }
            _ => {}
        }
        if let Some(version) = &call.version {
            stamp.version = check_version(version)?;
        }
        let bucket = call.route.bucket(synthesizes(call));
        if self.settings.rate_limits {
            let taken = self.team(team).take(bucket, now_ms);
            stamp.rate = taken.map_err(|refused| {
                stamp.rate = refused.state;
                let seconds = refused.retry_after_seconds;
                let message = format!("too many requests: wait {seconds} s");
                ApiError {
                    retry_after_seconds: Some(seconds),
                    ..ApiError::new(ErrorCode::TooManyRequests, message)
                }
            })?;
        }
        let Body::Whole { sha256, .. } = &call.body else {
            let message = "the body is longer than 1 MB";
            return Err(ApiError::new(ErrorCode::InvalidRequest, message).with_status(413));
        };
        let Some(key) = self.idempotency_key(call)? else {
            return Ok(Begun::Fresh(None));
        };
        let fingerprint = Fingerprint {
            route: format!("{} {}", call.method, call.path),
            body_sha256: sha256.clone(),
        };
        let in_use = |why: &str| {
            let message = format!("this Idempotency-Key {why}");
            Err(ApiError::new(ErrorCode::IdempotencyKeyInUse, message))
        };
        match self.team(team).memory.begin(key, fingerprint, now_ms) {
            Begin::Fresh(claim) => Ok(Begun::Fresh(Some(claim))),
            Begin::Replay(kept) => Ok(Begun::Replay(kept)),
            Begin::InFlight => in_use("belongs to a request that is still being handled"),
            Begin::Mismatch => in_use("was used for another body or another route"),
        }
    }

    /// The key, where the call honours one.
    fn idempotency_key<'a>(&self, call: &'a Call) -> Result<Option<&'a str>> {
        let honoured = match call.route {
            Route::Create => self.settings.honour_idempotency_key_on_create,
            Route::Regenerate(_) | Route::Resynthesize(_) => true,
            _ => false,
        };
        let Some(key) = call.idempotency_key.as_deref().filter(|_| honoured) else {
            return Ok(None);
        };
        if !(1..=IDEMPOTENCY_KEY_MAX_CHARS).contains(&key.chars().count()) {
            let rule = format!("1 to {IDEMPOTENCY_KEY_MAX_CHARS} characters");
            return Err(ApiError::format("Idempotency-Key", &rule));
        }
        Ok(Some(key))
    }
}

enum Begun {
    Fresh(Option<Claim>),
    Replay(Kept),
}

fn synthesizes(call: &Call) -> bool {
    let Body::Whole { bytes, .. } = &call.body else {
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
        return Err(ApiError::new(ErrorCode::UnknownVersion, message).of("Aurous-Version"));
    }
    Ok(version.to_owned())
}

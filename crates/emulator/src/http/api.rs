//! The API's origin, and open mode, which is the same API without a key.

use std::sync::Arc;
use std::time::Duration;

use aurous_contract::rate::Bucket;
use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, HeaderName, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, Method};
use tokio::time::sleep;

use super::body::Received;
use super::cors::Cors;
use super::exchange::{Exchange, Handler};
use super::reply::{Content, Reply};
use crate::emulation::Emulation;
use crate::state::admission::{Admission, Body, Call, Caller};
use crate::state::answer::{ApiAnswer, Stamp};
use crate::state::error::ApiError;
use crate::state::route::Route;
use crate::step::{Origin, Step};

/// Most bytes of a JSON body.
const BODY_MAX_BYTES: u64 = 1_000_000;

const REQUEST_ID: HeaderName = HeaderName::from_static("aurous-request-id");
const VERSION: HeaderName = HeaderName::from_static("aurous-version");
const GATEWAY: HeaderName = HeaderName::from_static("aurous-gateway");
const REPLAYED: HeaderName = HeaderName::from_static("aurous-idempotent-replayed");
const RATE_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RATE_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RATE_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The API with a key.
pub(crate) fn router(emulation: Arc<Emulation>) -> Router {
    routes(emulation, Origin::Api)
}

/// The API without a key, with CORS, to be nested under a prefix.
pub(crate) fn open_router(emulation: Arc<Emulation>) -> Router {
    routes(emulation, Origin::Open)
}

/// One handler for everything: which call it is, is the state's to say, and what is no call at all
/// is logged and answered like the rest.
fn routes(emulation: Arc<Emulation>, origin: Origin) -> Router {
    let handler =
        move |State(emulation): State<Arc<Emulation>>, request| handle(emulation, origin, request);
    Router::new().fallback(handler).with_state(emulation)
}

async fn handle(emulation: Arc<Emulation>, origin: Origin, request: Request) -> Response {
    let (parts, body): (Parts, HttpBody) = request.into_parts();
    let route = Route::of(parts.method.as_str(), parts.uri.path());
    let step = match parts.method {
        Method::OPTIONS => Step::Preflight,
        _ => route.step(),
    };
    let exchange = Exchange::begin(&emulation, origin, step, &parts);
    let handler = ApiHandler {
        cors: match origin {
            Origin::Open => Cors::Api,
            _ if emulation.world().settings().cors => Cors::Api,
            _ => Cors::Off,
        },
        emulation,
        origin,
        route,
        parts,
    };
    exchange.run(body, &handler).await
}

struct ApiHandler {
    emulation: Arc<Emulation>,
    origin: Origin,
    route: Route,
    cors: Cors,
    parts: Parts,
}

impl Handler for ApiHandler {
    fn keep(&self) -> u64 {
        BODY_MAX_BYTES
    }

    async fn process(&self, received: Received, delay: Option<Duration>) -> Reply {
        if self.parts.method == Method::OPTIONS && self.cors != Cors::Off {
            let mut reply = Reply {
                status: http::StatusCode::NO_CONTENT,
                ..self.blank()
            };
            self.cors.on_preflight(&mut reply);
            return reply;
        }
        if let Route::Picture { character, index } = &self.route {
            return self.picture(character, index);
        }
        let emulation = &self.emulation;
        let call = self.call(received);
        let admission = emulation.world().admit(call, emulation.clock.now_ms());
        let answer = match admission {
            Admission::Answered(answer) => {
                sleep(delay.unwrap_or_default()).await;
                Some(answer)
            }
            Admission::Admitted(admitted) => {
                let emulation = Arc::clone(emulation);
                // Detached: a server does not undo what it does because the client has gone.
                let made = tokio::spawn(async move {
                    sleep(delay.unwrap_or_default()).await;
                    let now_ms = emulation.clock.now_ms();
                    emulation.world().execute(admitted, now_ms)
                });
                made.await.ok()
            }
        };
        match answer {
            Some(answer) => self.reply(answer),
            // The runtime is shutting down.
            None => {
                let reply = self.blank();
                let error = self.error(500, &reply);
                reply.with(error)
            }
        }
    }

    fn blank(&self) -> Reply {
        let bucket = self.route.bucket(false);
        let now_ms = self.emulation.clock.now_ms();
        let stamp = self.emulation.world().stamp(bucket, now_ms);
        self.stamped(200, &stamp)
    }

    fn error(&self, status: u16, reply: &Reply) -> Content {
        let request_id = reply.headers.get(REQUEST_ID).map(|it| it.to_str());
        let request_id = request_id.and_then(Result::ok).unwrap_or_default();
        let envelope = ApiError::of_status(status).envelope(request_id);
        json(serde_json::to_vec(&envelope).unwrap_or_default())
    }
}

impl ApiHandler {
    fn call(&self, received: Received) -> Call {
        let headers = &self.parts.headers;
        Call {
            caller: match self.origin {
                Origin::Open => Caller::Anyone,
                _ => Caller::Key(header(headers, "x-api-key")),
            },
            route: self.route.clone(),
            method: self.parts.method.as_str().to_owned(),
            path: self.parts.uri.path().to_owned(),
            query: self.parts.uri.query().map(str::to_owned),
            version: header(headers, "aurous-version"),
            idempotency_key: header(headers, "idempotency-key"),
            body: match received.bytes {
                Some(bytes) => Body::Whole {
                    bytes,
                    sha256: received.sha256,
                },
                None => Body::TooLong,
            },
        }
    }

    /// An `<img>` asks for it, from any page, without a key.
    fn picture(&self, character: &str, index: &str) -> Reply {
        let now_ms = self.emulation.clock.now_ms();
        let mut world = self.emulation.world();
        let uri = &self.parts.uri;
        let query = uri.query().unwrap_or_default();
        let found = world.picture(uri.path(), query, (character, index), now_ms);
        let stamp = world.stamp(Bucket::CharactersGet, now_ms);
        drop(world);
        match found {
            Ok(picture) => {
                let mut reply = self.stamped(200, &stamp).with(Content {
                    content_type: picture.content_type.as_str(),
                    body: picture.bytes,
                });
                reply.set(RESOURCE_POLICY, "cross-origin");
                reply
            }
            Err(error) => self.reply(ApiAnswer::refusal(stamp, error)),
        }
    }

    fn reply(&self, answer: ApiAnswer) -> Reply {
        let reply = self.stamped(answer.status, &answer.stamp);
        let mut reply = reply.with(json(answer.body));
        if let Some(seconds) = answer.retry_after_seconds {
            reply.set(RETRY_AFTER, &seconds.to_string());
        }
        if answer.replayed {
            reply.set(REPLAYED, "true");
        }
        if let Route::WrongMethod { allow } = self.route {
            reply.set(ALLOW, allow);
        }
        reply
    }

    /// With the headers that are on every answer.
    fn stamped(&self, status: u16, stamp: &Stamp) -> Reply {
        let mut reply = Reply::new(status);
        reply.set(REQUEST_ID, &stamp.request_id);
        reply.set(VERSION, &stamp.version);
        reply.set(RATE_LIMIT, &stamp.rate.limit.to_string());
        reply.set(RATE_REMAINING, &stamp.rate.remaining.to_string());
        reply.set(RATE_RESET, &stamp.rate.reset_at.to_string());
        reply.set(CACHE_CONTROL, "no-store");
        reply.set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        if self.origin == Origin::Open {
            reply.set(GATEWAY, "1");
        }
        self.cors.on(&mut reply, &self.parts.headers);
        reply
    }
}

fn json(body: Vec<u8>) -> Content {
    Content {
        content_type: "application/json",
        body: Bytes::from(body),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

//! The API's origin, and open mode, which is the same API without a key.

use std::sync::Arc;
use std::time::Duration;

use aurous_contract::header;
use aurous_contract::rate::Bucket;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, HeaderName, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use tokio::time::sleep;

use super::cors::Cors;
use super::exchange::{Exchange, Handler};
use super::reply::{Content, Reply};
use crate::emulation::Emulation;
use crate::entry_point::EntryPoint;
use crate::fault::FakeResponse;
use crate::operation::Operation;
use crate::state::admission::Admission;
use crate::state::api_call::{ApiCall, Authentication, ReceivedBody};
use crate::state::error::ApiError;
use crate::state::response::{ApiResponse, CommonHeaders};
use crate::state::route::Route;

/// The longest JSON body.
const BODY_MAX_BYTES: u64 = 1_000_000;

const REQUEST_ID: HeaderName = HeaderName::from_static(header::REQUEST_ID);
const VERSION: HeaderName = HeaderName::from_static(header::VERSION);
const GATEWAY: HeaderName = HeaderName::from_static(header::GATEWAY);
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static(header::IDEMPOTENT_REPLAYED);
const RATE_LIMIT: HeaderName = HeaderName::from_static(header::RATE_LIMIT);
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static(header::RATE_LIMIT_REMAINING);
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static(header::RATE_LIMIT_RESET);
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Makes the API with a key.
pub(crate) fn router(emulation: Arc<Emulation>) -> Router {
    routes(emulation, EntryPoint::Api)
}

/// Makes the API without a key and with CORS, to be nested under a prefix.
pub(crate) fn open_router(emulation: Arc<Emulation>) -> Router {
    routes(emulation, EntryPoint::Open)
}

/// Makes a router with one handler for everything: the state decides which call a request is, and a
/// request that is no call is logged and answered like the rest.
fn routes(emulation: Arc<Emulation>, entry_point: EntryPoint) -> Router {
    let handler = move |State(emulation): State<Arc<Emulation>>, request| {
        handle(emulation, entry_point, request)
    };
    Router::new().fallback(handler).with_state(emulation)
}

async fn handle(emulation: Arc<Emulation>, entry_point: EntryPoint, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let route = Route::new(parts.method.as_str(), parts.uri.path());
    let operation = match parts.method {
        Method::OPTIONS => Operation::Preflight,
        _ => route.operation(),
    };
    let exchange = Exchange::begin(&emulation, entry_point, operation, &parts);
    let handler = ApiHandler {
        cors: match entry_point {
            EntryPoint::Open => Cors::Api,
            _ if emulation.world().settings().cors => Cors::Api,
            _ => Cors::Off,
        },
        emulation,
        entry_point,
        route,
        parts,
    };
    exchange.run(body, &handler).await
}

struct ApiHandler {
    emulation: Arc<Emulation>,
    entry_point: EntryPoint,
    route: Route,
    cors: Cors,
    parts: Parts,
}

impl Handler for ApiHandler {
    fn max_body_bytes(&self) -> u64 {
        BODY_MAX_BYTES
    }

    async fn process(&self, body: ReceivedBody, delay: Option<Duration>) -> Reply {
        if self.parts.method == Method::OPTIONS && self.cors != Cors::Off {
            let mut reply = Reply {
                status: StatusCode::NO_CONTENT,
                ..self.blank_reply()
            };
            self.cors.add_preflight_headers(&mut reply);
            return reply;
        }
        if let Route::ReferenceImage { character, index } = &self.route {
            return self.load_reference_image(character, index);
        }
        let emulation = &self.emulation;
        let call = self.api_call(body);
        let admission = emulation.world().admit(call, emulation.clock.now_ms());
        let response = match admission {
            Admission::Answered(response) => {
                sleep(delay.unwrap_or_default()).await;
                Some(response)
            }
            Admission::Admitted(call) => {
                let emulation = Arc::clone(emulation);
                // Detached: a server does not undo a call because its client has gone.
                let executed = tokio::spawn(async move {
                    sleep(delay.unwrap_or_default()).await;
                    let now_ms = emulation.clock.now_ms();
                    emulation.world().execute(call, now_ms)
                });
                executed.await.ok()
            }
        };
        match response {
            Some(response) => self.reply(response),
            // The runtime is shutting down.
            None => {
                let reply = self.blank_reply();
                let error = self.error_content(&FakeResponse::new(500), &reply);
                reply.with(error)
            }
        }
    }

    fn blank_reply(&self) -> Reply {
        let bucket = self.route.bucket(false);
        let now_ms = self.emulation.clock.now_ms();
        let headers = self.emulation.world().common_headers(bucket, now_ms);
        self.reply_with_headers(200, &headers)
    }

    fn error_content(&self, fake: &FakeResponse, reply: &Reply) -> Content {
        let request_id = reply.headers.get(REQUEST_ID).map(|it| it.to_str());
        let request_id = request_id.and_then(Result::ok).unwrap_or_default();
        let envelope = ApiError::scripted(fake.status, fake.code.as_deref()).envelope(request_id);
        json_content(serde_json::to_vec(&envelope).unwrap_or_default())
    }
}

impl ApiHandler {
    fn api_call(&self, body: ReceivedBody) -> ApiCall {
        let headers = &self.parts.headers;
        ApiCall {
            authentication: match self.entry_point {
                EntryPoint::Open => Authentication::NotRequired,
                _ => Authentication::ApiKey(header_text(headers, header::API_KEY)),
            },
            route: self.route.clone(),
            method: self.parts.method.as_str().to_owned(),
            path: self.parts.uri.path().to_owned(),
            query: self.parts.uri.query().map(str::to_owned),
            version: header_text(headers, header::VERSION),
            idempotency_key: header_text(headers, header::IDEMPOTENCY_KEY),
            body,
        }
    }

    /// Responds to an `<img>`, which any page may hold and which sends no key.
    fn load_reference_image(&self, character: &str, index: &str) -> Reply {
        let now_ms = self.emulation.clock.now_ms();
        let mut world = self.emulation.world();
        let uri = &self.parts.uri;
        let query = uri.query().unwrap_or_default();
        let image = world.reference_image(uri.path(), query, (character, index), now_ms);
        let headers = world.common_headers(Bucket::CharactersGet, now_ms);
        drop(world);
        match image {
            Ok(image) => {
                let mut reply = self.reply_with_headers(200, &headers).with(Content {
                    content_type: image.content_type.as_str(),
                    body: image.bytes,
                });
                reply.set(RESOURCE_POLICY, "cross-origin");
                reply
            }
            Err(error) => self.reply(ApiResponse::refusal(headers, error)),
        }
    }

    fn reply(&self, response: ApiResponse) -> Reply {
        let reply = self.reply_with_headers(response.status, &response.headers);
        let mut reply = reply.with(json_content(response.body));
        if let Some(seconds) = response.retry_after_seconds {
            reply.set(RETRY_AFTER, &seconds.to_string());
        }
        if response.is_replay {
            reply.set(IDEMPOTENT_REPLAYED, "true");
        }
        if let Route::WrongMethod { allow } = self.route {
            reply.set(ALLOW, allow);
        }
        reply
    }

    /// Makes a response with the headers of every response and without a body.
    fn reply_with_headers(&self, status: u16, headers: &CommonHeaders) -> Reply {
        let mut reply = Reply::new(status);
        reply.set(REQUEST_ID, &headers.request_id);
        reply.set(VERSION, &headers.version);
        reply.set(RATE_LIMIT, &headers.rate.limit.to_string());
        reply.set(RATE_LIMIT_REMAINING, &headers.rate.remaining.to_string());
        reply.set(RATE_LIMIT_RESET, &headers.rate.reset_at.to_string());
        reply.set(CACHE_CONTROL, "no-store");
        reply.set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        if self.entry_point == EntryPoint::Open {
            reply.set(GATEWAY, "1");
        }
        self.cors.add_headers(&mut reply, &self.parts.headers);
        reply
    }
}

fn json_content(body: Vec<u8>) -> Content {
    Content {
        content_type: "application/json",
        body: Bytes::from(body),
    }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

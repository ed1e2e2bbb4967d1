//! The API's origin, and open mode, which is the same API without a key.

use std::sync::Arc;

use aurous_contract::header;
use aurous_contract::rate::Bucket;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, HeaderName, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, Method, StatusCode};

use crate::cors::Cors;
use crate::emulation::Emulation;
use crate::entry_point::EntryPoint;
use crate::exchange::RequestHead;
use crate::fault::FakeResponse;
use crate::operation::Operation;
use crate::reply::{Content, Reply};
use crate::state::admission::{Admission, AdmittedCall};
use crate::state::api_call::{ApiCall, Authentication, ReceivedBody};
use crate::state::error::ApiError;
use crate::state::response::{ApiResponse, CommonHeaders};
use crate::state::route::Route;

/// The longest JSON body.
pub(crate) const BODY_MAX_BYTES: u64 = 1_000_000;

const REQUEST_ID: HeaderName = HeaderName::from_static(header::REQUEST_ID);
const VERSION: HeaderName = HeaderName::from_static(header::VERSION);
const GATEWAY: HeaderName = HeaderName::from_static(header::GATEWAY);
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static(header::IDEMPOTENT_REPLAYED);
const RATE_LIMIT: HeaderName = HeaderName::from_static(header::RATE_LIMIT);
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static(header::RATE_LIMIT_REMAINING);
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static(header::RATE_LIMIT_RESET);
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub(crate) struct ApiHandler {
    emulation: Arc<Emulation>,
    entry_point: EntryPoint,
    route: Route,
    cors: Cors,
    method: Method,
    /// Without the prefix that an open API is mounted under.
    path: String,
    query: Option<String>,
    headers: HeaderMap,
}

/// What to do with a request, once its body is there.
pub(crate) enum ApiTask {
    AnswerPreflight,
    LoadReferenceImage {
        character: String,
        index: String,
    },
    Execute(Box<AdmittedCall>),
    /// The call is refused, or was made before.
    Answer(ApiResponse),
}

impl ApiHandler {
    pub(crate) fn new(emulation: &Arc<Emulation>, head: &RequestHead) -> Self {
        let path = head.path.get(head.prefix_length..).unwrap_or_default();
        let allows_pages =
            head.entry_point == EntryPoint::Open || emulation.world().settings().cors;
        Self {
            emulation: Arc::clone(emulation),
            entry_point: head.entry_point,
            route: Route::new(head.method.as_str(), path),
            cors: if allows_pages { Cors::Api } else { Cors::Off },
            method: head.method.clone(),
            path: path.to_owned(),
            query: head.query.clone(),
            headers: head.headers.clone(),
        }
    }

    pub(crate) const fn operation(&self) -> Operation {
        self.route.operation()
    }

    /// Decides what to do with the request.
    pub(crate) fn admit(&self, body: ReceivedBody, real_ms: u64) -> ApiTask {
        if self.method == Method::OPTIONS && self.cors != Cors::Off {
            return ApiTask::AnswerPreflight;
        }
        if let Route::ReferenceImage { character, index } = &self.route {
            let (character, index) = (character.clone(), index.clone());
            return ApiTask::LoadReferenceImage { character, index };
        }
        let now_ms = self.emulation.now_ms(real_ms);
        match self.emulation.world().admit(self.api_call(body), now_ms) {
            Admission::Answered(response) => ApiTask::Answer(response),
            Admission::Admitted(call) => ApiTask::Execute(call),
        }
    }

    /// Carries the task out, and returns the response.
    pub(crate) fn process(&self, task: ApiTask, real_ms: u64) -> Reply {
        match task {
            ApiTask::AnswerPreflight => {
                let mut reply = Reply {
                    status: StatusCode::NO_CONTENT,
                    ..self.blank_reply(real_ms)
                };
                self.cors.add_preflight_headers(&mut reply);
                reply
            }
            ApiTask::LoadReferenceImage { character, index } => {
                self.load_reference_image(&character, &index, real_ms)
            }
            ApiTask::Execute(call) => {
                let now_ms = self.emulation.now_ms(real_ms);
                let response = self.emulation.world().execute(call, now_ms);
                self.reply(response)
            }
            ApiTask::Answer(response) => self.reply(response),
        }
    }

    /// Returns a response that has the headers of every response and no body.
    pub(crate) fn blank_reply(&self, real_ms: u64) -> Reply {
        let bucket = self.route.bucket(false);
        let now_ms = self.emulation.now_ms(real_ms);
        let headers = self.emulation.world().common_headers(bucket, now_ms);
        self.reply_with_headers(200, &headers)
    }

    fn api_call(&self, body: ReceivedBody) -> ApiCall {
        ApiCall {
            authentication: match self.entry_point {
                EntryPoint::Open => Authentication::NotRequired,
                _ => Authentication::ApiKey(header_text(&self.headers, header::API_KEY)),
            },
            route: self.route.clone(),
            method: self.method.as_str().to_owned(),
            path: self.path.clone(),
            query: self.query.clone(),
            version: header_text(&self.headers, header::VERSION),
            idempotency_key: header_text(&self.headers, header::IDEMPOTENCY_KEY),
            body,
        }
    }

    /// Responds to an `<img>`, which any page may hold and which sends no key.
    fn load_reference_image(&self, character: &str, index: &str, real_ms: u64) -> Reply {
        let now_ms = self.emulation.now_ms(real_ms);
        let mut world = self.emulation.world();
        let query = self.query.as_deref().unwrap_or_default();
        let image = world.reference_image(&self.path, query, (character, index), now_ms);
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
        self.cors.add_headers(&mut reply, &self.headers);
        reply
    }
}

/// Returns the body of a proper error with the status and the code of `fake`, to go with the headers of
/// `reply`.
pub(crate) fn error_content(fake: &FakeResponse, reply: &Reply) -> Content {
    let request_id = reply.headers.get(REQUEST_ID).map(|it| it.to_str());
    let request_id = request_id.and_then(Result::ok).unwrap_or_default();
    let envelope = ApiError::scripted(fake.status, fake.code.as_deref()).envelope(request_id);
    json_content(serde_json::to_vec(&envelope).unwrap_or_default())
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

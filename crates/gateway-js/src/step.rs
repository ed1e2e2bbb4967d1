//! A step, as an object of JavaScript's.

use aurous_gateway_core::config::{DRAIN_REFUSED_BODY_MS, ResourceLimits};
use aurous_gateway_core::{ApiRequest, Completed, ConnectionChoice, UploadPut};
use http::HeaderMap;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsError, JsValue};

use crate::log::Line;
use crate::names::in_javascript;

/// A step, and the lines that were logged before it.
#[derive(Serialize)]
pub(crate) struct LoggedStep<'a> {
    #[serde(flatten)]
    pub(crate) step: Step<'a>,
    pub(crate) log: Vec<Line>,
}

#[derive(Serialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Step<'a> {
    Identify,
    ReadBody {
        max_bytes: usize,
    },
    CallApi {
        method: &'a str,
        url: &'a str,
        headers: Headers<'a>,
        body: Option<&'a str>,
        fresh_connection: bool,
        max_bytes: usize,
    },
    Put {
        url: &'a str,
        headers: Headers<'a>,
        length: u64,
    },
    Wait {
        ms: u64,
    },
    Detach,
    Join,
    ReadStore {
        keys: &'a [String],
    },
    WriteStore {
        changes: Vec<StoreChange<'a>>,
    },
    MoveMarks {
        moves: Vec<StoreMove<'a>>,
    },
    Respond,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreChange<'a> {
    key: &'a str,
    expected: Option<&'a str>,
    value: Option<&'a str>,
    ttl_ms: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreMove<'a> {
    key: &'a str,
    at_least_us: u64,
    by_us: u64,
    at_most_us: u64,
}

/// A complete response.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response<'a> {
    status: u16,
    headers: Headers<'a>,
    body: &'a str,
    request_id: &'a str,
    method: &'static str,
    route: &'a str,
    /// The code of the gateway's own refusal.
    code: Option<&'static str>,
    reason: Option<String>,
}

/// How long the shell may wait, and how slowly peers may move bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limits {
    connect_timeout_ms: u64,
    answer_timeout_ms: u64,
    request_timeout_ms: u64,
    body_idle_timeout_ms: u64,
    body_min_bytes_per_second: u32,
    drained_max_bytes: u64,
    drain_timeout_ms: u32,
    allow_private_addresses: bool,
}

/// Names and values.
type Headers<'a> = Vec<(&'a str, &'a str)>;

impl<'a> Step<'a> {
    pub(crate) fn call_api(request: &'a ApiRequest) -> Self {
        Self::CallApi {
            method: request.method.as_str(),
            url: &request.url,
            headers: texts(&request.headers),
            body: request.body.as_deref(),
            fresh_connection: request.connection == ConnectionChoice::Fresh,
            max_bytes: request.response_max_bytes,
        }
    }

    pub(crate) fn write_store(changes: &'a [aurous_gateway_core::StoreChange]) -> Self {
        let changes = changes.iter().map(|change| StoreChange {
            key: &change.key,
            expected: change.expected.as_deref(),
            value: change.value.as_deref(),
            ttl_ms: change.ttl_ms,
        });
        Self::WriteStore {
            changes: changes.collect(),
        }
    }

    pub(crate) fn move_marks(moves: &'a [aurous_gateway_core::StoreMove]) -> Self {
        let moves = moves.iter().map(|it| StoreMove {
            key: &it.key,
            at_least_us: it.at_least_us,
            by_us: it.by_us,
            at_most_us: it.at_most_us,
        });
        Self::MoveMarks {
            moves: moves.collect(),
        }
    }

    pub(crate) fn put(put: &'a UploadPut) -> Self {
        Self::Put {
            url: &put.url,
            headers: texts(&put.headers),
            length: put.length,
        }
    }
}

impl<'a> Response<'a> {
    pub(crate) fn new(completed: &'a Completed, method: &'static str, route: &'a str) -> Self {
        let refusal = completed.refusal.as_ref();
        Self {
            status: completed.response.status().as_u16(),
            headers: texts(completed.response.headers()),
            body: str::from_utf8(completed.response.body()).unwrap_or_default(),
            request_id: &completed.request_id,
            method,
            route,
            code: refusal.map(|it| it.code.as_str()),
            reason: refusal.and_then(|it| it.reason).map(in_javascript),
        }
    }
}

impl Limits {
    pub(crate) fn new(limits: &ResourceLimits, allow_private_addresses: bool) -> Self {
        let ms = |time: std::time::Duration| time.as_millis().try_into().unwrap_or(u64::MAX);
        Self {
            connect_timeout_ms: ms(limits.connect_timeout),
            answer_timeout_ms: ms(limits.answer_timeout),
            request_timeout_ms: ms(limits.request_timeout),
            body_idle_timeout_ms: ms(limits.body_idle_timeout),
            body_min_bytes_per_second: limits.body_min_bytes_per_second,
            drained_max_bytes: limits.drained_max_bytes(),
            drain_timeout_ms: DRAIN_REFUSED_BODY_MS,
            allow_private_addresses,
        }
    }
}

/// Every header that the gateway sends is text.
fn texts(headers: &HeaderMap) -> Headers<'_> {
    let texts = headers.iter();
    let texts = texts.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    texts.collect()
}

/// Makes a plain object: no `Map`, and `null` for nothing.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = Serializer::json_compatible();
    value
        .serialize(&serializer)
        .map_err(|_| JsError::new("a value of the gateway's cannot be an object of JavaScript's"))
}

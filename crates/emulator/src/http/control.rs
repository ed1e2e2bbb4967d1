//! The control origin, by which a test controls the emulator. Every page may use it, and its own
//! requests are not logged.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_http::cors::CorsLayer;

use crate::addresses::Addresses;
use crate::clock::rfc3339;
use crate::config::RuntimeSettings;
use crate::emulation::Emulation;
use crate::fault::ScriptedFault;
use crate::state::team::KeyChange;

type ControlResult = Result<Response, (StatusCode, Json<Value>)>;

pub(crate) fn router(emulation: Arc<Emulation>, addresses: Addresses) -> Router {
    Router::new()
        .route("/", get(async move || Json(addresses)))
        .route("/log", get(read_log).delete(clear_log))
        .route("/reset", post(reset))
        .route("/clock", get(read_clock).post(advance_clock))
        .route(
            "/faults",
            get(list_faults).post(add_faults).delete(clear_faults),
        )
        .route("/config", get(read_settings).post(change_settings))
        .route("/keys", get(list_keys).post(change_key))
        .route("/uploads/{id}", get(read_upload))
        .layer(CorsLayer::permissive())
        .with_state(emulation)
}

async fn read_log(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(emulation.log.requests()).into_response()
}

async fn clear_log(State(emulation): State<Arc<Emulation>>) -> StatusCode {
    emulation.log.clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(emulation): State<Arc<Emulation>>) -> StatusCode {
    emulation.reset();
    StatusCode::NO_CONTENT
}

async fn read_clock(State(emulation): State<Arc<Emulation>>) -> Response {
    let now_ms = emulation.clock.now_ms();
    let ahead_ms = emulation.clock.ahead_ms();
    Json(json!({ "now": rfc3339(now_ms), "now_ms": now_ms, "ahead_ms": ahead_ms })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance_clock(State(emulation): State<Arc<Emulation>>, body: Bytes) -> ControlResult {
    let Advance { advance_ms } = parse(&body)?;
    emulation.clock.advance(Duration::from_millis(advance_ms));
    Ok(read_clock(State(emulation)).await)
}

async fn list_faults(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(emulation.pending_faults()).into_response()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Box<ScriptedFault>),
    Many(Vec<ScriptedFault>),
}

async fn add_faults(State(emulation): State<Arc<Emulation>>, body: Bytes) -> ControlResult {
    let faults = match serde_json::from_slice(&body) {
        Ok(OneOrMany::One(fault)) => vec![*fault],
        Ok(OneOrMany::Many(faults)) => faults,
        Err(_) => return Err(bad_request(FAULT_HELP)),
    };
    for fault in &faults {
        fault
            .fault
            .check()
            .map_err(|problem| bad_request(&problem))?;
    }
    for fault in faults {
        emulation.add_fault(fault);
    }
    Ok(list_faults(State(emulation)).await)
}

const FAULT_HELP: &str = "send one or a list of { \"match\": { \"step\": \"put\", \"nth\": 1 }, \
     \"times\": 1, \"fault\": … }, where fault is { \"status\": 503, \"code\": \"…\" } or { \"body\": { \"status\": 200, \
     \"body\": \"\" } }, { \"delay_ms\": 100 }, { \"reset_after_body\": { \"processed\": true } }, or one of \
     \"hang\", \"hang_during_body\", \"hang_after_headers\", \"reset_before_body\", \
     \"reset_during_body\", \"truncate\", \"not_json\", \"empty\"";

async fn clear_faults(State(emulation): State<Arc<Emulation>>) -> StatusCode {
    emulation.clear_faults();
    StatusCode::NO_CONTENT
}

async fn read_settings(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(emulation.world().settings().clone()).into_response()
}

/// Changes the settings that the body names, and keeps the others.
async fn change_settings(State(emulation): State<Arc<Emulation>>, body: Bytes) -> ControlResult {
    let changes: serde_json::Map<String, Value> = parse(&body)?;
    let mut world = emulation.world();
    let mut all = json!(world.settings());
    for (name, value) in changes {
        all[name] = value;
    }
    let settings: RuntimeSettings =
        serde_json::from_value(all).map_err(|error| bad_request(&error.to_string()))?;
    world.change_settings(settings.clone());
    Ok(Json(settings).into_response())
}

async fn list_keys(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(json!(emulation.world().keys())).into_response()
}

async fn change_key(State(emulation): State<Arc<Emulation>>, body: Bytes) -> ControlResult {
    let change: KeyChange = parse(&body)?;
    let key = emulation.world().change_key(change);
    Ok(Json(key).into_response())
}

async fn read_upload(
    State(emulation): State<Arc<Emulation>>,
    Path(id): Path<String>,
) -> ControlResult {
    let stored = emulation.world().stored_upload(&id);
    match stored {
        Ok((content_type, bytes)) => {
            Ok(([(CONTENT_TYPE, content_type.as_str())], bytes).into_response())
        }
        Err(error) => Err((StatusCode::NOT_FOUND, problem(&error.message))),
    }
}

/// Parses JSON of any content type: `curl -d` declares a form.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, Json<Value>)> {
    serde_json::from_slice(body).map_err(|error| bad_request(&error.to_string()))
}

fn bad_request(message: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, problem(message))
}

fn problem(message: &str) -> Json<Value> {
    Json(json!({ "error": message }))
}

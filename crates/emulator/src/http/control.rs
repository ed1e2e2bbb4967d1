//! The control origin: what a test asks of the emulator itself. Any page may use it; nothing else
//! lives here, and nothing here is logged.

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

use super::Shared;
use crate::clock::rfc3339;
use crate::config::Settings;
use crate::emulator::Addresses;
use crate::fault::ScriptedFault;
use crate::state::KeyChange;

type Answer = Result<Response, (StatusCode, Json<Value>)>;

pub(crate) fn router(shared: Arc<Shared>, addresses: Addresses) -> Router {
    Router::new()
        .route("/", get(async move || Json(addresses)))
        .route("/log", get(log).delete(clear_log))
        .route("/reset", post(reset))
        .route("/clock", get(clock).post(advance))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/config", get(config).post(change_config))
        .route("/keys", get(keys).post(change_key))
        .route("/uploads/{id}", get(uploaded))
        .layer(CorsLayer::permissive())
        .with_state(shared)
}

async fn log(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.log.requests()).into_response()
}

async fn clear_log(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.log.clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}

async fn clock(State(shared): State<Arc<Shared>>) -> Response {
    let now_ms = shared.clock.now_ms();
    let ahead_ms = shared.clock.ahead_ms();
    Json(json!({ "now": rfc3339(now_ms), "now_ms": now_ms, "ahead_ms": ahead_ms })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let Advance { advance_ms } = read(&body)?;
    shared.clock.advance(Duration::from_millis(advance_ms));
    Ok(clock(State(shared)).await)
}

async fn faults(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.faults()).into_response()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Box<ScriptedFault>),
    Many(Vec<ScriptedFault>),
}

async fn add_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let read = serde_json::from_slice::<OneOrMany>(&body);
    let faults = match read {
        Ok(OneOrMany::One(fault)) => vec![*fault],
        Ok(OneOrMany::Many(faults)) => faults,
        Err(_) => return Err(refused(FAULT_HELP)),
    };
    for fault in &faults {
        fault.fault.check().map_err(|why| refused(&why))?;
    }
    for fault in faults {
        shared.inject(fault);
    }
    Ok(self::faults(State(shared)).await)
}

const FAULT_HELP: &str = "send one or a list of { \"match\": { \"step\": \"put\", \"nth\": 1 }, \
     \"times\": 1, \"fault\": … }, where fault is { \"status\": 503 } or { \"body\": { \"status\": 200, \
     \"body\": \"\" } }, { \"delay_ms\": 100 }, { \"reset_after_body\": { \"processed\": true } }, or one of \
     \"hang\", \"hang_during_body\", \"hang_after_headers\", \"reset_before_body\", \
     \"reset_during_body\", \"truncate\", \"not_json\", \"empty\"";

async fn clear_faults(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.clear_faults();
    StatusCode::NO_CONTENT
}

async fn config(State(shared): State<Arc<Shared>>) -> Response {
    Json(shared.world().settings().clone()).into_response()
}

/// What is absent stays as it is.
async fn change_config(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let changes: serde_json::Map<String, Value> = read(&body)?;
    let mut world = shared.world();
    let mut all = json!(world.settings());
    for (name, value) in changes {
        all[name] = value;
    }
    let settings: Settings =
        serde_json::from_value(all).map_err(|why| refused(&why.to_string()))?;
    world.change_settings(settings.clone());
    Ok(Json(settings).into_response())
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    Json(json!(shared.world().keys())).into_response()
}

async fn change_key(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let change: KeyChange = read(&body)?;
    let key = shared.world().change_key(change);
    Ok(Json(key).into_response())
}

async fn uploaded(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    let found = shared.world().uploaded(&id);
    match found {
        Ok((content_type, bytes)) => {
            Ok(([(CONTENT_TYPE, content_type.as_str())], bytes).into_response())
        }
        Err(why) => Err((StatusCode::NOT_FOUND, problem(&why.message))),
    }
}

/// Whatever its Content-Type is: `curl -d` says it is a form.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, Json<Value>)> {
    serde_json::from_slice(body).map_err(|why| refused(&why.to_string()))
}

fn refused(why: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, problem(why))
}

fn problem(why: &str) -> Json<Value> {
    Json(json!({ "error": why }))
}

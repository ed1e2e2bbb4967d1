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

use crate::addresses::Addresses;
use crate::clock::rfc3339;
use crate::config::Settings;
use crate::emulation::Emulation;
use crate::fault::ScriptedFault;
use crate::state::team::KeyChange;

type Answer = Result<Response, (StatusCode, Json<Value>)>;

pub(crate) fn router(emulation: Arc<Emulation>, addresses: Addresses) -> Router {
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
        .with_state(emulation)
}

async fn log(State(emulation): State<Arc<Emulation>>) -> Response {
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

async fn clock(State(emulation): State<Arc<Emulation>>) -> Response {
    let now_ms = emulation.clock.now_ms();
    let ahead_ms = emulation.clock.ahead_ms();
    Json(json!({ "now": rfc3339(now_ms), "now_ms": now_ms, "ahead_ms": ahead_ms })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(emulation): State<Arc<Emulation>>, body: Bytes) -> Answer {
    let Advance { advance_ms } = read(&body)?;
    emulation.clock.advance(Duration::from_millis(advance_ms));
    Ok(clock(State(emulation)).await)
}

async fn faults(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(emulation.faults()).into_response()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Box<ScriptedFault>),
    Many(Vec<ScriptedFault>),
}

async fn add_faults(State(emulation): State<Arc<Emulation>>, body: Bytes) -> Answer {
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
        emulation.inject(fault);
    }
    Ok(self::faults(State(emulation)).await)
}

const FAULT_HELP: &str = "send one or a list of { \"match\": { \"step\": \"put\", \"nth\": 1 }, \
     \"times\": 1, \"fault\": … }, where fault is { \"status\": 503 } or { \"body\": { \"status\": 200, \
     \"body\": \"\" } }, { \"delay_ms\": 100 }, { \"reset_after_body\": { \"processed\": true } }, or one of \
     \"hang\", \"hang_during_body\", \"hang_after_headers\", \"reset_before_body\", \
     \"reset_during_body\", \"truncate\", \"not_json\", \"empty\"";

async fn clear_faults(State(emulation): State<Arc<Emulation>>) -> StatusCode {
    emulation.clear_faults();
    StatusCode::NO_CONTENT
}

async fn config(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(emulation.world().settings().clone()).into_response()
}

/// What is absent stays as it is.
async fn change_config(State(emulation): State<Arc<Emulation>>, body: Bytes) -> Answer {
    let changes: serde_json::Map<String, Value> = read(&body)?;
    let mut world = emulation.world();
    let mut all = json!(world.settings());
    for (name, value) in changes {
        all[name] = value;
    }
    let settings: Settings =
        serde_json::from_value(all).map_err(|why| refused(&why.to_string()))?;
    world.change_settings(settings.clone());
    Ok(Json(settings).into_response())
}

async fn keys(State(emulation): State<Arc<Emulation>>) -> Response {
    Json(json!(emulation.world().keys())).into_response()
}

async fn change_key(State(emulation): State<Arc<Emulation>>, body: Bytes) -> Answer {
    let change: KeyChange = read(&body)?;
    let key = emulation.world().change_key(change);
    Ok(Json(key).into_response())
}

async fn uploaded(State(emulation): State<Arc<Emulation>>, Path(id): Path<String>) -> Answer {
    let found = emulation.world().uploaded(&id);
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

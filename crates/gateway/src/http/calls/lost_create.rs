//! Looks for the character of a create whose answer was lost.

use std::ops::ControlFlow;
use std::time::Duration;

use aurous_contract::rate::Bucket;
use axum::http::{HeaderValue, Method};
use serde_json::{Map, Value};
use tokio::time::sleep;

use crate::admit::caller::Visitor;
use crate::http::response::interpret;
use crate::http::state::GatewayState;
use crate::rules::lost_create::{LostCreate, Trace};
use crate::upstream::api::{ConnectionChoice, RESPONSE_MAX_BYTES, UpstreamRequest};

/// The time before each look: the API may still be at work on the create.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(1500),
];

/// The newest characters: as many as a page has.
const PATH: &str = "/v1/characters?limit=100";

/// Looks through the newest characters. Each look costs one of the visitor's tokens.
pub(super) async fn find(
    state: &GatewayState,
    lost: &LostCreate,
    visitor: &Visitor,
    version: Option<HeaderValue>,
) -> Trace {
    let mut trace = Trace::None;
    for wait in LOOKS {
        sleep(wait).await;
        let Some(list) = newest_characters(state, visitor, version.clone()).await else {
            return Trace::None;
        };
        trace = lost.look_in(&list, &state.recent_characters());
        if trace != Trace::NotMade {
            break;
        }
    }
    trace
}

async fn newest_characters(
    state: &GatewayState,
    visitor: &Visitor,
    version: Option<HeaderValue>,
) -> Option<Map<String, Value>> {
    let bucket = Bucket::CharactersGet;
    state.take_token(bucket, visitor).ok()?;
    let request = UpstreamRequest {
        method: Method::GET,
        path: PATH.to_owned(),
        body: None,
        version,
        idempotency_key: None,
        response_max_bytes: RESPONSE_MAX_BYTES,
        connection: ConnectionChoice::Pooled,
    };
    let response = state.call_api(bucket, request).await.ok()?;
    match interpret(&state.config.secret_search, response) {
        ControlFlow::Continue(list) => Some(list.object),
        ControlFlow::Break(_) => None,
    }
}

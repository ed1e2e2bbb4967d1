//! Looks for the character of a create whose answer was lost.

use std::ops::ControlFlow;
use std::time::Duration;

use aurous_contract::rate::Bucket;
use http::{HeaderValue, Method};
use serde_json::{Map, Value};

use crate::admit::caller::Visitor;
use crate::api::{ApiCall, ConnectionChoice, RESPONSE_MAX_BYTES};
use crate::core::Core;
use crate::response::interpret;
use crate::rules::lost_create::{LostCreate, Trace};
use crate::shared::Sharing;
use crate::step::Outside;

/// The time before each look: the API may still be at work on the create.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(500),
    Duration::from_millis(1500),
];

/// The newest characters: as many as a page has.
const PATH: &str = "/v1/characters?limit=100";

/// The most pages of a look. A team makes about a hundred characters in a minute at most (the vendor's page on rate
/// limits).
const PAGES_MAX: usize = 3;

/// Looks through the newest characters. Each page costs one of the visitor's tokens.
pub(super) async fn find(
    core: &Core,
    outside: &Outside,
    lost: &LostCreate,
    visitor: &Visitor,
    version: Option<HeaderValue>,
) -> Trace {
    let mut trace = Trace::None;
    for wait in LOOKS {
        if !wait.is_zero() {
            outside.wait(wait).await;
        }
        trace = look(core, outside, lost, visitor, version.clone()).await;
        if trace != Trace::NotMade {
            break;
        }
    }
    trace
}

async fn look(
    core: &Core,
    outside: &Outside,
    lost: &LostCreate,
    visitor: &Visitor,
    version: Option<HeaderValue>,
) -> Trace {
    let mut pages = Vec::new();
    let mut path = PATH.to_owned();
    while pages.len() < PAGES_MAX {
        let Some(page) = page(core, outside, visitor, path, version.clone()).await else {
            break;
        };
        pages.push(page);
        match lost.look_in(&pages, &core.recent_characters()) {
            // It may be another create's, which another instance has made.
            Trace::Made(_) if core.sharing == Sharing::Store && !lost.is_reference_unique => break,
            Trace::Older(Some(last)) => path = format!("{PATH}&starting_after={}", last.as_str()),
            trace => return trace,
        }
    }
    Trace::None
}

async fn page(
    core: &Core,
    outside: &Outside,
    visitor: &Visitor,
    path: String,
    version: Option<HeaderValue>,
) -> Option<Map<String, Value>> {
    let bucket = Bucket::CharactersGet;
    core.take_token(bucket, visitor, outside).await.ok()?;
    let call = ApiCall {
        method: Method::GET,
        path,
        body: None,
        version,
        idempotency_key: None,
        response_max_bytes: RESPONSE_MAX_BYTES,
        connection: ConnectionChoice::Pooled,
    };
    let response = core.call_api(outside, bucket, call).await.ok()?;
    match interpret(&core.config.secret_search, response) {
        ControlFlow::Continue(list) => Some(list.object),
        ControlFlow::Break(_) => None,
    }
}

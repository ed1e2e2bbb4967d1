//! The core of the emulator, driven as a shell drives it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy only knows the functions marked #[test]"
)]

mod clock;
mod exchange;
mod seed;

use std::sync::Arc;

use aurous_emulator_core::{
    Emulation, Ending, EntryPoint, Reading, Reply, RequestHead, RuntimeSettings, Setup, Urls,
};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

const NOW: u64 = 1_778_234_400_000;

fn emulation(seed: u64) -> Arc<Emulation> {
    Arc::new(Emulation::new(Setup {
        urls: Urls {
            api: "https://api.test".to_owned(),
            upload: "https://uploads.test".to_owned(),
        },
        api_keys: Vec::new(),
        settings: RuntimeSettings::default(),
        seed,
    }))
}

fn head(entry_point: EntryPoint, method: Method, target: &str) -> RequestHead {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    RequestHead {
        entry_point,
        method,
        path: path.to_owned(),
        prefix_length: 0,
        query: Some(query.to_owned()),
        headers: HeaderMap::new(),
    }
}

/// Makes a request of the open API, as far as its fault lets it go.
fn post(emulation: &Arc<Emulation>, path: &str, body: &Value) -> Ending {
    let head = head(EntryPoint::Open, Method::POST, path);
    send(emulation, &head, &serde_json::to_vec(body).unwrap())
}

fn send(emulation: &Arc<Emulation>, head: &RequestHead, body: &[u8]) -> Ending {
    let mut exchange = emulation.begin(head, NOW);
    match exchange.reading() {
        Reading::Nothing => {}
        Reading::FirstBytes => exchange.receive(&body[..1]),
        Reading::Whole => exchange.receive(body),
    }
    let (entry, work) = exchange.received(NOW);
    let ending = work.carry_out(NOW);
    entry.end(&ending);
    ending
}

#[track_caller]
fn reply(ending: Ending) -> Reply {
    match ending {
        Ending::Respond(reply) => reply,
        other => panic!("no response but {other:?}"),
    }
}

/// Mints a ticket for a JPEG.
fn ticket(emulation: &Arc<Emulation>) -> Value {
    let body = json!({ "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg" });
    let reply = reply(post(emulation, "/v1/characters/uploads/init", &body));
    assert_eq!(reply.status, 201);
    serde_json::from_slice(&reply.body).unwrap()
}

/// PUTs a JPEG to a ticket, and returns the status.
fn put(emulation: &Arc<Emulation>, ticket: &Value) -> u16 {
    let url = ticket["upload_url"].as_str().unwrap();
    let target = url.strip_prefix("https://uploads.test").unwrap();
    let mut head = head(EntryPoint::Upload, Method::PUT, target);
    let content_type = "image/jpeg".parse().unwrap();
    head.headers.insert("content-type", content_type);
    reply(send(emulation, &head, b"bytes")).status.as_u16()
}

//! Requests: where they go, and their headers, put together with gloo-net.

use aurous_contract::call::{Body, Call};
use aurous_contract::concat;
use aurous_contract::failure::Step;
use aurous_contract::world::World;
use gloo_net::http::Headers;

use crate::host::Host;

/// Makes a step's request the next to be sent: a POST of JSON to the API or the gateway, or the PUT of the
/// file. What stands in its headers was held against its rule, so that no engine throws here.
pub fn prepare(step: Step, call: &Call, host: &Host) {
    let path = match step {
        Step::Init => "/v1/characters/uploads/init",
        Step::Put => return put(call, host),
        Step::Classify => "/v1/characters/uploads/classify",
        Step::Create => "/v1/characters",
    };
    let headers = Headers::from_raw(host.headers());
    headers.set("Content-Type", "application/json");
    for (name, scheme, path) in HEADERS {
        let is_sent = step == Step::Create || *path != "idempotencyKey";
        if let Some(value) = host.text(path).filter(|_| is_sent) {
            headers.set(name, &concat(&[scheme, &value]));
        }
    }
    host.request(path, &headers.into_raw());
}

/// Name, what stands before the value, and where that stands in the [`World`].
static HEADERS: &[(&str, &str, &str)] = &[
    ("X-Api-Key", "", "client.apiKey"),
    ("Authorization", "Bearer ", "client.sessionToken"),
    ("Authorization", "Bearer ", "token"),
    ("Aurous-Version", "", "client.apiVersion"),
    ("Idempotency-Key", "", "idempotencyKey"),
];

/// One header of its own, no cookie, no referrer.
fn put(call: &Call, host: &Host) {
    let headers = Headers::new();
    if let Body::File(content_type) = call.body(Step::Put, host) {
        headers.set("Content-Type", content_type.as_str());
    }
    host.request("", &headers.into_raw());
}

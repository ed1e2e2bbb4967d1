//! Requests: where they go, and their headers, put together with gloo-net.

use aurous_contract::call::Body;
use aurous_contract::concat;
use aurous_contract::failure::Step;
use aurous_contract::world::World;
use gloo_net::http::Headers;

use crate::host::{Host, object};

/// Makes a step's request the next to be sent: the PUT of the file, with one header of its own, or a POST of
/// JSON to the API or the gateway. What stands in its headers was held against its rule, so that no engine
/// throws here.
pub fn prepare(step: Step, body: Body, host: &Host) {
    match body {
        Body::File(content_type) => {
            let headers = Headers::new();
            headers.set("Content-Type", content_type.as_str());
            return host.request("", &headers.into_raw());
        }
        Body::InitUpload(body) => host.write(&object(&body)),
        Body::Classify(path) => host.write_upload_id(path),
        Body::Subject => {}
    }
    let headers = Headers::from_raw(host.headers());
    headers.set("Content-Type", "application/json");
    for (name, scheme, path) in HEADERS {
        let is_sent = step == Step::Create || *path != "idempotencyKey";
        if let Some(value) = host.text(path).filter(|_| is_sent) {
            headers.set(name, &concat(&[scheme, &value]));
        }
    }
    let path = match step {
        Step::Init | Step::Put => "/v1/characters/uploads/init",
        Step::Classify => "/v1/characters/uploads/classify",
        Step::Create => "/v1/characters",
    };
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

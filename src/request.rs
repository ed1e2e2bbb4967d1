//! Requests, built with gloo-net. Their bodies are put into them when they are sent: an engine gives a
//! file's away with the first copy of a request.

use aurous_contract::call::Call;
use aurous_contract::concat;
use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::world::World;
use gloo_net::http::{Headers, Method, RequestBuilder};
use web_sys::{ReferrerPolicy, Request, RequestCredentials, RequestRedirect};

use crate::host::Host;

/// The request of a step.
///
/// # Errors
/// The engine refuses to build it (a Content-Security-Policy doesn't: that is the fetch's business). What
/// it says of that is dropped: it may quote a signed URL.
pub fn of(step: Step, call: &Call, host: &Host) -> Result<Request, Box<Failure>> {
    let (path, param) = match step {
        Step::Init => ("/v1/characters/uploads/init", "baseUrl"),
        Step::Put => ("", "target"),
        Step::Classify => ("/v1/characters/uploads/classify", "baseUrl"),
        Step::Create => ("/v1/characters", "baseUrl"),
    };
    let request = if step == Step::Put {
        put(call)
    } else {
        post(step, call, host, path)
    };
    // A redirect is an error: `fetch` would carry the key, the token and the body along to wherever it
    // points.
    let request = request.redirect(RequestRedirect::Error).build();
    request.map(Into::into).map_err(|_| {
        let message = "`{}` must be a URL that can be fetched.";
        Failure::new(Code::InvalidOption, message, &[param]).about(param)
    })
}

/// The PUT of a file: one header of its own, no cookie, no referrer.
fn put(call: &Call) -> RequestBuilder {
    let (url, content_type) = call.put();
    RequestBuilder::new(url)
        .method(Method::PUT)
        .header("Content-Type", content_type)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
}

/// A POST of JSON to the API or the gateway. What stands in its headers was held against its rule, so that
/// no engine throws here.
fn post(step: Step, call: &Call, host: &Host, path: &str) -> RequestBuilder {
    let client = call.client();
    let credentials = match host.text("client.credentials").as_deref() {
        Some("omit") => RequestCredentials::Omit,
        Some("include") => RequestCredentials::Include,
        _ => RequestCredentials::SameOrigin,
    };
    let headers = Headers::from_raw(host.headers());
    headers.set("Content-Type", "application/json");
    let token = if client.asks_for_token {
        "token"
    } else {
        "client.sessionToken"
    };
    for (name, scheme, path) in [
        ("X-Api-Key", "", "client.apiKey"),
        ("Authorization", "Bearer ", token),
        ("Aurous-Version", "", "client.apiVersion"),
        ("Idempotency-Key", "", "idempotencyKey"),
    ] {
        let is_sent = step == Step::Create || path != "idempotencyKey";
        if let Some(value) = host.text(path).filter(|_| is_sent) {
            headers.set(name, &concat(&[scheme, &value]));
        }
    }
    RequestBuilder::new(&concat(&[&client.base, path]))
        .method(Method::POST)
        .headers(headers)
        .credentials(credentials)
}

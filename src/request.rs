//! Requests, built with gloo-net.

use aurous_contract::concat;
use aurous_contract::failure::{Code, Step};
use gloo_net::http::{Headers, Method, RequestBuilder};
use wasm_bindgen::prelude::*;
use web_sys::{ReferrerPolicy, Request, RequestCredentials, RequestRedirect};

use crate::client::Client;
use crate::stop::Stop;

/// A POST of JSON to the API or the gateway. `idempotency_key`: a create's.
pub fn post_json(
    client: &Client,
    step: Step,
    token: Option<&str>,
    idempotency_key: Option<&str>,
    body: &JsValue,
) -> Result<Request, Stop> {
    let path = match step {
        Step::Init | Step::Put => "/v1/characters/uploads/init",
        Step::Classify => "/v1/characters/uploads/classify",
        Step::Create => "/v1/characters",
    };
    let token = token.map(|it| concat(&["Bearer ", it]));
    let mut request = build(&concat(&[&client.base, path]), false)
        .headers(Headers::from_raw(client.headers()?))
        .credentials(client.credentials);
    for (name, value) in [
        ("Content-Type", Some("application/json")),
        ("X-Api-Key", client.api_key.as_deref()),
        ("Authorization", token.as_deref()),
        ("Aurous-Version", client.api_version.as_deref()),
        ("Idempotency-Key", idempotency_key),
    ] {
        if let Some(value) = value {
            // Was checked where it came in, so that no engine throws here.
            request = request.header(name, value);
        }
    }
    with_body(request, body).ok_or_else(|| {
        let must = "must be a URL that can be fetched";
        Stop::field(Code::InvalidOption, "baseUrl", must, "not one")
    })
}

/// The PUT of a file: one header of its own, no cookie, no referrer.
pub fn put_file(url: &str, content_type: &str, file: &JsValue) -> Result<Request, Stop> {
    let request = build(url, true)
        .header("Content-Type", content_type)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer);
    with_body(request, file).ok_or_else(|| {
        let must = "must be a URL that can be PUT to";
        Stop::field(Code::InvalidArgument, "target", must, "not one")
    })
}

/// A redirect is an error: `fetch` would carry the key, the token and the body along to wherever it
/// points.
fn build(url: &str, is_put: bool) -> RequestBuilder {
    RequestBuilder::new(url)
        .method(if is_put { Method::PUT } else { Method::POST })
        .redirect(RequestRedirect::Error)
}

/// `None` where the engine refuses to build it (a Content-Security-Policy doesn't: that is the fetch's
/// business). What it says of that is dropped: it may quote a signed URL.
fn with_body(request: RequestBuilder, body: &JsValue) -> Option<Request> {
    request.body(body.clone()).ok().map(Into::into)
}

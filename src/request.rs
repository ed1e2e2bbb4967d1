//! Requests: built with gloo-net, sent with `fetch`.

use aurous_contract::image::ContentType;
use gloo_net::http::{Headers, Method, RequestBuilder};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortSignal, ReferrerPolicy, Request, RequestCredentials, RequestRedirect, Response,
};

use crate::attempt::{Attempt, Interrupt};
use crate::js;

/// A POST of JSON to the API or the gateway. A redirect is an error: `fetch` would carry the key, the
/// token and the body along to wherever it points.
pub fn post_json(
    url: &str,
    headers: web_sys::Headers,
    body: &JsValue,
    credentials: RequestCredentials,
    signal: &AbortSignal,
) -> Option<Request> {
    build(
        RequestBuilder::new(url)
            .method(Method::POST)
            .headers(Headers::from_raw(headers))
            .header("Content-Type", "application/json")
            .credentials(credentials)
            .redirect(RequestRedirect::Error)
            .abort_signal(Some(signal)),
        body,
    )
}

/// The PUT of a file: one header of its own, no cookie, no referrer.
pub fn put_file(
    url: &str,
    content_type: ContentType,
    file: &JsValue,
    signal: &AbortSignal,
) -> Option<Request> {
    build(
        RequestBuilder::new(url)
            .method(Method::PUT)
            .header("Content-Type", content_type.as_str())
            .credentials(RequestCredentials::Omit)
            .redirect(RequestRedirect::Error)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .abort_signal(Some(signal)),
        file,
    )
}

/// `None` where the engine refuses to build it (a Content-Security-Policy doesn't: that is the
/// fetch's business). What it says of that is dropped: it may quote a signed URL.
fn build(request: RequestBuilder, body: &JsValue) -> Option<Request> {
    request.body(body.clone()).ok().map(Into::into)
}

/// Sends a request, up to its answer's headers.
pub async fn send(request: &Request, attempt: &Attempt) -> Result<Response, Interrupt> {
    let answer = js::fetch(request).map_err(Interrupt::Thrown)?;
    // A mocked fetch may give anything, and a Response of another realm is one too.
    let response = attempt.run(&Promise::resolve(&answer)).await?;
    if js::get(&response, "status").as_f64().is_some() && js::get(&response, "headers").is_object()
    {
        Ok(response.unchecked_into())
    } else {
        Err(Interrupt::Thrown(JsValue::UNDEFINED))
    }
}

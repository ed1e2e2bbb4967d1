//! Sends a request by `fetch`.

use aurous_flow::answer::{Answer, Head};
use aurous_flow::request::{Credentials, Referrer, Request};
use aurous_flow::value::Value;
use gloo_net::http::{Headers, Response};
use js_sys::Date;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestCredentials, RequestInit, RequestRedirect};

use crate::promise::settle;
use crate::value::Js;

#[wasm_bindgen]
extern "C" {
    /// gloo-net hands `fetch` a `Request`. Scripts that replace `fetch` to monitor a page expect a URL and
    /// options, and lose the method or the body of a lone `Request`. Its `send` also panics where the promise
    /// rejects with something that is no `Error`. So this is bound here, and may return anything.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Why a request has no answer.
pub enum SendError {
    /// The browser lacks this.
    Unsupported(&'static str),
    /// The connection failed: what was thrown.
    Failed(JsValue),
}

/// Sends a request, and reads its answer to the end.
pub async fn send(request: &Request, body: &JsValue) -> Result<Answer<Js>, SendError> {
    let abort = AbortOnDrop::new().ok_or(SendError::Unsupported("AbortController"))?;
    let init = options_of(request, body);
    init.set_signal(Some(&abort.0.signal()));
    let response = fetch(&request.url, &init).map_err(SendError::Failed)?;
    let response = settle(response).await.map_err(SendError::Failed)?;
    if !is_response(&response) {
        return Err(SendError::Failed(response));
    }
    let raw: &web_sys::Response = response.unchecked_ref();
    let answer = Response::from(response.clone().unchecked_into::<web_sys::Response>());
    // gloo-net's own `get` panics where `get` throws.
    let headers = answer.headers().into_raw();
    let header = |name: &str| headers.get(name).ok().flatten();
    let mut head = Head::read(answer.status(), &header, Date::parse, Date::now());
    // web-sys binds the getter without `catch`.
    let redirected = Js(response.clone()).field("redirected");
    head.is_redirected = redirected.is_ok_and(|it| it.as_flag() == Some(true));
    let json = if request.expected.is_in_body(&head) {
        read_json(raw).await.ok().map(Js)
    } else {
        None
    };
    Ok(Answer::read(&request.expected, head, json))
}

/// Returns whether a value can do what is asked of a `Response` here: gloo-net panics where it cannot.
fn is_response(value: &JsValue) -> bool {
    let value = Js(value.clone());
    let get = value.field("headers").and_then(|it| it.field("get"));
    value
        .field("status")
        .is_ok_and(|it| it.as_number().is_some())
        && value.field("json").is_ok_and(|it| it.is_function())
        && get.is_ok_and(|it| it.is_function())
}

/// Reads the body. (gloo-net's own `json` brings serde_json along, 13 KB of the download, and its `text`
/// panics where the promise rejects with something that is no `Error`.)
async fn read_json(response: &web_sys::Response) -> Result<JsValue, JsValue> {
    settle(response.json()?.into()).await
}

fn options_of(request: &Request, body: &JsValue) -> RequestInit {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers.into_raw());
    init.set_body(body);
    init.set_credentials(match request.credentials {
        Credentials::Omit => RequestCredentials::Omit,
        Credentials::SameOrigin => RequestCredentials::SameOrigin,
        Credentials::Include => RequestCredentials::Include,
    });
    if request.referrer == Referrer::None {
        // The empty one is none. (`referrerPolicy` says the same, and brings the names of all policies along.)
        init.set_referrer("");
    }
    // `fetch` would carry the key, the token and the body along to the redirect's target. (`error` looks like a
    // missing network, and Cloudflare's Workers refuse it.)
    init.set_redirect(RequestRedirect::Manual);
    init
}

/// Ends its request when it is dropped. The request gets a signal of its own, not the caller's: WebKit's
/// `fetch` rejects with an `AbortError` of its own instead of the signal's reason.
struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    /// `None` where the browser has no `AbortController`.
    fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! An HTTP answer, read into the contract's terms.

use aurous_contract::answer::{Envelope, Head};
use aurous_contract::retry::parse_retry_after;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use crate::attempt::{Attempt, Interrupt, now_ms};
use crate::js;

/// An answer, and what of its body is of interest.
pub struct Answer {
    pub head: Head,
    pub body: JsValue,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        matches!(self.head.status, 200..=299)
    }
}

/// What of an answer stands outside its body.
pub fn head(status: u16, header: impl Fn(&str) -> Option<String>) -> Head {
    Head {
        status,
        request_id: header("aurous-request-id"),
        retry_after_ms: header("retry-after")
            .and_then(|value| parse_retry_after(&value, now_ms()))
            .map(|ms| ms as f64),
        from_gateway: header("aurous-gateway").is_some(),
    }
}

/// The head of an answer to `fetch`.
pub fn head_of(response: &Response) -> Head {
    let headers = response.headers();
    head(response.status(), |name| headers.get(name).ok().flatten())
}

/// The body, parsed by the browser; `undefined` where it is not JSON, or broke off. What the engine
/// says of that is dropped: it quotes the body.
pub async fn json(response: &Response, attempt: &Attempt) -> Result<JsValue, Interrupt> {
    let Ok(promise) = response.json() else {
        return Ok(JsValue::UNDEFINED);
    };
    match attempt.run(&promise).await {
        Err(Interrupt::Thrown(_)) => Ok(JsValue::UNDEFINED),
        result => result,
    }
}

/// The API's error envelope, where the body is one.
pub fn envelope(body: &JsValue) -> Option<Envelope> {
    let error = js::get(body, "error");
    let text = |name: &str| js::get_string(&error, name);
    error.is_object().then(|| Envelope {
        code: text("code"),
        error_type: text("type"),
        message: text("message"),
        param: text("param"),
        doc_url: text("doc_url"),
        request_id: text("request_id"),
    })
}

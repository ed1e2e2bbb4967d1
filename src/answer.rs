//! An HTTP answer, read into the contract's terms.

use aurous_contract::answer::{self, Envelope, Head, Unreadable};
use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::retry::parse_retry_after;
use js_sys::{Array, Date};
use wasm_bindgen::prelude::*;

use crate::client::Client;
use crate::platform::{get, get_string};
use crate::stop::Stop;
use crate::ticket;

/// What came back on a PUT to `url`: nothing to give.
pub fn of_put(answer: &JsValue, client: &Client, url: &str) -> Result<JsValue, Stop> {
    if get(answer, "isRedirected").as_bool() == Some(true) {
        let message = "The PUT was redirected to another URL, which is not where the ticket says. An upload host does not redirect: something in between did.";
        let mut failure = Failure::new(Code::UploadFailed, &[message]);
        failure.attempts = 1;
        return Err(failure.into());
    }
    let head = head(answer);
    if is_success(&head) {
        answer::put_accepted(client.through(), url, head)?;
        Ok(JsValue::UNDEFINED)
    } else {
        Err(answer::put_refused(head, envelope(&get(answer, "body"))).into())
    }
}

/// The JSON that came back on an API call.
pub fn of_post(answer: &JsValue, step: Step, client: &Client) -> Result<JsValue, Stop> {
    let (head, body) = (head(answer), get(answer, "body"));
    if !is_success(&head) {
        return Err(answer::refused(step, client.through(), head, envelope(&body)).into());
    }
    if is_documented(step, &body, &client.base).is_some() {
        return Ok(body);
    }
    let why = if body.is_undefined() {
        Unreadable::NoJson
    } else {
        Unreadable::WrongShape
    };
    Err(answer::unreadable(step, client.through(), head, why).into())
}

/// Whether an answer is what the API documents, as far as the SDK needs it.
fn is_documented(step: Step, body: &JsValue, base: &str) -> Option<()> {
    match step {
        Step::Init | Step::Put => ticket::minted(body, base).map(drop),
        Step::Classify => {
            UploadId::parse(&get_string(body, "upload_id")?)?;
            get_string(body, "pose")?;
            get(body, "confidence").as_f64().map(drop)
        }
        Step::Create => {
            CharacterId::parse(&get_string(body, "id")?)?;
            get_string(body, "status")?;
            Array::is_array(&get(body, "refs")).then_some(())
        }
    }
}

fn is_success(head: &Head) -> bool {
    matches!(head.status, 200..=299)
}

fn head(answer: &JsValue) -> Head {
    let retry_after = get_string(answer, "retryAfter");
    Head {
        status: get(answer, "status").as_f64().unwrap_or_default() as u16,
        request_id: get_string(answer, "requestId"),
        retry_after_ms: retry_after
            .and_then(|it| parse_retry_after(&it, Date::now() as u64))
            .map(|ms| ms as f64),
        from_gateway: get_string(answer, "gateway").is_some(),
    }
}

/// The API's error envelope, where the body is one.
fn envelope(body: &JsValue) -> Option<Envelope> {
    let error = get(body, "error");
    let text = |name| get_string(&error, name);
    error.is_object().then(|| Envelope {
        code: text("code"),
        error_type: text("type"),
        message: text("message"),
        param: text("param"),
        doc_url: text("doc_url"),
        request_id: text("request_id"),
    })
}

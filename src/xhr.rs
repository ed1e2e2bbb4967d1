//! The PUT over `XMLHttpRequest`: `fetch` tells nothing of an upload's progress.
//!
//! Its only header is the same one, and `withCredentials` stays false. On the page's own origin the
//! browser adds its cookies and the referrer all the same, and everywhere it follows redirects: nothing
//! turns that off. A gateway drops the former; a redirect is found out afterwards.

use aurous_contract::image::ContentType;
use js_sys::{Function, JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, Interrupt};
use crate::js::{self, XMLHttpRequest};
use crate::response::{self, Answer};

/// What `responseURL` says where the request went elsewhere.
pub struct Redirected;

/// `None` where there is no `XMLHttpRequest` here.
pub fn request() -> Option<XMLHttpRequest> {
    XMLHttpRequest::new().ok()
}

/// Sends the file. `on_sent` is called with the bytes sent so far, each time it is known.
pub async fn put_file(
    xhr: &XMLHttpRequest,
    url: &str,
    content_type: ContentType,
    file: &JsValue,
    attempt: &Attempt,
    on_sent: impl Fn(f64) + 'static,
) -> Result<Result<Answer, Redirected>, Interrupt> {
    let upload = js::get(xhr, "upload");
    let on_event = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        if let Some(loaded) = js::get(&event, "loaded").as_f64() {
            on_sent(loaded);
        }
    });
    // Whatever ended it: a load, an error, and in Safari an abort of its own making.
    let ended = Promise::new(&mut |resolve: Function, _| listen(xhr, "onloadend", &resolve));
    listen(&upload, "onprogress", on_event.as_ref());
    let sent = xhr
        .open("PUT", url)
        .and_then(|()| xhr.set_request_header("Content-Type", content_type.as_str()))
        .and_then(|()| xhr.send(file));
    let ended = match sent {
        Ok(()) => attempt.run(&ended).await,
        Err(thrown) => Err(Interrupt::Thrown(thrown)),
    };
    listen(&upload, "onprogress", &JsValue::NULL);
    listen(xhr, "onloadend", &JsValue::NULL);
    if let Err(interrupt) = ended {
        let _ = xhr.abort();
        return Err(interrupt);
    }
    let status = js::get(xhr, "status").as_f64().unwrap_or_default() as u16;
    if status == 0 {
        return Err(Interrupt::Thrown(JsValue::UNDEFINED));
    }
    let target = url.split('#').next();
    let went_to = js::get_string(xhr, "responseURL");
    if went_to.as_deref().is_some_and(|it| Some(it) != target) {
        return Ok(Err(Redirected));
    }
    // Not one by one: Chromium writes each header that it may not show into the console.
    let headers = xhr.get_all_response_headers().unwrap_or_default();
    let text = js::get_string(xhr, "responseText").unwrap_or_default();
    Ok(Ok(Answer {
        head: response::head(status, |name| header(&headers, name)),
        body: JSON::parse(&text).unwrap_or_default(),
    }))
}

fn listen(target: &JsValue, event: &str, listener: &JsValue) {
    let _ = Reflect::set(target, &event.into(), listener);
}

/// A header's value; names are in lower case there.
fn header(headers: &str, name: &str) -> Option<String> {
    let mut lines = headers.lines();
    lines.find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

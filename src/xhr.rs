//! Sends a PUT by `XMLHttpRequest`, since `fetch` does not report the progress of an upload.
//!
//! Its only header of its own is the same one, and `withCredentials` stays false. On the page's own origin
//! the browser adds its cookies and the referrer all the same, and everywhere it follows redirects: nothing
//! turns that off. A gateway drops the former; a redirect is found out afterwards.

use std::future::poll_fn;
use std::rc::Rc;

use aurous_flow::answer::{Answer, Head, header_of};
use aurous_flow::call::Event;
use aurous_flow::request::Request;
use js_sys::{Date, JSON};
use wasm_bindgen::prelude::*;
use web_sys::{ProgressEvent, XmlHttpRequest};

use crate::fetch::SendError;
use crate::listener::Listener;
use crate::slot::Slot;
use crate::value::Js;

/// Returns an `XMLHttpRequest`, where this request reports progress and the browser has one (a service worker
/// has none).
pub fn xhr_for(request: &Request) -> Option<XmlHttpRequest> {
    let xhr = request.reports_progress.then(XmlHttpRequest::new);
    xhr.and_then(Result::ok)
}

/// Sends a request, and reads its answer to the end. Leaves in `sent` how many bytes were sent.
pub async fn send(
    xhr: XmlHttpRequest,
    request: &Request,
    body: &JsValue,
    sent: &Rc<Slot<Event<Js>>>,
) -> Result<Answer<Js>, SendError> {
    let xhr = AbortOnDrop(xhr);
    let ended = xhr.start(request, body, sent).map_err(SendError::Failed)?;
    poll_fn(|context| ended.slot.poll_take(context)).await;
    xhr.answer(request)
}

/// Ends its request when it is dropped.
struct AbortOnDrop(XmlHttpRequest);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // A request that has ended already is left alone.
        let _ = self.0.abort();
    }
}

/// The end of a request, and the listeners for it and for its progress.
struct Ended {
    slot: Rc<Slot<()>>,
    _listeners: [Listener; 2],
}

impl AbortOnDrop {
    fn start(
        &self,
        request: &Request,
        body: &JsValue,
        sent: &Rc<Slot<Event<Js>>>,
    ) -> Result<Ended, JsValue> {
        let reported = Rc::clone(sent);
        let progress = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let event: &ProgressEvent = event.unchecked_ref();
            let (bytes, total) = (event.loaded(), event.total());
            reported.put(Event::Sent { bytes, total });
        });
        let slot = Rc::new(Slot::new());
        let ended = Rc::clone(&slot);
        let end = Closure::<dyn FnMut(JsValue)>::new(move |_| ended.put(()));
        let listeners = [
            Listener::add(&self.0.upload()?.into(), "progress", progress)?,
            // After `load`, `error`, and in Safari an `abort` of its own making.
            Listener::add(&self.0, "loadend", end)?,
        ];
        self.0.open(request.method.as_str(), &request.url)?;
        for (name, value) in &request.headers {
            self.0.set_request_header(name, value)?;
        }
        // The browser reports progress from here on.
        let (bytes, total) = (0.0, 0.0);
        sent.put(Event::Sent { bytes, total });
        self.0.send_with_opt_blob(Some(body.unchecked_ref()))?;
        Ok(Ended {
            slot,
            _listeners: listeners,
        })
    }

    fn answer(&self, request: &Request) -> Result<Answer<Js>, SendError> {
        let failed = |_| SendError::Failed(JsValue::UNDEFINED);
        let status = self.0.status().map_err(failed)?;
        if status == 0 {
            return Err(SendError::Failed(JsValue::UNDEFINED));
        }
        // All at once: Chromium logs each single header that it may not show.
        let lines = self.0.get_all_response_headers().map_err(failed)?;
        let header = |name: &str| header_of(&lines, name);
        let mut head = Head::read(status, &header, Date::parse, Date::now());
        head.is_redirected = request.is_redirected_to(&self.0.response_url());
        let text = if request.expected.is_in_body(&head) {
            self.0.response_text().ok().flatten()
        } else {
            None
        };
        let json = text.and_then(|it| JSON::parse(&it).ok()).map(Js);
        Ok(Answer::read(&request.expected, head, json))
    }
}

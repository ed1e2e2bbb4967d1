//! What a call waits for. Each job is a future that ends what it began when it is dropped; none of them knows
//! of signals or deadlines.

use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;

use aurous_contract::image::SNIFF_LENGTH;
use aurous_flow::call::Event;
use aurous_flow::request::{Body, Request};
use aurous_flow::value::Value;
use js_sys::{Array, Function, JSON, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::fetch::SendError;
use crate::listener::Listener;
use crate::output::object_of;
use crate::promise::settle;
use crate::slot::Slot;
use crate::value::{Js, is_array_buffer};
use crate::{fetch, surroundings, xhr};

#[wasm_bindgen]
extern "C" {
    /// A file, whatever its class. A `slice` that a page replaced may return anything.
    type Readable;

    #[wasm_bindgen(method, catch)]
    fn slice(this: &Readable, start: f64, end: f64) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/pkg-template/read-file.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readFile)]
    fn read_by_browser(file: &JsValue) -> Result<JsValue, JsValue>;
}

/// A job under way.
pub type Job = Pin<Box<dyn Future<Output = Done>>>;

/// A copy under way.
pub type CopyJob = Pin<Box<dyn Future<Output = (JsValue, Done)>>>;

/// How a job ended, and what was thrown, if anything was: the `cause` of an error.
pub struct Done {
    pub event: Event<Js>,
    pub thrown: JsValue,
}

impl Done {
    pub fn of(event: Event<Js>) -> Self {
        let thrown = JsValue::UNDEFINED;
        Self { event, thrown }
    }

    fn failed(event: Event<Js>, thrown: JsValue) -> Self {
        Self { event, thrown }
    }
}

/// Waits for the timer alone.
pub fn wait() -> Job {
    Box::pin(pending())
}

/// Waits until the browser reports that it is online.
pub fn wait_for_online() -> Job {
    wait_for(js_sys::global().into(), "online", Event::Online)
}

/// Waits until the page is visible, or hidden once more.
pub fn wait_for_visible() -> Job {
    let Js(document) = surroundings::global("document");
    wait_for(document, "visibilitychange", Event::Visible)
}

fn wait_for(target: JsValue, kind: &'static str, event: Event<Js>) -> Job {
    Box::pin(async move {
        let heard = Rc::new(Slot::new());
        let slot = Rc::clone(&heard);
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |_| slot.put(()));
        // A runtime without such events has the timer.
        let _listener = Listener::add(&target, kind, closure);
        poll_fn(|context| heard.poll_take(context)).await;
        Done::of(event)
    })
}

/// Reads bytes of the file.
pub fn read_file(file: JsValue, start: u64, length: usize) -> Job {
    Box::pin(async move {
        match read_part(&file, start as f64, length as f64).await {
            Ok(bytes) => Done::of(Event::FileBytes(bytes)),
            Err(thrown) => Done::failed(Event::FileUnreadable, thrown),
        }
    })
}

async fn read_part(file: &JsValue, start: f64, length: f64) -> Result<Vec<u8>, JsValue> {
    let part = file
        .unchecked_ref::<Readable>()
        .slice(start, start + length)?;
    let bytes = read_whole(&part).await?;
    // To Chromium, a file that was deleted before its first read is an empty one, until it is read whole.
    let bytes = if bytes.length() == 0 && start == 0.0 {
        read_whole(file).await?
    } else {
        bytes
    };
    Ok(bytes.subarray(0, length as u32).to_vec())
}

async fn read_whole(file: &JsValue) -> Result<Uint8Array, JsValue> {
    let bytes = settle(read_by_browser(file)?).await?;
    // `Uint8Array::new` throws where this is no buffer, and is bound without `catch`.
    if is_array_buffer(&bytes) {
        Ok(Uint8Array::new(&bytes))
    } else {
        Err(bytes)
    }
}

/// Copies the file into memory. Gives the file to use from then on: the copy, where there is one.
pub fn copy_file(file: JsValue) -> CopyJob {
    Box::pin(async move {
        match copy(&file).await {
            Ok((copy, first_bytes)) => {
                let size = copy.size();
                let done = Done::of(Event::Copied { first_bytes, size });
                (copy.into(), done)
            }
            Err(thrown) => (file, Done::failed(Event::CopyFailed, thrown)),
        }
    })
}

async fn copy(file: &JsValue) -> Result<(Blob, Vec<u8>), JsValue> {
    let bytes = read_whole(file).await?;
    let copy = Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?;
    let first_bytes = bytes.subarray(0, SNIFF_LENGTH as u32).to_vec();
    Ok((copy, first_bytes))
}

/// Calls the page's function for a session token.
pub fn ask_for_token(function: JsValue) -> Job {
    Box::pin(async move {
        let function: &Function = function.unchecked_ref();
        let token = match function.call0(&JsValue::UNDEFINED) {
            Ok(value) => settle(value).await,
            Err(thrown) => Err(thrown),
        };
        match token {
            Ok(token) => Done::of(Event::Token(token.as_string())),
            Err(thrown) => Done::failed(Event::TokenFailed, thrown),
        }
    })
}

/// Sends a request, and reads its answer to the end. With progress, leaves in `sent` how many bytes of the body
/// were sent: `XMLHttpRequest` reports that, `fetch` does not.
pub fn send(request: Box<Request>, file: JsValue, sent: Rc<Slot<Event<Js>>>) -> Job {
    Box::pin(async move {
        let body = match &request.body {
            Body::None => JsValue::UNDEFINED,
            Body::File => sendable(file).await,
            Body::InitUpload(record) => json_of(object_of(record)),
            Body::Classify(record) => json_of(object_of(record)),
            Body::Json(json) => json.into(),
        };
        let answer = match xhr::xhr_for(&request) {
            Some(xhr) => xhr::send(xhr, &request, &body, &sent).await,
            None => fetch::send(&request, &body).await,
        };
        match answer {
            Ok(answer) => Done::of(Event::Answered(answer)),
            Err(SendError::Failed(thrown)) => Done::failed(Event::ConnectionFailed, thrown),
            Err(SendError::Unsupported(name)) => Done::of(Event::Unsupported(name)),
        }
    })
}

/// Returns what `fetch` sends as the bytes of a file. To the `fetch` of Node, a file of jsdom's is none, and a text
/// would be sent in its place. No other file is without streams.
async fn sendable(file: JsValue) -> JsValue {
    let stream = Js(file.clone()).field("stream");
    if stream.is_ok_and(|it| it.is_function()) {
        return file;
    }
    read_whole(&file).await.map_or(file, JsValue::from)
}

fn json_of(object: JsValue) -> JsValue {
    // A record of ours holds texts alone.
    JSON::stringify(&object).map_or(JsValue::UNDEFINED, JsValue::from)
}

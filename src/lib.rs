//! The browser SDK for the Aurous Labs character API: the wasm side of the npm package `aurous-web`.
//!
//! A thin shell: it reads JavaScript values, reads a file's first bytes, fetches, sets timers and
//! listens to signals. What any of it *means* is decided in [`aurous_contract`], natively tested.
//! JavaScript users call these functions through the package's facade (`pkg-template/index.js`),
//! which loads the wasm on the first call; the types they see are in `pkg-template/index.d.ts`.
//!
//! Each export takes its own arguments, the call's options and the client's options (`undefined`: the
//! default client), and rejects with an `AurousError`, or with the signal's own reason where the
//! caller cancelled. Nothing here may panic: with `panic = "abort"` the promise would stay pending
//! for ever.
//!
//! | module | what it holds |
//! |---|---|
//! | `init_upload`, `put_file`, `classify`, `create_character` | one call each |
//! | `client`, `call_options` | the options, read and checked |
//! | `fields` | typed getters over JavaScript objects, naming the field they refuse |
//! | `upload` | the whole of init, PUT and classify, one call |
//! | `flights` | identical creates at the same time: one |
//! | `picked_file` | a `File` or `Blob`: its name, its first bytes |
//! | `call` | what the attempts of one call have in common; the waits between them |
//! | `api_call` | one API call |
//! | `attempt` | one attempt: our own abort signal, a timer, the caller's signal |
//! | `on_progress` | what a page is told of an upload |
//! | `request`, `response` | built with gloo-net, sent with `fetch`; an answer read into the contract's terms |
//! | `xhr` | the PUT whose progress is wanted |
//! | `ticket` | a ticket, as the API answers it and as a page hands it back |
//! | `json` | written by the browser; which field can't be |
//! | `url` | what is resolved against the page or the client's base |
//! | `stop` | why a call ends without a result, and what JavaScript sees of it |
//! | `js` | the bindings that web-sys and js-sys lack |

mod api_call;
mod attempt;
mod call;
mod call_options;
mod classify;
mod client;
mod create_character;
mod fields;
mod flights;
mod init_upload;
mod js;
mod json;
mod on_progress;
mod picked_file;
mod put_file;
mod request;
mod response;
mod stop;
mod ticket;
mod upload;
mod url;
mod xhr;

use std::pin::Pin;

use aurous_contract::failure::Step;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::stop::Stop;

/// The standard library's allocator costs 2.3 KB more of the download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Mints a ticket for one image. `source`: a `File` or `Blob`, or
/// `{ filename, extension, content_type }`. Resolves to the API's ticket, its `upload_url` absolute.
#[wasm_bindgen(js_name = initUpload)]
pub fn init_upload(source: JsValue, options: JsValue, client: JsValue) -> Promise {
    let prepared = init_upload::prepare(source, &options, &client);
    promise(Step::Init, async {
        let (call, source) = prepared?;
        let body = init_upload::body(&call, source).await?;
        call.post(&body).await
    })
}

/// PUTs a `File` or `Blob`, as it is, to `target`: a ticket, or its URL. Resolves to `undefined`.
#[wasm_bindgen(js_name = putFile)]
pub fn put_file(target: JsValue, file: JsValue, options: JsValue, client: JsValue) -> Promise {
    let prepared = put_file::prepare(&target, file, &options, &client);
    promise(Step::Put, async { prepared?.send().await })
}

/// Says what an uploaded picture shows. `upload`: an `upload_id`, or a ticket.
#[wasm_bindgen]
pub fn classify(upload: JsValue, options: JsValue, client: JsValue) -> Promise {
    let prepared = classify::prepare(&upload, &options, &client);
    promise(Step::Classify, async {
        let (call, body) = prepared?;
        call.post(&body).await
    })
}

/// Makes a character. `request`: the API's request body.
#[wasm_bindgen(js_name = createCharacter)]
pub fn create_character(request: JsValue, options: JsValue, client: JsValue) -> Promise {
    let prepared = create_character::prepare(&request, &options, &client);
    promise(Step::Create, async {
        let (call, body, given_key) = prepared?;
        flights::share(call, body, [client, given_key]).await
    })
}

/// Uploads one image: a ticket, the PUT and, if it is asked for, the classification. Resolves to
/// `{ ticket, image, classification }`.
#[wasm_bindgen]
pub fn upload(file: JsValue, options: JsValue, client: JsValue) -> Promise {
    let prepared = upload::prepare(file, &options, &client);
    promise(Step::Init, async { prepared?.run().await })
}

/// Boxed, so that the machinery of promises is compiled once and not for each call.
fn promise(step: Step, call: impl Future<Output = Result<JsValue, Stop>> + 'static) -> Promise {
    fn boxed(step: Step, call: Pin<Box<dyn Future<Output = Result<JsValue, Stop>>>>) -> Promise {
        future_to_promise(async move { call.await.map_err(|stop| stop.into_js(step)) })
    }
    boxed(step, Box::pin(call))
}

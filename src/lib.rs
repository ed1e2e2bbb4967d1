//! The browser SDK for the Aurous Labs character API: the wasm side of the npm package `aurous-web`.
//!
//! A thin shell: what a call does next is decided in [`aurous_contract::call`], natively tested, and the
//! browser does it (`pkg-template/host.js`). JavaScript users call these functions through the package's
//! facade (`pkg-template/sdk.js`), which loads the wasm on the first call; the types they see are in
//! `pkg-template/index.d.ts`.
//!
//! Each export takes its own arguments, the call's options and the client's options (`undefined`: the
//! default client), and rejects with an `AurousError`, or with the signal's own reason where the
//! caller cancelled. Nothing here may panic: with `panic = "abort"` the promise would stay pending
//! for ever.
//!
//! | module | what it holds |
//! |---|---|
//! | `run` | a call, from one action to the next |
//! | `host` | what JavaScript tells and does for us, as the contract asks for it |
//! | `request` | where requests go, and their headers |

mod host;
mod request;
mod run;

use aurous_contract::call::Task;
use js_sys::Promise;
#[cfg(target_arch = "wasm32")]
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};
use wasm_bindgen::prelude::*;

use crate::host::Host;
use crate::run::start;

/// The standard library's allocator costs 2.7 KB more of the download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    // SAFETY: wasm32-unknown-unknown without atomics has one thread, and this is built without.
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

/// Mints a ticket for one image. `source`: a `File` or `Blob`, or
/// `{ filename, extension, content_type }`. Resolves to the API's ticket, its `upload_url` absolute.
#[wasm_bindgen(js_name = initUpload)]
pub fn init_upload(source: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(
        Task::InitUpload,
        Host::new(&source, &source, &options, &client),
    )
}

/// PUTs a `File` or `Blob`, as it is, to `target`: a ticket, or its URL. Resolves to `undefined`.
#[wasm_bindgen(js_name = putFile)]
pub fn put_file(target: JsValue, file: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Task::PutFile, Host::new(&target, &file, &options, &client))
}

/// Says what an uploaded picture shows. `upload`: an `upload_id`, or a ticket.
#[wasm_bindgen]
pub fn classify(upload: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(
        Task::Classify,
        Host::new(&upload, &upload, &options, &client),
    )
}

/// Makes a character. `request`: the API's request body. Identical creates at the same time, of a button
/// that was clicked twice, are one, and each gets its result: whoever cancels stops waiting, and the
/// last one to do so ends it.
#[wasm_bindgen(js_name = createCharacter)]
pub fn create_character(request: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(
        Task::CreateCharacter,
        Host::new(&request, &request, &options, &client),
    )
}

/// Uploads one image: a ticket, the PUT and, if it is asked for, the classification. Resolves to
/// `{ ticket, image, classification }`.
#[wasm_bindgen]
pub fn upload(file: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Task::Upload, Host::new(&file, &file, &options, &client))
}

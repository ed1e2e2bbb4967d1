//! The browser SDK for the Aurous Labs character API: the wasm side of the npm package `aurous-web`.
//!
//! A thin shell around [`aurous_flow`]: each export reads its arguments into a typed task, and one loop
//! (the module `call`) carries out the actions of that task's state machine. JavaScript users call the exports
//! through the package's facade (`pkg-template/sdk.js`), which loads the wasm on the first call;
//! `pkg-template/index.d.ts` holds the types that they see.
//!
//! Each export takes its own arguments, the call's options and the client's options (`undefined`: the
//! default client). It rejects with an `AurousError`, or with the signal's own reason where the caller
//! cancelled.
//!
//! | module | holds |
//! |---|---|
//! | `call` | one call, from its arguments to its result |
//! | `job` | what a call waits for: the file, a token, an answer |
//! | `fetch`, `xhr` | the two ways to send a request |
//! | `shared_create` | identical creates at the same time, which are one |
//! | `cancellation`, `listener`, `timer`, `slot`, `promise` | events and promises as futures, cleaned up when dropped |
//! | `value` | JavaScript values, as the readers of `aurous_flow` see them |
//! | `output` | results and errors, as JavaScript sees them |
//! | `surroundings` | the clock, the network, the page |
//!
//! # Invariants
//!
//! - **Nothing here panics**: with `panic = "abort"` the promise would stay pending for ever. The lints of
//!   this crate's `Cargo.toml` forbid `unwrap`, `expect`, `panic` and indexing.
//! - **An import that may throw is bound with `catch`**: an exception that crosses an async export leaves its
//!   promise pending as well.
//! - **What a future began ends when it is dropped**: requests, timers and listeners.
//! - **Nothing is decided here**: a rule belongs into `aurous_flow`, where it is tested natively.

mod call;
mod cancellation;
mod fetch;
mod job;
mod listener;
mod output;
mod promise;
mod shared_create;
mod slot;
mod surroundings;
mod timer;
mod value;
mod xhr;

use aurous_flow::arguments::Task;
use aurous_flow::character_call::Operation;
use aurous_flow::failure::Step;
use js_sys::Promise;
#[cfg(target_arch = "wasm32")]
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};
use wasm_bindgen::prelude::*;

use crate::value::Js;

/// The standard library's allocator costs 2.7 KB more of the download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    // SAFETY: wasm32-unknown-unknown without atomics has one thread, and this is built without.
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

/// Mints a ticket for one image. `source` is a `File` or `Blob`, or
/// `{ filename, extension, content_type }`. Resolves to the API's ticket, its `upload_url` absolute.
#[wasm_bindgen(js_name = initUpload)]
pub fn init_upload(source: JsValue, options: JsValue, client: JsValue) -> Promise {
    let source = Js(source);
    call::start(Step::Init, &source, options, client, &|_, _| {
        Task::init_upload(&source)
    })
}

/// PUTs a `File` or `Blob`, as it is, to `target`: a ticket, or its URL. Resolves to `undefined`.
#[wasm_bindgen(js_name = putFile)]
pub fn put_file(target: JsValue, file: JsValue, options: JsValue, client: JsValue) -> Promise {
    let (target, file) = (Js(target), Js(file));
    call::start(Step::Put, &file, options, client, &|client, _| {
        Task::put_file(&target, &file, &client.root)
    })
}

/// Classifies an uploaded picture. `upload` is an `upload_id`, or a ticket. Resolves to the API's
/// classification.
#[wasm_bindgen]
pub fn classify(upload: JsValue, options: JsValue, client: JsValue) -> Promise {
    let upload = Js(upload);
    call::start(Step::Classify, &upload, options, client, &|_, _| {
        Task::classify(&upload)
    })
}

/// Makes a character. `request` is the API's request body. Identical creates at the same time, of a button
/// that was clicked twice, are one, and each gets its result.
#[wasm_bindgen(js_name = createCharacter)]
pub fn create_character(request: JsValue, options: JsValue, client: JsValue) -> Promise {
    let request = Js(request);
    call::start(Step::Create, &request, options, client, &|_, options| {
        Task::create_character(&request, options, surroundings::random_key)
    })
}

/// Gets a character. `character` is its id, or the character.
#[wasm_bindgen(js_name = getCharacter)]
pub fn get_character(character: JsValue, options: JsValue, client: JsValue) -> Promise {
    about_character(Operation::Get, character, options, client)
}

/// Gets a character until it is synthesized no more.
#[wasm_bindgen(js_name = waitForCharacter)]
pub fn wait_for_character(character: JsValue, options: JsValue, client: JsValue) -> Promise {
    let character = Js(character);
    call::start(
        Step::Character(Operation::Wait),
        &character,
        options,
        client,
        &|_, options| Task::wait_for_character(&character, options),
    )
}

/// Gets a page of the characters, the newest first. `query` may hold `limit` and `starting_after`.
#[wasm_bindgen(js_name = listCharacters)]
pub fn list_characters(query: JsValue, options: JsValue, client: JsValue) -> Promise {
    let query = Js(query);
    call::start(
        Step::Character(Operation::List),
        &query,
        options,
        client,
        &|_, _| Task::list_characters(&query),
    )
}

/// Changes a character's name, or replaces its attributes.
#[wasm_bindgen(js_name = updateCharacter)]
pub fn update_character(
    character: JsValue,
    request: JsValue,
    options: JsValue,
    client: JsValue,
) -> Promise {
    change_character(Operation::Update, character, request, options, client)
}

/// Deletes a character.
#[wasm_bindgen(js_name = deleteCharacter)]
pub fn delete_character(character: JsValue, options: JsValue, client: JsValue) -> Promise {
    about_character(Operation::Delete, character, options, client)
}

/// Ends the review of a character.
#[wasm_bindgen(js_name = saveCharacter)]
pub fn save_character(character: JsValue, options: JsValue, client: JsValue) -> Promise {
    about_character(Operation::Save, character, options, client)
}

/// Has one picture of a character made again. `request` is the API's request body.
#[wasm_bindgen(js_name = regenerateRef)]
pub fn regenerate_ref(
    character: JsValue,
    request: JsValue,
    options: JsValue,
    client: JsValue,
) -> Promise {
    change_character(Operation::Regenerate, character, request, options, client)
}

/// Has all pictures of a character made again. `request` is the API's request body, which may be left out.
#[wasm_bindgen(js_name = resynthesizeCharacter)]
pub fn resynthesize_character(
    character: JsValue,
    request: JsValue,
    options: JsValue,
    client: JsValue,
) -> Promise {
    change_character(Operation::Resynthesize, character, request, options, client)
}

fn about_character(
    operation: Operation,
    character: JsValue,
    options: JsValue,
    client: JsValue,
) -> Promise {
    let character = Js(character);
    call::start(
        Step::Character(operation),
        &character,
        options,
        client,
        &|_, _| Task::about_character(operation, &character),
    )
}

fn change_character(
    operation: Operation,
    character: JsValue,
    request: JsValue,
    options: JsValue,
    client: JsValue,
) -> Promise {
    let (character, request) = (Js(character), Js(request));
    call::start(
        Step::Character(operation),
        &character,
        options,
        client,
        &|_, options| {
            let random_key = surroundings::random_key;
            Task::change_character(operation, &character, &request, options, random_key)
        },
    )
}

/// Uploads one image: a ticket, the PUT and, if the options ask for it, the classification. Resolves to
/// `{ ticket, image, classification }`.
#[wasm_bindgen]
pub fn upload(file: JsValue, options: JsValue, client: JsValue) -> Promise {
    let file = Js(file);
    call::start(Step::Init, &file, options, client, &|_, options| {
        Task::upload(&file, options)
    })
}

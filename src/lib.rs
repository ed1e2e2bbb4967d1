//! The browser SDK for the Aurous Labs character API: the wasm side of the npm package `aurous-web`.
//!
//! A thin shell: it reads JavaScript values, builds requests, and has the browser do the rest
//! (`pkg-template/platform.js`). What any of it *means* is decided in [`aurous_contract`], natively
//! tested. JavaScript users call these functions through the package's facade (`pkg-template/sdk.js`),
//! which loads the wasm on the first call; the types they see are in `pkg-template/index.d.ts`.
//!
//! Each export takes its own arguments, the call's options and the client's options (`undefined`: the
//! default client), and rejects with an `AurousError`, or with the signal's own reason where the
//! caller cancelled. Nothing here may panic: with `panic = "abort"` the promise would stay pending
//! for ever.
//!
//! | module | what it holds |
//! |---|---|
//! | `call` | a call: its steps, each tried until it is taken |
//! | `watch` | what is told of a job under way: that its time is up, how much of a file was sent |
//! | `argument` | arguments and options, read and held against the contract's rules |
//! | `client`, `limits` | the options of a client, and those that its calls share |
//! | `init_upload`, `create_character` | what these are asked with |
//! | `picked_file` | a `File` or `Blob` |
//! | `ticket` | a ticket, as the API answers it and as a page hands it back |
//! | `request`, `answer` | built with gloo-net; read into the contract's terms |
//! | `platform` | what JavaScript does for us |
//! | `stop` | why a call ends without a result, and what JavaScript sees of it |

mod answer;
mod argument;
mod call;
mod client;
mod create_character;
mod init_upload;
mod limits;
mod picked_file;
mod platform;
mod request;
mod stop;
mod ticket;
mod watch;

use aurous_contract::failure::Step;
use aurous_contract::retry::LONGEST_WAIT_MS;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::call::{Call, Context, classify_body};
use crate::picked_file::PickedFile;
use crate::stop::Stop;

/// The standard library's allocator costs 2.3 KB more of the download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Mints a ticket for one image. `source`: a `File` or `Blob`, or
/// `{ filename, extension, content_type }`. Resolves to the API's ticket, its `upload_url` absolute.
#[wasm_bindgen(js_name = initUpload)]
pub fn init_upload(source: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Step::Init, || {
        let context = Context::read(&options, &client)?;
        let (file, body) = init_upload::read(source)?;
        let mut call = Call::new(&[Step::Init], context, file);
        call.body = body;
        Ok(call)
    })
}

/// PUTs a `File` or `Blob`, as it is, to `target`: a ticket, or its URL. Resolves to `undefined`.
#[wasm_bindgen(js_name = putFile)]
pub fn put_file(target: JsValue, file: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Step::Put, || {
        let context = Context::read(&options, &client)?;
        let target = ticket::read_target(&target, &context.client.base)?;
        let file = PickedFile::read(file, "file")?;
        let mut call = Call::new(&[Step::Put], context, Some(file));
        call.target = target;
        Ok(call)
    })
}

/// Says what an uploaded picture shows. `upload`: an `upload_id`, or a ticket.
#[wasm_bindgen]
pub fn classify(upload: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Step::Classify, || {
        let context = Context::read(&options, &client)?;
        let mut call = Call::new(&[Step::Classify], context, None);
        call.body = classify_body(&upload)?;
        Ok(call)
    })
}

/// Makes a character. `request`: the API's request body. Identical creates at the same time, of a button
/// that was clicked twice, are one, and each gets its result: whoever cancels stops waiting, and the
/// last one to do so ends it.
#[wasm_bindgen(js_name = createCharacter)]
pub fn create_character(request: JsValue, options: JsValue, client: JsValue) -> Promise {
    let shared = || {
        let mut context = Context::read(&options, &client)?;
        let upload_ids = create_character::check(&request)?;
        let body = argument::to_json(&request, "request")?;
        context.check_signal()?;
        let given_key = context.idempotency_key.clone();
        // Made before the first attempt, and the same on each: browsers re-send a POST by themselves
        // when a kept-alive connection dies, so even one attempt can reach the server twice.
        if given_key.is_undefined() {
            context.idempotency_key = platform::random_key().map_err(Stop::Rejected)?;
        }
        let flight = platform::flight(&client, &given_key, &body).map_err(Stop::Rejected)?;
        let signal = platform::get(&flight, "signal");
        let callers_signal = std::mem::replace(&mut context.signal, signal);
        if platform::get(&flight, "result").is_undefined() {
            let result = start(Step::Create, || {
                let mut call = Call::new(&[Step::Create], context, None);
                if upload_ids.is_empty() {
                    call.only_once();
                }
                call.upload_ids = upload_ids;
                call.body = body;
                Ok(call)
            });
            platform::depart(&flight, &result).map_err(Stop::Rejected)?;
        }
        let (none, forever) = (JsValue::UNDEFINED, LONGEST_WAIT_MS as f64);
        Ok(platform::perform(
            "join",
            &flight,
            &none,
            &callers_signal,
            forever,
            &none,
        ))
    };
    shared().unwrap_or_else(|stop: Stop| rejected(stop, Step::Create))
}

/// Uploads one image: a ticket, the PUT and, if it is asked for, the classification. Resolves to
/// `{ ticket, image, classification }`.
#[wasm_bindgen]
pub fn upload(file: JsValue, options: JsValue, client: JsValue) -> Promise {
    start(Step::Init, || {
        let context = Context::read(&options, &client)?;
        let file = PickedFile::read(file, "file")?;
        let steps: &[Step] = if context.classifies {
            &[Step::Init, Step::Put, Step::Classify]
        } else {
            &[Step::Init, Step::Put]
        };
        Ok(Call::new(steps, context, Some(file)))
    })
}

/// `step`: where it fails that fails before any.
fn start(step: Step, prepare: impl FnOnce() -> Result<Box<Call>, Stop>) -> Promise {
    fn run(step: Step, call: Box<Call>) -> Promise {
        future_to_promise(async move { call.run().await.map_err(|stop| stop.into_js(step)) })
    }
    match prepare() {
        Ok(call) => run(step, call),
        Err(stop) => rejected(stop, step),
    }
}

fn rejected(stop: Stop, step: Step) -> Promise {
    Promise::reject(&stop.into_js(step))
}

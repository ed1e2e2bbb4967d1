//! What JavaScript tells and does for us: `pkg-template/host.js`.
//!
//! None of it throws, unless it says so: an exception that crosses an async export leaves its promise
//! pending.

use aurous_contract::failure::{Failure, Step};
use aurous_contract::progress::Event;
use aurous_contract::world::{Type, World};
use js_sys::{Date, Math, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::Headers;

#[wasm_bindgen(module = "/pkg-template/host.js")]
extern "C" {
    /// All that belongs to one call and is JavaScript's.
    #[derive(Clone)]
    pub type Host;

    #[wasm_bindgen(constructor)]
    pub fn new(subject: &JsValue, file: &JsValue, options: &JsValue, client: &JsValue) -> Host;

    /// What the call is to come to.
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = type)]
    fn type_name(this: &Host, path: &str) -> String;

    #[wasm_bindgen(method, js_name = text)]
    fn get_text(this: &Host, path: &str) -> Option<String>;

    #[wasm_bindgen(method, js_name = number)]
    fn get_number(this: &Host, path: &str) -> f64;

    #[wasm_bindgen(method, js_name = resolveUrl)]
    fn put_url(this: &Host, url: &str, name: &str) -> bool;

    #[wasm_bindgen(method, getter, js_name = header)]
    fn first_bytes(this: &Host) -> Vec<u8>;

    /// The page's own headers, a copy.
    #[wasm_bindgen(method, js_name = newHeaders)]
    pub fn headers(this: &Host) -> Headers;

    /// Writes the first argument as the body, in JSON. Gives the path of the field that keeps it from
    /// that, or an empty text, where one does.
    #[wasm_bindgen(method, js_name = writeSubject)]
    pub fn write_subject(this: &Host) -> Option<String>;

    #[wasm_bindgen(method)]
    pub fn write(this: &Host, body: &JsValue);

    /// Makes `{ upload_id }` of the id at a path the body.
    #[wasm_bindgen(method, js_name = writeUploadId)]
    pub fn write_upload_id(this: &Host, path: &str);

    /// Makes the next request one to a path below the root, or without one a PUT to the target.
    #[wasm_bindgen(method)]
    pub fn request(this: &Host, path: &str, headers: &Headers);

    #[wasm_bindgen(method, js_name = tell)]
    fn call_listener(this: &Host, event: &JsValue);

    #[wasm_bindgen(method, js_name = keep)]
    fn keep_as(this: &Host, step: &str);

    /// Resolves to what happens next, or to nothing, when the caller cancels: then the call has come to that.
    #[wasm_bindgen(method)]
    pub fn perform(this: &Host, job: &str, amount: f64, ms: f64) -> Promise;

    /// Whether this create is not the same as one under way: then it has come to what that one comes to.
    #[wasm_bindgen(method)]
    pub fn board(this: &Host) -> bool;

    #[wasm_bindgen(method)]
    pub fn finish(this: &Host, image: &JsValue);

    #[wasm_bindgen(method, js_name = fail)]
    fn error(
        this: &Host,
        code: &str,
        kind: &str,
        message: &str,
        step: &str,
        param: Option<&str>,
        is_quoted: bool,
        status: u16,
        retry_after_ms: f64,
        retryable: bool,
        attempts: u32,
    );
}

// What `host.js` imports: wasm-bindgen puts beside it what is named in a `module`.

#[wasm_bindgen(module = "/pkg-template/aurous-error.js")]
extern "C" {
    #[allow(dead_code)]
    type AurousError;
}

#[wasm_bindgen(module = "/pkg-template/flights.js")]
extern "C" {
    #[allow(dead_code)]
    type Flights;
}

#[wasm_bindgen(module = "/pkg-template/send.js")]
extern "C" {
    #[allow(dead_code)]
    type Send;
}

impl Host {
    /// Rejects. `step`: where it fails that fails before any.
    pub fn fail(&self, failure: &Failure, step: Step) {
        self.error(
            &failure.code,
            failure.kind.as_str(),
            &failure.message,
            failure.step.unwrap_or(step).as_str(),
            failure.param.as_deref(),
            failure.is_quoted,
            failure.status.unwrap_or_default(),
            failure.retry_after_ms.unwrap_or(f64::NAN),
            failure.retryable,
            failure.attempts,
        );
    }
}

impl World for Host {
    fn type_of(&self, path: &str) -> Type {
        Type::named(&self.type_name(path))
    }

    fn text(&self, path: &str) -> Option<String> {
        self.get_text(path)
    }

    fn number(&self, path: &str) -> f64 {
        self.get_number(path)
    }

    fn resolve(&self, url: &str, name: &str) -> bool {
        self.put_url(url, name)
    }

    fn bytes(&self) -> Vec<u8> {
        self.first_bytes()
    }

    fn now_ms(&self) -> u64 {
        Date::now() as u64
    }

    fn random(&self) -> f64 {
        Math::random()
    }

    fn tell(&self, event: Event) {
        self.call_listener(&object(&event));
    }

    fn keep(&self, step: Step) {
        self.keep_as(step.as_str());
    }
}

/// A record of the contract's as an object.
pub fn object(record: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    // Texts, numbers and flags: what fails at none of them.
    record.serialize(&serializer).unwrap_or_default()
}

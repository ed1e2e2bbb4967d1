//! The bindings that web-sys and js-sys lack, or have in a form that can trap: everything here that
//! may throw is caught, since an exception that crosses an async export leaves its promise pending.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // gloo-net and web-sys bind `fetch` without `catch`, and gloo-net panics on an answer of
    // another realm's `Response`: a page may have wrapped or mocked `fetch` to do either.
    #[wasm_bindgen(catch)]
    pub fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;

    // A number in browsers, an object in Node.
    #[wasm_bindgen(js_name = setTimeout, catch)]
    pub fn set_timeout(callback: &Function, ms: u32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout, catch)]
    pub fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;

    // Not everywhere: what throws is ignored there.
    #[wasm_bindgen(js_name = reportError, catch)]
    pub fn report_error(error: &JsValue) -> Result<(), JsValue>;

    // Unlike `crypto.randomUUID`, there in insecure contexts too.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    pub fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;

    // The method may be overridden, or this a Blob of another realm: nothing is assumed of it.
    pub type BlobLike;

    #[wasm_bindgen(method, catch)]
    pub fn slice(this: &BlobLike, start: f64, end: f64) -> Result<BlobLike, JsValue>;

    #[wasm_bindgen(method, js_name = arrayBuffer, catch)]
    pub fn array_buffer(this: &BlobLike) -> Result<JsValue, JsValue>;

    pub type Blob;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(parts: &Array) -> Result<Blob, JsValue>;

    // Not in service workers and servers.
    #[derive(Clone)]
    pub type XMLHttpRequest;

    #[wasm_bindgen(constructor, catch)]
    pub fn new() -> Result<XMLHttpRequest, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn open(this: &XMLHttpRequest, method: &str, url: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = setRequestHeader, catch)]
    pub fn set_request_header(
        this: &XMLHttpRequest,
        name: &str,
        value: &str,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = getAllResponseHeaders, catch)]
    pub fn get_all_response_headers(this: &XMLHttpRequest) -> Result<String, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn send(this: &XMLHttpRequest, body: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn abort(this: &XMLHttpRequest) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/pkg-template/aurous-error.js")]
extern "C" {
    pub type AurousError;

    #[wasm_bindgen(constructor)]
    pub fn new(fields: &JsValue, cause: &JsValue) -> AurousError;
}

/// `object[name]`; `undefined` where that is not there, or throws.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// `object[name]` as a string.
pub fn get_string(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// What a message calls a value: its type, never its content.
pub fn describe(value: &JsValue) -> String {
    if value.is_null() {
        return "null".into();
    }
    if js_sys::Array::is_array(value) {
        return "an array".into();
    }
    match value.js_typeof().as_string().unwrap_or_default().as_str() {
        "undefined" => "undefined".into(),
        "object" => "an object".into(),
        other => ["a ", other].concat(),
    }
}

//! What JavaScript does for us: `pkg-template/platform.js`, and the error class.
//!
//! All are bound with `catch`, whether or not they can throw: an exception that crosses an async export
//! leaves its promise pending. (What is bound without it and takes and gives nothing but `JsValue`s, the
//! wasm imports from the module itself instead of from the glue, which the release build can't shorten.)

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/pkg-template/platform.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = describe)]
    fn try_describe(value: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn field(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn resolve(url: &str, base: Option<&str>) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn headers(init: &JsValue) -> Result<web_sys::Headers, JsValue>;

    #[wasm_bindgen(catch, js_name = isBrowser)]
    pub fn is_browser() -> Result<bool, JsValue>;

    #[wasm_bindgen(catch, js_name = isOffline)]
    pub fn is_offline() -> Result<bool, JsValue>;

    #[wasm_bindgen(catch, js_name = randomKey)]
    pub fn random_key() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn tell(listener: &JsValue, event: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_name = toJson)]
    pub fn to_json(value: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn flight(client: &JsValue, key: &JsValue, body: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn depart(flight: &JsValue, result: &Promise) -> Result<(), JsValue>;

    pub fn perform(
        job: &str,
        subject: &JsValue,
        detail: &JsValue,
        signal: &JsValue,
        ms: f64,
        look: &JsValue,
    ) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// The bytes of a `Uint8Array`. (js-sys' own way asserts, and so brings in the formatting of numbers.)
    #[wasm_bindgen(catch, js_namespace = Uint8Array, js_name = from)]
    pub fn bytes(array: &JsValue) -> Result<Vec<u8>, JsValue>;
}

#[wasm_bindgen(module = "/pkg-template/aurous-error.js")]
extern "C" {
    pub type AurousError;

    #[wasm_bindgen(constructor)]
    pub fn new(fields: &JsValue, cause: &JsValue) -> AurousError;
}

/// What a message calls a value: its type, never its content.
pub fn describe(value: &JsValue) -> String {
    let kind = try_describe(value).ok().and_then(|it| it.as_string());
    kind.unwrap_or_else(|| "an object".into()) // a proxy that was revoked
}

/// `object[name]`; `undefined` where that is not there, or throws.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    field(object, name).unwrap_or_default()
}

/// `object[name]` as a string.
pub fn get_string(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

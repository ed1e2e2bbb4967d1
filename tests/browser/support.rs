//! The gateway, the emulator, samples, and what else the tests share.

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/tests/browser/support.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn http(method: &str, url: &str, body: Option<String>) -> Result<JsValue, JsValue>;
    /// Evaluates a JavaScript expression.
    pub fn evaluate(expression: &str) -> JsValue;
    #[wasm_bindgen(js_name = takeBodies)]
    pub fn take_bodies() -> Vec<String>;
    #[wasm_bindgen(js_name = largeJpeg)]
    pub fn large_jpeg(size: u32) -> JsValue;
    #[wasm_bindgen(js_name = countedController)]
    pub fn counted_controller() -> JsValue;
    #[wasm_bindgen(js_name = fastClock)]
    pub fn fast_clock() -> JsValue;
    #[wasm_bindgen(js_name = realClock)]
    fn real_clock();
    #[wasm_bindgen(js_name = sayOnline)]
    pub fn say_online(online: Option<bool>);
    #[wasm_bindgen(js_name = loseRequests)]
    pub fn lose_requests(times: u32);
}

pub const FRONT_JPG: &[u8] = include_bytes!("../../samples/front.jpg");
pub const PORTRAIT_PNG: &[u8] = include_bytes!("../../samples/portrait.png");
pub const SIDE_WEBP: &[u8] = include_bytes!("../../samples/side.webp");
pub const PNG_NAMED_JPG: &[u8] = include_bytes!("../../samples/png-named.jpg");

pub const UNDEFINED: JsValue = JsValue::UNDEFINED;

/// The running emulator, with a gateway before it.
pub struct Emulator {
    addresses: JsValue,
}

impl Emulator {
    /// Returns the emulator as it was before any test.
    pub async fn fresh() -> Self {
        let Some(json) = option_env!("AUROUS_TEST_EMULATOR") else {
            panic!("no emulator: run these tests with `cargo xtask test`")
        };
        let emulator = Self {
            addresses: JSON::parse(json).unwrap(),
        };
        // An earlier test that failed may have changed these.
        real_clock();
        say_online(None);
        lose_requests(0);
        emulator.control("POST", "/reset", None).await;
        take_bodies();
        emulator
    }

    pub fn address(&self, name: &str) -> String {
        text(&self.addresses, name)
    }

    pub async fn control(&self, method: &str, path: &str, body: Option<String>) -> JsValue {
        http(method, &[&self.address("control"), path].concat(), body)
            .await
            .unwrap()
    }

    /// Returns a client as a page has it, with a gateway on another origin. Like the two below, it makes no
    /// retries: these have tests of their own.
    pub fn client(&self) -> JsValue {
        let Some(gateway) = option_env!("AUROUS_TEST_GATEWAY") else {
            panic!("no gateway: run these tests with `cargo xtask test`")
        };
        object(&[("baseUrl", gateway.into()), ("maxRetries", 0.into())])
    }

    /// Returns a client whose gateway is the emulator's open mode. It is for answers that no gateway gives,
    /// and for the headers that a browser sends, which the emulator logs.
    pub fn open_client(&self) -> JsValue {
        object(&[
            ("baseUrl", [&self.address("api"), "/aurous"].concat().into()),
            ("maxRetries", 0.into()),
        ])
    }

    /// Returns a client with a key, straight to the API.
    pub fn direct_client(&self) -> JsValue {
        object(&[
            ("baseUrl", self.address("api").into()),
            ("apiKey", self.address("key").into()),
            ("dangerouslyAllowBrowser", true.into()),
            ("maxRetries", 0.into()),
        ])
    }

    /// Scripts a fault for the next request of a step; `fault` is JSON.
    pub async fn fault(&self, step: &str, fault: &str) {
        let body = format!(r#"{{"match":{{"step":"{step}"}},"fault":{fault}}}"#);
        self.control("POST", "/faults", Some(body)).await;
    }

    pub async fn set(&self, settings: &str) {
        self.control("POST", "/config", Some(settings.to_owned()))
            .await;
    }

    /// Returns the requests that the emulator received, without the browser's own preflights.
    pub async fn log(&self) -> Vec<JsValue> {
        let log = self.control("GET", "/log", None).await;
        log.unchecked_into::<Array>()
            .iter()
            .filter(|it| text(it, "method") != "OPTIONS")
            .collect()
    }

    /// Waits until the emulator has received a request of a step.
    pub async fn seen(&self, step: &str) {
        while !self.log().await.iter().any(|it| text(it, "step") == step) {}
    }

    /// Waits until the client has gone away from every request of a step.
    pub async fn ended_by_client(&self, step: &str) {
        let has_gone =
            |it: &JsValue| field(it, "outcome").as_string().as_deref() == Some("client_gone");
        while !self
            .log()
            .await
            .iter()
            .filter(|it| text(it, "step") == step)
            .all(has_gone)
        {}
    }

    /// Returns a new ticket that `file` was PUT to.
    pub async fn uploaded(&self, file: &JsValue) -> JsValue {
        uploaded_with(file, self.client()).await
    }

    pub async fn ticket(&self, file: &JsValue) -> JsValue {
        ticket_with(file, self.client()).await
    }
}

pub async fn uploaded_with(file: &JsValue, client: JsValue) -> JsValue {
    let ticket = ticket_with(file, client.clone()).await;
    aurous_web::put_file(ticket.clone(), file.clone(), UNDEFINED, client)
        .await
        .unwrap();
    ticket
}

pub async fn ticket_with(file: &JsValue, client: JsValue) -> JsValue {
    aurous_web::init_upload(file.clone(), UNDEFINED, client)
        .await
        .unwrap()
}

pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

/// Returns `value` with another field.
pub fn with(value: JsValue, name: &str, field: impl Into<JsValue>) -> JsValue {
    Reflect::set(&value, &name.into(), &field.into()).unwrap();
    value
}

pub fn file(bytes: &[u8], name: &str) -> JsValue {
    let parts = Array::of1(&Uint8Array::from(bytes));
    web_sys::File::new_with_u8_array_sequence(&parts, name)
        .unwrap()
        .into()
}

pub fn blob(bytes: &[u8]) -> JsValue {
    let parts = Array::of1(&Uint8Array::from(bytes));
    web_sys::Blob::new_with_u8_array_sequence(&parts)
        .unwrap()
        .into()
}

pub fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

pub fn text(value: &JsValue, name: &str) -> String {
    field(value, name)
        .as_string()
        .unwrap_or_else(|| panic!("`{name}` is no string"))
}

pub fn number(value: &JsValue, name: &str) -> f64 {
    field(value, name)
        .as_f64()
        .unwrap_or_else(|| panic!("`{name}` is no number"))
}

/// Returns the value of a logged request's header.
pub fn header(request: &JsValue, name: &str) -> Option<String> {
    header_list(request)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

pub fn header_list(request: &JsValue) -> Vec<(String, String)> {
    let pairs = field(request, "headers").unchecked_into::<Array>();
    let pairs = pairs.iter().map(|pair| pair.unchecked_into::<Array>());
    pairs
        .map(|it| {
            (
                it.get(0).as_string().unwrap(),
                it.get(1).as_string().unwrap(),
            )
        })
        .collect()
}

/// Returns what a call rejected with, which must be an `AurousError`.
pub fn error<T>(result: Result<T, JsValue>) -> JsValue {
    let error = result.err().expect("the call succeeded");
    assert!(
        error.is_instance_of::<js_sys::Error>(),
        "no Error: {error:?}"
    );
    assert_eq!(text(&error, "name"), "AurousError", "{error:?}");
    assert!(!text(&error, "message").is_empty());
    error
}

/// Asserts the code of an error, and the field that it names.
#[track_caller]
pub fn assert_names<T>(result: Result<T, JsValue>, code: &str, param: &str) {
    let error = error(result);
    let found = (text(&error, "code"), field(&error, "param").as_string());
    assert_eq!(
        found,
        (code.into(), Some(param.into())),
        "{}",
        text(&error, "message")
    );
    assert_eq!(number(&error, "attempts"), 0.0);
}

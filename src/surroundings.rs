//! The clock, chance, the network and the page.

use aurous_flow::call::Moment;
use aurous_flow::client::{Place, Surroundings};
use aurous_flow::value::{Value, ValueKind};
use js_sys::{Date, Math};
use wasm_bindgen::prelude::*;

use crate::value::Js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn fill_with_random(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

/// Returns the circumstances of an event that happens now.
pub fn moment() -> Moment {
    let navigator = global("navigator");
    let online = navigator.field("onLine").ok().and_then(|it| it.as_flag());
    let workers = navigator.field("serviceWorker");
    let controller = workers.and_then(|it| it.field("controller"));
    Moment {
        now_ms: Date::now() as u64,
        random: Math::random(),
        is_offline: online == Some(false),
        is_hidden: text(&global("document"), "visibilityState").as_deref() == Some("hidden"),
        is_controlled: controller.is_ok_and(|it| !it.kind().is_missing()),
    }
}

/// Returns where the code runs, and what relative URLs start from there.
pub fn surroundings() -> Surroundings {
    let document = global("document");
    let location = global("location");
    let has = |value: &Js| value.kind() == ValueKind::Object;
    // Servers that borrow a worker's names have no location.
    let is_worker = global("WorkerGlobalScope").is_function() && has(&location);
    let page_url = text(&document, "baseURI").or_else(|| text(&location, "href"));
    Surroundings {
        place: if has(&document) || is_worker {
            Place::Browser
        } else {
            Place::Elsewhere
        },
        // Nothing is relative to a blob: URL, from which many bundlers start a worker.
        page_url: page_url.and_then(|url| match url.starts_with("blob:") {
            true => text(&location, "origin"),
            false => Some(url),
        }),
    }
}

/// Returns 128 random bits in hexadecimal. (`crypto.randomUUID` is missing in insecure contexts.)
pub fn random_key() -> String {
    let mut bytes = [0; 16];
    if fill_with_random(&mut bytes).is_err() {
        // A runtime without `crypto`: the key need only differ from the others of this visitor.
        for byte in &mut bytes {
            *byte = (Math::random() * 256.0) as u8;
        }
    }
    let mut key = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            key.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    key
}

/// Returns a field that is a text.
fn text(value: &Js, name: &str) -> Option<String> {
    value.field(name).ok().and_then(|it| it.as_text())
}

/// Returns a global of this name, `undefined` where there is none.
pub fn global(name: &str) -> Js {
    let global = Js(js_sys::global().into());
    global.field(name).unwrap_or(Js(JsValue::UNDEFINED))
}

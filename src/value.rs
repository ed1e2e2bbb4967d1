//! JavaScript values, as the readers of `aurous_flow` see them.

use std::ops::Deref;

use aurous_flow::url::Url;
use aurous_flow::value::{Value, ValueKind};
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Headers;

#[wasm_bindgen]
extern "C" {
    /// `js_sys::Object::to_string` calls the object's own `toString`, which may be missing or throw.
    #[wasm_bindgen(js_namespace = ["Object", "prototype", "toString"], js_name = call, catch)]
    fn describe(value: &JsValue) -> Result<String, JsValue>;
}

/// A JavaScript value that the page handed over, or that an answer holds.
#[derive(Clone)]
pub struct Js(pub JsValue);

impl Deref for Js {
    type Target = JsValue;

    fn deref(&self) -> &JsValue {
        &self.0
    }
}

impl Value for Js {
    fn kind(&self) -> ValueKind {
        if self.is_undefined() {
            ValueKind::Undefined
        } else if self.is_null() {
            ValueKind::Null
        } else if self.as_bool().is_some() {
            ValueKind::Boolean
        } else if self.as_f64().is_some() {
            ValueKind::Number
        } else if self.is_string() {
            ValueKind::Text
        } else if self.is_function() {
            ValueKind::Function
        } else if self.is_symbol() {
            ValueKind::Symbol
        } else if self.is_bigint() {
            ValueKind::BigInt
        } else {
            kind_of_object(&self.0)
        }
    }

    fn field(&self, name: &str) -> Result<Self, Self> {
        if self.is_object() || self.is_function() {
            Reflect::get(&self.0, &name.into()).map(Self).map_err(Self)
        } else {
            Ok(Self(JsValue::UNDEFINED))
        }
    }

    fn field_names(&self) -> Vec<String> {
        // `Object.keys` is bound without `catch`, and a proxy may throw.
        let keys = Reflect::own_keys(&self.0).unwrap_or_default();
        let mut names = Vec::new();
        for key in keys {
            // Symbols are no names.
            if let Some(name) = key.as_string() {
                names.push(name);
            }
        }
        names
    }

    fn as_text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn as_number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn as_flag(&self) -> Option<bool> {
        self.as_bool()
    }

    fn to_json(&self) -> Result<Option<String>, Self> {
        // Of a function, `JSON.stringify` makes `undefined`.
        let json = JSON::stringify(&self.0).map_err(Self)?;
        Ok(JsValue::from(json).as_string())
    }

    fn to_headers(&self) -> Option<Vec<(String, String)>> {
        let headers = Headers::new_with_str_sequence_sequence(&self.0).ok()?;
        let mut pairs = Vec::new();
        for pair in Array::from(&headers) {
            let part = |index| pair.unchecked_ref::<Array>().get(index).as_string();
            pairs.push((part(0)?, part(1)?));
        }
        Some(pairs)
    }

    fn parse_url(text: &str, base: Option<&str>) -> Option<Url> {
        let url = match base {
            Some(base) => web_sys::Url::new_with_base(text, base),
            None => web_sys::Url::new(text),
        };
        let url = url.ok()?;
        Some(Url {
            has_credentials: !url.username().is_empty() || !url.password().is_empty(),
            href: url.href(),
            hostname: url.hostname(),
        })
    }
}

/// Returns whether a value is an `ArrayBuffer`, of whatever realm.
pub fn is_array_buffer(value: &JsValue) -> bool {
    describe(value).is_ok_and(|it| it == "[object ArrayBuffer]")
}

/// Goes by the object's tag: `instanceof` does not know another realm's classes (an iframe's `File`, say). A
/// file without a tag, such as happy-dom's, is known by what it can do.
fn kind_of_object(object: &JsValue) -> ValueKind {
    match describe(object).as_deref() {
        Ok("[object Array]") => ValueKind::Array,
        Ok("[object File]") => ValueKind::File,
        Ok("[object Blob]") => ValueKind::Blob,
        Ok("[object URL]") => ValueKind::Url,
        Ok("[object AbortSignal]") => ValueKind::AbortSignal,
        _ if is_readable(object) => ValueKind::Blob,
        _ => ValueKind::Object,
    }
}

/// Returns whether a value can do what is asked of a file.
fn is_readable(object: &JsValue) -> bool {
    let can = |name: &str| {
        let method = Reflect::get(object, &name.into());
        method.is_ok_and(|it| it.is_function())
    };
    can("slice") && can("arrayBuffer")
}

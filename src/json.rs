//! JSON, written by the browser: fields that the SDK does not know go through as they are.

use aurous_contract::failure::Code;
use js_sys::{JSON, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::fields;
use crate::stop::Stop;

/// How deep a value is searched for the field that can't be written.
const SEARCH_DEPTH: u32 = 8;

/// A record of the contract's as an object.
pub fn object(record: &impl Serialize) -> Result<JsValue, serde_wasm_bindgen::Error> {
    record.serialize(&serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true))
}

/// A record of the contract's as JSON text, made of the argument `argument`.
pub fn of(value: &impl Serialize, argument: &str) -> Result<JsValue, Stop> {
    let value = object(value)
        .map_err(|cause| fields::unreadable(Code::InvalidArgument, argument, cause.into()))?;
    stringify(&value, argument)
}

/// `argument` as JSON text.
pub fn stringify(value: &JsValue, argument: &str) -> Result<JsValue, Stop> {
    match JSON::stringify(value) {
        Ok(text) if text.is_string() => Ok(text.into()),
        Ok(_) => Err(fields::unreadable(
            Code::InvalidArgument,
            argument,
            JsValue::UNDEFINED,
        )),
        Err(cause) => {
            let culprit = culprit(value, "", SEARCH_DEPTH).unwrap_or_else(|| argument.into());
            Err(fields::unreadable(Code::InvalidArgument, &culprit, cause))
        }
    }
}

/// The path of the innermost field that can't be written: its getter throws, or it is a BigInt or
/// part of a circle.
fn culprit(value: &JsValue, path: &str, depth: u32) -> Option<String> {
    let keys = if value.is_object() && depth > 0 {
        Object::keys::<JsValue>(value.unchecked_ref())
    } else {
        return None;
    };
    keys.iter().find_map(|key| {
        let name = key.as_string()?;
        let path = if path.is_empty() {
            name
        } else {
            [path, ".", &name].concat()
        };
        match Reflect::get(value, &key) {
            Ok(field) if JSON::stringify(&field).is_ok() => None,
            Ok(field) => culprit(&field, &path, depth - 1).or(Some(path)),
            Err(_) => Some(path),
        }
    })
}

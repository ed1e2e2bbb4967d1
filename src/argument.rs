//! Arguments and options, read from JavaScript and held against the contract's rules.
//!
//! By hand rather than by a derived `Deserialize`: that costs 12 KB of the download for its first
//! struct, and its messages do not name the field.

use aurous_contract::argument::{Field, OBJECT, Rule, Value};
use aurous_contract::concat;
use aurous_contract::failure::{Code, Failure};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::platform;
use crate::stop::Stop;

/// Holds the argument `name` against its rule.
pub fn check(rule: &Rule, name: &str, value: &JsValue) -> Result<(), Stop> {
    refused(rule.refusal(Code::InvalidArgument, name, &of(value)))
}

/// Says that the argument `name` is not what its rule wants.
pub fn refuse(rule: &Rule, name: &str, value: &JsValue) -> Stop {
    rule.refuse(Code::InvalidArgument, name, &of(value)).into()
}

/// The fields of `object` that are of interest, in their order; `undefined` where they are left out.
/// `path` stands before their names in messages.
pub fn fields<const N: usize>(
    object: &JsValue,
    path: &str,
    code: Code,
    rules: &[Field; N],
) -> Result<[JsValue; N], Stop> {
    let mut values = [const { JsValue::UNDEFINED }; N];
    read(object, path, code, rules, &mut values)?;
    Ok(values)
}

/// The same of an argument that may be left out.
pub fn options<const N: usize>(
    object: &JsValue,
    path: &str,
    code: Code,
    rules: &[Field; N],
) -> Result<[JsValue; N], Stop> {
    let value = of(object);
    if value.kind != "undefined" && value.kind != "null" {
        let name = if path.is_empty() { "options" } else { path };
        refused(OBJECT.refusal(code, name, &value))?;
    }
    fields(object, path, code, rules)
}

fn read(
    object: &JsValue,
    path: &str,
    code: Code,
    rules: &[Field],
    values: &mut [JsValue],
) -> Result<(), Stop> {
    for (rule, value) in rules.iter().zip(values) {
        let name = if path.is_empty() {
            rule.name
        } else {
            &concat(&[path, ".", rule.name])
        };
        *value = get(object, rule.name, code, name)?;
        refused(rule.refusal(code, name, &of(value)))?;
    }
    Ok(())
}

/// The field `key` of an object, which messages call `name`.
pub fn get(object: &JsValue, key: &str, code: Code, name: &str) -> Result<JsValue, Stop> {
    platform::field(object, key).map_err(|cause| unreadable(code, name, cause))
}

/// What a rule can tell of a value.
fn of(value: &JsValue) -> Value {
    let kind = platform::describe(value);
    let number = if kind == "an array" {
        platform::get(value, "length").as_f64()
    } else {
        value.as_f64()
    };
    Value {
        kind,
        text: value.as_string(),
        number,
    }
}

fn refused(refusal: Option<Box<Failure>>) -> Result<(), Stop> {
    match refusal {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

fn unreadable(code: Code, name: &str, cause: JsValue) -> Stop {
    let message = [
        "`",
        name,
        "` could not be read: it threw. Hand over plain values.",
    ];
    Stop::caused(Failure::new(code, &message).about(name), cause)
}

/// The argument `name` as JSON text, written by the browser, so that fields that we don't know pass
/// through.
pub fn to_json(value: &JsValue, name: &str) -> Result<JsValue, Stop> {
    platform::to_json(value).map_err(|thrown| {
        let path = platform::get_string(&thrown, "path");
        let cause = platform::get(&thrown, "cause");
        unreadable(
            Code::InvalidArgument,
            path.as_deref().unwrap_or(name),
            cause,
        )
    })
}

/// A record of the contract's as an object.
pub fn object(record: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    // Texts, numbers and flags: what fails at none of them.
    record.serialize(&serializer).unwrap_or_default()
}

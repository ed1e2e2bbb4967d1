//! The rules for a JSON body.
//!
//! The gateway parses a body and writes it again, so that the API reads exactly what was checked. If
//! it passed the text on, two parsers that disagree about a repeated key would open a way around the
//! check.

use std::fmt;
use std::num::NonZeroU64;

use aurous_contract::character::Attributes;
use aurous_contract::limits::{CLIENT_REFERENCE_ID_MAX_CHARS, UPLOAD_IDS_MAX};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::refusal::{Code, Refusal};

/// The deepest nesting. The API's own bodies have two levels.
const DEPTH_MAX: usize = 16;

/// The characters of an unknown key that a refusal quotes.
const KEY_QUOTED_MAX: usize = 40;

/// Parses a JSON object that has no keys at the top but the `allowed` ones.
///
/// # Errors
/// The text is not one JSON object, repeats a key at any depth, or has another key at the top.
pub(crate) fn parse_fields(bytes: &[u8], allowed: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let object = parse_object(bytes).map_err(|problem| {
        Refusal::new(
            Code::InvalidJson,
            format!("The body must be one JSON object: {problem}."),
        )
    })?;
    let unknown = object.keys().find(|key| !allowed.contains(&key.as_str()));
    match unknown {
        None => Ok(object),
        Some(key) => Err(field_refusal(&quoted_key(key), "is not a key of this call")),
    }
}

fn quoted_key(key: &str) -> String {
    key.escape_default().take(KEY_QUOTED_MAX).collect()
}

/// Parses one JSON object, at most 16 levels deep, with no key twice.
///
/// # Errors
/// Says what the text is instead, and quotes nothing of it.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    if bytes.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = StrictJson { levels: DEPTH_MAX }
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    match value {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(format!("it is {}", kind_of(&other))),
        Err(error) if error.is_eof() => Err("it ends too early".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Names the type of a value, for a message that must not quote the value.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads a field that must be a string.
///
/// # Errors
/// It is missing, or is not a string.
pub(crate) fn required_string<'a>(
    body: &'a Map<String, Value>,
    key: &str,
) -> Result<&'a str, Refusal> {
    match body.get(key) {
        None => Err(field_refusal(key, "is missing")),
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(not_a(key, "string", other)),
    }
}

/// Checks `client_reference_id`, where present.
///
/// # Errors
/// It is not a string, or is too long.
pub(crate) fn check_client_reference_id(body: &Map<String, Value>) -> Result<(), Refusal> {
    const KEY: &str = "client_reference_id";
    match body.get(KEY) {
        None => Ok(()),
        Some(Value::String(text)) => {
            let length = text.chars().count();
            if length <= CLIENT_REFERENCE_ID_MAX_CHARS {
                return Ok(());
            }
            let problem = format!(
                "must have at most {CLIENT_REFERENCE_ID_MAX_CHARS} characters; it has {length}"
            );
            Err(field_refusal(KEY, &problem))
        }
        Some(other) => Err(not_a(KEY, "string", other)),
    }
}

/// Removes `size` and returns it, where present.
///
/// # Errors
/// It is not a whole number of at least 1.
pub(crate) fn take_size(body: &mut Map<String, Value>) -> Result<Option<NonZeroU64>, Refusal> {
    let Some(size) = body.remove("size") else {
        return Ok(None);
    };
    match whole_number(&size).and_then(NonZeroU64::new) {
        Some(size) => Ok(Some(size)),
        None => Err(field_refusal(
            "size",
            "must be the bytes of the file, a whole number of at least 1",
        )),
    }
}

/// Returns a whole number, also where it is written as `5.0` or `5e3`: to JSON they are the same.
fn whole_number(value: &Value) -> Option<u64> {
    // Up to here an f64 is exact.
    const EXACT: f64 = (1_u64 << 53) as f64;
    let is_whole = |it: &f64| it.fract() == 0.0 && (0.0..=EXACT).contains(it);
    value
        .as_u64()
        .or_else(|| value.as_f64().filter(is_whole).map(|it| it as u64))
}

/// Reads `upload_ids`, where present.
///
/// # Errors
/// It is not a list of at most six strings.
pub(crate) fn read_upload_ids(body: &Map<String, Value>) -> Result<Option<Vec<&str>>, Refusal> {
    let Some(ids) = body.get("upload_ids") else {
        return Ok(None);
    };
    let Value::Array(ids) = ids else {
        return Err(not_a("upload_ids", "list", ids));
    };
    if ids.len() > UPLOAD_IDS_MAX {
        let problem = format!("must be 1 to {UPLOAD_IDS_MAX} ids; there are {}", ids.len());
        return Err(field_refusal("upload_ids", &problem));
    }
    let ids = ids.iter().enumerate().map(|(nth, id)| {
        id.as_str()
            .ok_or_else(|| not_a(&format!("upload_ids[{nth}]"), "string", id))
    });
    ids.collect::<Result<_, _>>().map(Some)
}

/// Reads `generate`, which is false where absent.
///
/// # Errors
/// It is neither true nor false.
pub(crate) fn read_generate(body: &Map<String, Value>) -> Result<bool, Refusal> {
    match body.get("generate") {
        None => Ok(false),
        Some(Value::Bool(generate)) => Ok(*generate),
        Some(other) => {
            let problem = format!("must be true or false; it is {}", kind_of(other));
            Err(field_refusal("generate", &problem))
        }
    }
}

/// Checks `attributes`, where present.
///
/// # Errors
/// They are not an object, or have a key that no character has.
pub(crate) fn check_attributes(body: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(attributes) = body.get("attributes") else {
        return Ok(());
    };
    let Value::Object(attributes) = attributes else {
        return Err(not_a("attributes", "object", attributes));
    };
    let is_known = |key: &&String| Attributes::KEYS.contains(&key.as_str());
    match attributes.keys().find(|key| !is_known(key)) {
        None => Ok(()),
        Some(key) => {
            let problem = format!("has the key `{}`, which no character has", quoted_key(key));
            Err(field_refusal("attributes", &problem))
        }
    }
}

/// Makes the refusal for a field of another type than it must have.
fn not_a(field: &str, kind: &str, value: &Value) -> Refusal {
    let article = if kind == "object" { "an" } else { "a" };
    let problem = format!("must be {article} {kind}; it is {}", kind_of(value));
    field_refusal(field, &problem)
}

/// Makes the refusal for a field. The message never quotes the field's value.
pub(crate) fn field_refusal(field: &str, problem: &str) -> Refusal {
    Refusal::new(Code::InvalidField, format!("`{field}` {problem}.")).with_param(field)
}

/// Reads any JSON that repeats no key and is not too deep. serde_json's own `Value` keeps the last of
/// two equal keys, and takes 128 levels.
struct StrictJson {
    levels: usize,
}

impl StrictJson {
    /// Returns the levels that are left below this one.
    fn levels_below<E: Error>(&self) -> Result<usize, E> {
        self.levels
            .checked_sub(1)
            .ok_or_else(|| E::custom("it has more than 16 levels"))
    }
}

impl<'de> DeserializeSeed<'de> for StrictJson {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictJson {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let levels = self.levels_below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(StrictJson { levels })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let levels = self.levels_below()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(StrictJson { levels })?;
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("it has a key twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;

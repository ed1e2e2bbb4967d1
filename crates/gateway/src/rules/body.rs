//! The rules for a JSON body.
//!
//! The gateway parses a body and writes it again, so that the API reads exactly what was checked. If
//! it passed the text on, two parsers that disagree about a repeated key would open a way around the
//! check.

use std::fmt;

use aurous_contract::character::Attributes;
use aurous_contract::limits::UPLOAD_IDS_MAX;
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
pub(crate) fn parse_object(bytes: &[u8], allowed: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = StrictJson { levels: DEPTH_MAX }
        .deserialize(&mut parser)
        .and_then(|value| parser.end().map(|()| value));
    let Ok(Value::Object(object)) = value else {
        return Err(Refusal::new(
            Code::InvalidJson,
            "The body must be one JSON object, at most 16 levels deep, with no key twice.",
        ));
    };
    let unknown = object.keys().find(|key| !allowed.contains(&key.as_str()));
    match unknown {
        None => Ok(object),
        Some(key) => {
            let quoted: String = key.escape_default().take(KEY_QUOTED_MAX).collect();
            Err(field_refusal(&quoted, "is not a key of this call"))
        }
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
    let value = body.get(key).and_then(Value::as_str);
    value.ok_or_else(|| field_refusal(key, "is required and must be a string"))
}

/// Reads `upload_ids`, where present.
///
/// # Errors
/// It is not a list of at most six strings.
pub(crate) fn read_upload_ids(body: &Map<String, Value>) -> Result<Option<Vec<&str>>, Refusal> {
    let Some(ids) = body.get("upload_ids") else {
        return Ok(None);
    };
    let ids = ids.as_array().filter(|ids| ids.len() <= UPLOAD_IDS_MAX);
    let ids = ids.and_then(|ids| ids.iter().map(Value::as_str).collect());
    match ids {
        Some(ids) => Ok(Some(ids)),
        None => Err(field_refusal(
            "upload_ids",
            "must be a list of one to six strings",
        )),
    }
}

/// Reads `generate`, which is false where absent.
///
/// # Errors
/// It is neither true nor false.
pub(crate) fn read_generate(body: &Map<String, Value>) -> Result<bool, Refusal> {
    match body.get("generate") {
        None => Ok(false),
        Some(Value::Bool(generate)) => Ok(*generate),
        Some(_) => Err(field_refusal("generate", "must be true or false")),
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
    let is_known = |key: &String| Attributes::KEYS.contains(&key.as_str());
    match attributes {
        Value::Object(attributes) if attributes.keys().all(is_known) => Ok(()),
        _ => Err(field_refusal(
            "attributes",
            "must be an object of a character's attributes and nothing else",
        )),
    }
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
            .ok_or_else(|| E::custom("too deep"))
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
                return Err(A::Error::custom("repeated key"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;

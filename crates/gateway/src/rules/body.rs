//! What a JSON body may hold.
//!
//! It is parsed and written anew, so that what the API reads is what was checked: two parsers that
//! disagree about a key that stands there twice are how a check is passed by.

use std::fmt;

use aurous_contract::character::Attributes;
use aurous_contract::limits::UPLOAD_IDS_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::refusal::{Code, Refusal};

/// Deepest nesting. The API's own bodies have two levels.
const DEPTH_MAX: usize = 16;

/// Longest part of an unknown key that is said back, in characters.
const KEY_SHOWN_MAX: usize = 40;

/// # Errors
/// It is not one JSON object, a key stands there twice, at whatever depth, or it has a key at the
/// top that is not `allowed`.
pub(crate) fn parse_object(bytes: &[u8], allowed: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { levels: DEPTH_MAX }
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
            let shown: String = key.escape_default().take(KEY_SHOWN_MAX).collect();
            Err(refuse(&shown, "is not a key of this call"))
        }
    }
}

/// # Errors
/// It is not there, or no string.
pub(crate) fn string<'a>(body: &'a Map<String, Value>, key: &str) -> Result<&'a str, Refusal> {
    let value = body.get(key).and_then(Value::as_str);
    value.ok_or_else(|| refuse(key, "must be there, and a string"))
}

/// # Errors
/// It is there, and no list of at most six strings.
pub(crate) fn upload_ids(body: &Map<String, Value>) -> Result<Option<Vec<&str>>, Refusal> {
    let Some(ids) = body.get("upload_ids") else {
        return Ok(None);
    };
    let ids = ids.as_array().filter(|ids| ids.len() <= UPLOAD_IDS_MAX);
    let ids = ids.and_then(|ids| ids.iter().map(Value::as_str).collect());
    match ids {
        Some(ids) => Ok(Some(ids)),
        None => Err(refuse("upload_ids", "must be a list of one to six strings")),
    }
}

/// # Errors
/// It is there, and neither true nor false.
pub(crate) fn generate(body: &Map<String, Value>) -> Result<bool, Refusal> {
    match body.get("generate") {
        None => Ok(false),
        Some(Value::Bool(generate)) => Ok(*generate),
        Some(_) => Err(refuse("generate", "must be true or false")),
    }
}

/// # Errors
/// They are there, and no object, or one with a key that no character has.
pub(crate) fn attributes(body: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(attributes) = body.get("attributes") else {
        return Ok(());
    };
    let is_known = |key: &String| Attributes::KEYS.contains(&key.as_str());
    match attributes {
        Value::Object(attributes) if attributes.keys().all(is_known) => Ok(()),
        _ => Err(refuse(
            "attributes",
            "must be an object of a character's attributes and nothing else",
        )),
    }
}

/// A field is wrong. Its value is not said back.
pub(crate) fn refuse(field: &str, what: &str) -> Refusal {
    Refusal::new(Code::InvalidField, format!("`{field}` {what}.")).about(field)
}

/// Reads any JSON, but no key twice and nothing too deep. serde_json's own `Value` takes the last
/// of two, and 128 levels.
struct Strict {
    levels: usize,
}

impl Strict {
    fn below<E: Error>(&self) -> Result<usize, E> {
        self.levels
            .checked_sub(1)
            .ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
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
        let levels = self.below()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict { levels })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let levels = self.below()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Strict { levels })?;
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;

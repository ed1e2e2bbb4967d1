use std::fmt;

use aurous_contract::character::Attributes;
use aurous_contract::limits::UPLOAD_IDS_MAX;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::refusal::{Code, Refusal};

const MAX_DEPTH: usize = 16;

pub(crate) fn parse_object(bytes: &[u8], allowed: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let invalid = || {
        Refusal::new(
            Code::InvalidJson,
            "The body must be one JSON object, without a key that stands there twice, at most 16 deep.",
        )
    };
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(MAX_DEPTH)
        .deserialize(&mut parser)
        .map_err(|_| invalid())?;
    parser.end().map_err(|_| invalid())?;
    let Value::Object(map) = value else {
        return Err(invalid());
    };
    if let Some(unknown) = map.keys().find(|key| !allowed.contains(&key.as_str())) {
        let name: String = unknown
            .chars()
            .filter(|it| it.is_ascii_graphic())
            .take(40)
            .collect();
        return Err(Refusal::new(
            Code::InvalidField,
            format!("The body has a key that this call does not take: `{name}`."),
        )
        .about(name));
    }
    Ok(map)
}

struct Strict(usize);
impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}
impl<'de> Visitor<'de> for Strict {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }
    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }
    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }
    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(it.into())
    }
    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(it.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let below = self
            .0
            .checked_sub(1)
            .ok_or_else(|| A::Error::custom("too deep"))?;
        let mut all = Vec::new();
        while let Some(it) = seq.next_element_seed(Strict(below))? {
            all.push(it);
        }
        Ok(Value::Array(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let below = self
            .0
            .checked_sub(1)
            .ok_or_else(|| A::Error::custom("too deep"))?;
        let mut all = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(Strict(below))?;
            if all.insert(key, value).is_some() {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(Value::Object(all))
    }
}

fn wrong(field: &str, must: &str) -> Refusal {
    Refusal::new(Code::InvalidField, format!("`{field}` {must}.")).about(field)
}
pub(crate) fn string<'a>(map: &'a Map<String, Value>, field: &str) -> Result<&'a str, Refusal> {
    map.get(field)
        .and_then(Value::as_str)
        .ok_or_else(|| wrong(field, "must be there, as a string"))
}
pub(crate) fn upload_ids(map: &Map<String, Value>) -> Result<Vec<&str>, Refusal> {
    let refuse = || wrong("upload_ids", "must be a list of at most 6 strings");
    let ids = map
        .get("upload_ids")
        .and_then(Value::as_array)
        .ok_or_else(refuse)?;
    if ids.len() > UPLOAD_IDS_MAX {
        return Err(refuse());
    }
    ids.iter()
        .map(|id| id.as_str().ok_or_else(refuse))
        .collect()
}
pub(crate) fn generate(map: &Map<String, Value>) -> Result<bool, Refusal> {
    match map.get("generate") {
        None => Ok(false),
        Some(Value::Bool(it)) => Ok(*it),
        Some(_) => Err(wrong("generate", "must be true or false")),
    }
}
pub(crate) fn attributes(map: &Map<String, Value>) -> Result<(), Refusal> {
    match map.get("attributes") {
        None => Ok(()),
        Some(Value::Object(it)) => match it
            .keys()
            .find(|key| !Attributes::KEYS.contains(&key.as_str()))
        {
            None => Ok(()),
            Some(_) => Err(wrong("attributes", "has a key that no character has")),
        },
        Some(_) => Err(wrong("attributes", "must be an object")),
    }
}

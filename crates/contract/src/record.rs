//! Serialises the records that the SDK hands to JavaScript, or sends: as maps, field by field.
//!
//! Derived implementations would add 2 KB to the download: each record would bring its own code, and
//! serde-wasm-bindgen keeps the names of structs' fields in a `HashMap`.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue<'a> {
    Text(&'a str),
    Number(f64),
    Flag(bool),
    /// `undefined` in JavaScript, nothing in JSON.
    Missing,
}

/// A record, as the fields that JavaScript sees.
pub trait Record {
    /// Returns the names and values of the fields.
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)>;
}

/// Serialises a record as a map.
#[derive(Clone, Copy)]
pub struct AsMap<'a>(pub &'a dyn Record);

impl Serialize for AsMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.0.fields();
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in fields {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Missing => serializer.serialize_unit(),
        }
    }
}

impl<'a> From<Option<&'a str>> for FieldValue<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Missing, Self::Text)
    }
}

impl From<Option<f64>> for FieldValue<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Missing, Self::Number)
    }
}

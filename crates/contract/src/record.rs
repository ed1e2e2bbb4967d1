//! How the records that the SDK makes are serialised: field by field, as maps.
//!
//! Derived, each field costs the page code of its own, and the names of structs' fields and of variants
//! go through a cache of serde-wasm-bindgen's: 2 KB of the download together.

use serde::ser::{Serialize, SerializeMap, Serializer};

pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(f64),
}

pub(crate) fn serialize<S: Serializer>(
    fields: &[(&str, Value<'_>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for (name, value) in fields {
        map.serialize_entry(name, value)?;
    }
    map.end()
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_f64(*number),
        }
    }
}

/// Implements `Serialize` by a list of fields.
macro_rules! serialize_record {
    ($name:ty, $it:ident => [$($field:expr),+ $(,)?]) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $it = self;
                $crate::record::serialize(&[$($field),+], serializer)
            }
        }
    };
}

pub(crate) use serialize_record;

//! A `File` or `Blob` that a page hands over. Only its first bytes enter wasm memory.

use aurous_contract::argument::{FILE, FILE_FIELDS};
use aurous_contract::failure::Code;
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::stop::Stop;

pub struct PickedFile {
    pub blob: JsValue,
    /// Empty for a Blob.
    pub name: String,
    /// In bytes.
    pub size: f64,
}

impl PickedFile {
    /// Reads the argument `argument`.
    pub fn read(blob: JsValue, argument: &str) -> Result<Self, Stop> {
        argument::check(&FILE, argument, &blob)?;
        let fields = argument::fields(&blob, argument, Code::InvalidArgument, &FILE_FIELDS)?;
        let [name, size] = &fields;
        Ok(Self {
            blob,
            name: name.as_string().unwrap_or_default(),
            size: size.as_f64().unwrap_or_default(),
        })
    }
}

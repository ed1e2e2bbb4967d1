//! A `File` or `Blob` that a page hands over. Only its first bytes enter wasm memory.

use aurous_contract::failure::Code;
use aurous_contract::image::{self, ImageFormat, SNIFF_LENGTH, sniff};
use js_sys::{Array, Promise, Reflect, Symbol, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::attempt::{Attempt, Interrupt};
use crate::fields::Fields;
use crate::js::{self, BlobLike};
use crate::stop::Stop;

pub struct PickedFile {
    pub blob: JsValue,
    /// Empty for a Blob.
    pub name: String,
    /// In bytes.
    pub size: f64,
}

/// Whether a value is a `File` or `Blob`, of whichever realm: `instanceof` knows only this one's.
pub fn is_blob(value: &JsValue) -> bool {
    value.is_object()
        && Reflect::get(value, &Symbol::to_string_tag())
            .ok()
            .and_then(|tag| tag.as_string())
            .is_some_and(|tag| tag == "File" || tag == "Blob")
}

impl PickedFile {
    /// Reads the argument `field`.
    pub fn read(value: JsValue, field: &'static str) -> Result<Self, Stop> {
        if !is_blob(&value) {
            let found = js::describe(&value);
            return Err(Stop::field(
                Code::InvalidArgument,
                field,
                "must be a File or a Blob",
                &found,
            ));
        }
        let fields = Fields::of(&value, field, Code::InvalidArgument);
        let name = fields.string("name")?.unwrap_or_default();
        let size = fields.get("size")?;
        let size = size
            .as_f64()
            .ok_or_else(|| fields.refuse("size", "must be a number", &size))?;
        Ok(Self {
            blob: value,
            name,
            size,
        })
    }

    /// What the file's bytes say it is.
    pub async fn format(&self, attempt: &Attempt) -> Result<ImageFormat, Stop> {
        let header = self.first_bytes(SNIFF_LENGTH, attempt).await?;
        // To Chromium, a file that was deleted before its first read is an empty one, until it is read
        // whole.
        if header.is_empty() && self.size == 0.0 {
            self.read_all(self.as_blob().array_buffer(), attempt)
                .await?;
        }
        sniff(&header).map_err(|kind| image::unsupported(&self.name, kind).into())
    }

    /// The same file, its bytes held in the page's memory: what becomes of it on disk no longer matters.
    pub async fn snapshot(self, attempt: &Attempt) -> Result<Self, Stop> {
        let bytes = self.as_blob().array_buffer();
        let bytes = self.settled(bytes, attempt).await?;
        let size = js::get(&bytes, "byteLength").as_f64().unwrap_or_default();
        let copy = js::Blob::new(&Array::of1(&bytes)).map_err(|cause| self.unreadable(cause))?;
        Ok(Self {
            blob: copy.into(),
            size,
            ..self
        })
    }

    /// Whether the file can't be read any more: it changed or vanished after it was picked. To `fetch`
    /// that looks like a failed connection.
    pub async fn check_readable(&self, attempt: &Attempt) -> Result<(), Stop> {
        self.first_bytes(1, attempt).await.map(drop)
    }

    async fn first_bytes(&self, length: usize, attempt: &Attempt) -> Result<Vec<u8>, Stop> {
        let header = self.as_blob().slice(0.0, length as f64);
        self.read_all(header.and_then(|header| header.array_buffer()), attempt)
            .await
    }

    async fn read_all(
        &self,
        array_buffer: Result<JsValue, JsValue>,
        attempt: &Attempt,
    ) -> Result<Vec<u8>, Stop> {
        let buffer = self.settled(array_buffer, attempt).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    async fn settled(
        &self,
        array_buffer: Result<JsValue, JsValue>,
        attempt: &Attempt,
    ) -> Result<JsValue, Stop> {
        let promise = array_buffer.map_err(|cause| self.unreadable(cause))?;
        match attempt.run(&Promise::resolve(&promise)).await {
            Ok(buffer) => Ok(buffer),
            Err(Interrupt::Cancelled(stop)) => Err(stop),
            Err(Interrupt::TimedOut(_)) => Err(self.unreadable(JsValue::UNDEFINED)),
            Err(Interrupt::Thrown(cause)) => Err(self.unreadable(cause)),
        }
    }

    fn as_blob(&self) -> &BlobLike {
        self.blob.unchecked_ref()
    }

    fn unreadable(&self, cause: JsValue) -> Stop {
        Stop::caused(image::unreadable(&self.name), cause)
    }
}

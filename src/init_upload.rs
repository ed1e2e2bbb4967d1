//! The request of `initUpload`: a file, or what is known of it.

use aurous_contract::argument::{FILE, SOURCE, SOURCE_FIELDS};
use aurous_contract::failure::Code;
use aurous_contract::filename::Filename;
use aurous_contract::image::{self, ContentType, Extension, ImageFormat};
use aurous_contract::upload::InitUploadRequest;
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::picked_file::PickedFile;
use crate::stop::Stop;

/// A file, or the request's body for one that isn't at hand.
pub fn read(source: JsValue) -> Result<(Option<PickedFile>, JsValue), Stop> {
    argument::check(&SOURCE, "source", &source)?;
    if argument::check(&FILE, "source", &source).is_ok() {
        let file = PickedFile::read(source, "source")?;
        return Ok((Some(file), JsValue::UNDEFINED));
    }
    let code = Code::InvalidArgument;
    let fields = argument::fields(&source, "source", code, &SOURCE_FIELDS)?;
    let [_, extension, content_type] = &fields;
    let extension = extension.as_string();
    let content_type = content_type.as_string();
    if let (Some(extension), Some(content_type)) = (
        extension.as_deref().and_then(Extension::parse),
        content_type.as_deref().and_then(ContentType::parse),
    ) && extension.format() != content_type.format()
    {
        return Err(image::contradictory(extension, content_type).into());
    }
    // Fields that we don't know pass through.
    Ok((None, argument::to_json(&source, "source")?))
}

/// The body for a file. The type that is sent is that of the bytes: name and `type` are guesses.
pub fn describe(file: &PickedFile, format: ImageFormat) -> Result<JsValue, Stop> {
    let request = InitUploadRequest {
        filename: Filename::for_upload(&file.name, format),
        extension: format.extension(),
        content_type: format.content_type(),
    };
    argument::to_json(&argument::object(&request), "source")
}

//! `initUpload`: a file, or what is known of it, becomes a ticket.

use aurous_contract::failure::{Code, Step};
use aurous_contract::filename::{Filename, FilenameError};
use aurous_contract::image::{ContentType, Extension, ImageFormat};
use aurous_contract::upload::InitUploadRequest;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use std::rc::Rc;

use crate::api_call::{ApiCall, Route};
use crate::call_options::{self, Context};
use crate::fields::{self, Fields};
use crate::js;
use crate::json;
use crate::picked_file::{self, PickedFile};
use crate::stop::Stop;
use crate::ticket;

pub static ROUTE: Route = Route {
    step: Step::Init,
    path: "/v1/characters/uploads/init",
    accept: |answer, base| {
        let url = ticket::resolved_url(answer, base)?;
        Reflect::set(answer, &"upload_url".into(), &url.into()).ok()?;
        ticket::minted(answer);
        Some(())
    },
};

/// What a ticket is asked for with.
pub enum Source {
    File(PickedFile),
    /// What is known of a file that isn't at hand, as JSON text.
    Description(JsValue),
}

pub fn prepare(
    source: JsValue,
    options: &JsValue,
    client: &JsValue,
) -> Result<(Box<ApiCall>, Source), Stop> {
    let context = Context::read(&call_options::read(options)?, client)?;
    let call = ApiCall::new(&ROUTE, Rc::new(context));
    let source = if picked_file::is_blob(&source) {
        Source::File(PickedFile::read(source, "source")?)
    } else if fields::is_plain_object(&source) {
        check(&Fields::of(&source, "source", Code::InvalidArgument))?;
        Source::Description(json::stringify(&source, "source")?)
    } else {
        let must = "must be a File, a Blob, or { filename, extension, content_type }";
        return Err(Stop::field(
            Code::InvalidArgument,
            "source",
            must,
            &js::describe(&source),
        ));
    };
    Ok((call, source))
}

/// The request's body. For a file, the type that is sent is that of the bytes: name and `type` are
/// guesses.
pub async fn body(call: &ApiCall, source: Source) -> Result<JsValue, Stop> {
    let file = match source {
        Source::Description(json) => return Ok(json),
        Source::File(file) => file,
    };
    let format = file.format(&call.attempt()?).await?;
    describe(&file, format)
}

/// What a ticket for this file is asked for with.
pub fn describe(file: &PickedFile, format: ImageFormat) -> Result<JsValue, Stop> {
    let request = InitUploadRequest {
        filename: Filename::for_upload(&file.name, format),
        extension: format.extension(),
        content_type: format.content_type(),
    };
    json::of(&request, "source")
}

/// Checks the fields that the API documents; others pass through.
fn check(source: &Fields<'_>) -> Result<(), Stop> {
    let filename = source.required_string("filename")?;
    if let Err(error) = Filename::parse(&filename) {
        let found = match error {
            FilenameError::Empty => "empty".into(),
            FilenameError::TooLong { chars } => [&chars.to_string(), " characters long"].concat(),
        };
        return Err(Stop::field(
            Code::ValueOutOfRange,
            &source.name("filename"),
            "must have 1 to 120 characters",
            &found,
        ));
    }
    let extension = Extension::parse(&source.required_string("extension")?).ok_or_else(|| {
        source.refuse_as(
            "extension",
            "must be \"jpg\", \"jpeg\", \"png\" or \"webp\"",
            "another string",
        )
    })?;
    let content_type =
        ContentType::parse(&source.required_string("content_type")?).ok_or_else(|| {
            source.refuse_as(
                "content_type",
                "must be \"image/jpeg\", \"image/png\" or \"image/webp\"",
                "another string",
            )
        })?;
    if extension.format() != content_type.format() {
        let message = [
            "`source.extension` is ",
            extension.as_str(),
            ", but `source.content_type` is ",
            content_type.as_str(),
            ": they must agree.",
        ];
        return Err(Stop::about(
            Code::ParameterInvalidCombination,
            "source.content_type",
            &message.concat(),
        ));
    }
    Ok(())
}

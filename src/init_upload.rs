//! `initUpload`: a file, or what is known of it, becomes a ticket.

use aurous_contract::failure::{Code, Failure, Step};
use aurous_contract::filename::{Filename, FilenameError};
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::upload::InitUploadRequest;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use crate::api_call::ApiCall;
use crate::call_options;
use crate::fields::{self, Fields};
use crate::js;
use crate::json;
use crate::picked_file::{self, PickedFile};
use crate::stop::Stop;
use crate::ticket;

pub async fn run(source: JsValue, options: JsValue, client: JsValue) -> Result<JsValue, Stop> {
    let call = ApiCall::read(Step::Init, &call_options::read(&options)?, &client)?;
    let body = if picked_file::is_blob(&source) {
        describe(PickedFile::read(source, "source")?, &call).await?
    } else if fields::is_plain_object(&source) {
        check(&Fields::of(&source, "source", Code::InvalidArgument))?;
        json::stringify(&source, "source")?
    } else {
        let must = "must be a File, a Blob, or { filename, extension, content_type }";
        return Err(Failure::field(
            Code::InvalidArgument,
            "source",
            must,
            &js::describe(&source),
        )
        .into());
    };
    call.post("/v1/characters/uploads/init", &body, None, &|answer| {
        let url = ticket::resolved_url(answer, &call.client.base)?;
        Reflect::set(answer, &"upload_url".into(), &url.into())
            .ok()
            .map(drop)
    })
    .await
}

/// The request for a file. The type that is sent is that of the bytes: name and `type` are guesses.
async fn describe(file: PickedFile, call: &ApiCall) -> Result<JsValue, Stop> {
    let format = file.format(&call.attempt()?).await?;
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
        return Err(Failure::field(
            Code::ValueOutOfRange,
            &source.name("filename"),
            "must have 1 to 120 characters",
            &found,
        )
        .into());
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
        return Err(
            Failure::new(Code::ParameterInvalidCombination, message.concat())
                .about("source.content_type")
                .into(),
        );
    }
    Ok(())
}

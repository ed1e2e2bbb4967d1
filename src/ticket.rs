//! A ticket: as the API answers it, as a page hands it back, and what became of it.

use std::cell::RefCell;

use aurous_contract::failure::Code;
use aurous_contract::id::UploadId;
use aurous_contract::image::ContentType;
use aurous_contract::tickets::Tickets;
use wasm_bindgen::prelude::*;

use crate::attempt::now_ms;
use crate::fields::{self, Fields};
use crate::js;
use crate::stop::Stop;
use crate::url;

thread_local! {
    /// Of all clients of this page: no two have a ticket in common.
    static TICKETS: RefCell<Tickets> = RefCell::default();
}

/// A ticket was minted.
pub fn minted(answer: &JsValue) {
    let text = |name| js::get_string(answer, name).unwrap_or_default();
    let (id, url) = (text("upload_id"), text("upload_url"));
    TICKETS.with_borrow_mut(|it| it.minted(&id, &url, now_ms()));
}

/// A PUT to this URL succeeded.
pub fn filled(upload_url: &str) {
    TICKETS.with_borrow_mut(|it| it.filled(upload_url));
}

/// A character was made of these uploads.
pub fn spent(upload_ids: &[String]) {
    TICKETS.with_borrow_mut(|it| it.spent(upload_ids.iter().map(String::as_str)));
}

/// Whether a create of these uploads can't be refused for them, as far as is known here.
pub fn are_filled_and_unspent(upload_ids: &[String]) -> bool {
    let ids = upload_ids.iter().map(String::as_str);
    TICKETS.with_borrow(|it| !upload_ids.is_empty() && it.are_filled_and_unspent(ids, now_ms()))
}

/// Where a PUT goes.
pub struct Target {
    /// Absolute. Signed: it stands in no message.
    pub url: String,
    /// The type that the ticket was minted for; a bare URL doesn't say.
    pub content_type: Option<ContentType>,
}

/// The absolute `upload_url` of the API's answer, where that is a ticket.
pub fn resolved_url(answer: &JsValue, base: &str) -> Option<String> {
    UploadId::parse(&js::get_string(answer, "upload_id")?)?;
    ContentType::parse(&js::get_string(
        &js::get(answer, "upload_headers"),
        "Content-Type",
    )?)?;
    js::get_string(answer, "expires_at")?;
    url::resolve_upload(&js::get_string(answer, "upload_url")?, base)
}

/// Reads the argument `target`: a ticket, a URL, or a text that is one.
pub fn read_target(target: &JsValue, base: &str) -> Result<Target, Stop> {
    let refuse = |field: &str, must: &str, found: &str| -> Stop {
        Stop::field(Code::InvalidArgument, field, must, found)
    };
    let resolve = |url: &str, field: &str| {
        // The text is not quoted: it may be a signed URL with a slip in it.
        url::resolve_upload(url, base)
            .ok_or_else(|| refuse(field, "must be an http or https URL", "not one"))
    };
    if let Some(url) = target.as_string() {
        return Ok(Target {
            url: resolve(&url, "target")?,
            content_type: None,
        });
    }
    let must = "must be the ticket of initUpload, or its upload_url";
    if !fields::is_plain_object(target) {
        return Err(refuse("target", must, &js::describe(target)));
    }
    if let Some(href) = js::get_string(target, "href") {
        return Ok(Target {
            url: resolve(&href, "target")?,
            content_type: None,
        });
    }
    let ticket = Fields::of(target, "target", Code::InvalidArgument);
    let url = resolve(&ticket.required_string("upload_url")?, "target.upload_url")?;
    let headers = ticket.get("upload_headers")?;
    let headers = Fields::of_optional(&headers, "target.upload_headers", Code::InvalidArgument)?;
    let content_type = match headers.string("Content-Type")? {
        None => None,
        Some(text) => Some(ContentType::parse(&text).ok_or_else(|| {
            headers.refuse_as(
                "Content-Type",
                "must be \"image/jpeg\", \"image/png\" or \"image/webp\"",
                "another string",
            )
        })?),
    };
    Ok(Target { url, content_type })
}

/// Reads the argument `upload`: an `upload_id`, or a ticket.
pub fn read_upload_id(upload: &JsValue) -> Result<UploadId, Stop> {
    let (field, id) = match upload.as_string() {
        Some(id) => ("upload", id),
        None if fields::is_plain_object(upload) => (
            "upload.upload_id",
            Fields::of(upload, "upload", Code::InvalidArgument).required_string("upload_id")?,
        ),
        None => {
            let must = "must be an upload_id or the ticket of initUpload";
            return Err(Stop::field(
                Code::InvalidArgument,
                "upload",
                must,
                &js::describe(upload),
            ));
        }
    };
    UploadId::parse(&id).ok_or_else(|| {
        let must = "must be an upload_id as initUpload gave it";
        Stop::field(Code::InvalidArgument, field, must, "another string")
    })
}

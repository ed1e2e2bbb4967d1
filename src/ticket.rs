//! A ticket: as the API answers it, as a page hands it back, and what became of it.

use aurous_contract::concat;
use std::cell::RefCell;

use aurous_contract::argument::{
    TARGET, TARGET_FIELDS, UPLOAD, UPLOAD_HEADERS_FIELDS, UPLOAD_ID, UPLOAD_URL,
};
use aurous_contract::failure::Code;
use aurous_contract::id::UploadId;
use aurous_contract::image::ContentType;
use aurous_contract::tickets::Tickets;
use wasm_bindgen::prelude::*;

use crate::argument;
use crate::client::has_userinfo;
use crate::platform::{self, get, get_string};
use crate::stop::Stop;

thread_local! {
    /// Of all clients of this page: no two have a ticket in common.
    static TICKETS: RefCell<Tickets> = RefCell::default();
}

/// Does something with what is known of this page's tickets.
pub fn tickets<T: Default>(act: impl FnOnce(&mut Tickets) -> T) -> T {
    // Neither fails here; the ways that say so by a panic cost the page a kilobyte.
    let done = TICKETS.try_with(|it| it.try_borrow_mut().ok().map(|mut it| act(&mut it)));
    done.ok().flatten().unwrap_or_default()
}

/// Where a PUT goes.
#[derive(Default)]
pub struct Target {
    /// Absolute. Signed: it stands in no message.
    pub url: String,
    /// The type that the ticket was minted for; a bare URL doesn't say.
    pub content_type: Option<ContentType>,
}

/// Where the PUT of the API's answer goes, if that is a ticket.
pub fn minted(answer: &JsValue, base: &str) -> Option<Target> {
    UploadId::parse(&get_string(answer, "upload_id")?)?;
    let content_type = get_string(&get(answer, "upload_headers"), "Content-Type")?;
    get_string(answer, "expires_at")?;
    Some(Target {
        content_type: Some(ContentType::parse(&content_type)?),
        url: resolve(&get_string(answer, "upload_url")?, base)?,
    })
}

/// Reads the argument `target`: a ticket, a URL, or a text that is one.
pub fn read_target(target: &JsValue, base: &str) -> Result<Target, Stop> {
    argument::check(&TARGET, "target", target)?;
    let bare = target.as_string().or_else(|| get_string(target, "href"));
    let (name, url, content_type) = match bare {
        Some(url) => ("target", url, None),
        None => {
            let code = Code::InvalidArgument;
            let [url, headers] = argument::fields(target, "target", code, &TARGET_FIELDS)?;
            let path = "target.upload_headers";
            let [content_type] = argument::fields(&headers, path, code, &UPLOAD_HEADERS_FIELDS)?;
            let url = url.as_string().unwrap_or_default();
            ("target.upload_url", url, content_type.as_string())
        }
    };
    Ok(Target {
        // The text is not quoted: it may be a signed URL with a slip in it.
        url: resolve(&url, base)
            .ok_or_else(|| argument::refuse(&UPLOAD_URL, name, &url.as_str().into()))?,
        content_type: content_type.as_deref().and_then(ContentType::parse),
    })
}

/// Reads the argument `upload`: an `upload_id`, or a ticket.
pub fn read_upload_id(upload: &JsValue) -> Result<UploadId, Stop> {
    argument::check(&UPLOAD, "upload", upload)?;
    let (name, id) = if upload.is_string() {
        ("upload", upload.clone())
    } else {
        let name = "upload.upload_id";
        let code = Code::InvalidArgument;
        (name, argument::get(upload, "upload_id", code, name)?)
    };
    let text = id.as_string();
    text.as_deref()
        .and_then(UploadId::parse)
        .ok_or_else(|| argument::refuse(&UPLOAD_ID, name, &id))
}

/// Where a PUT to `url`, relative to `base`, goes: over http or https, without userinfo.
fn resolve(url: &str, base: &str) -> Option<String> {
    let url = platform::resolve(url, Some(&concat(&[base, "/"]))).ok()?;
    let is_http = matches!(get_string(&url, "protocol")?.as_str(), "https:" | "http:");
    get_string(&url, "href").filter(|_| is_http && !has_userinfo(&url))
}

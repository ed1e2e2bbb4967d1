//! URLs, resolved as the page would.

use wasm_bindgen::JsValue;
use web_sys::Url;

use crate::js;

/// Parses `url`, relative to the page (or worker) where there is one.
pub fn resolve_in_page(url: &str) -> Option<Url> {
    match page_url() {
        Some(page) => Url::new_with_base(url, &page).ok(),
        None => Url::new(url).ok(),
    }
}

/// Parses `url` relative to `base`, for a PUT: http or https, without userinfo (which no browser
/// fetches).
pub fn resolve_upload(url: &str, base: &str) -> Option<String> {
    let url = Url::new_with_base(url, &[base, "/"].concat()).ok()?;
    let is_http = matches!(url.protocol().as_str(), "https:" | "http:");
    (is_http && !has_userinfo(&url)).then(|| url.href())
}

pub fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || !url.password().is_empty()
}

fn page_url() -> Option<String> {
    let global: JsValue = js_sys::global().into();
    let location = js::get(&global, "location");
    let page = js::get_string(&js::get(&global, "document"), "baseURI")
        .or_else(|| js::get_string(&location, "href"))?;
    // Nothing is relative to a blob: URL, which is where many bundlers start a worker from.
    if page.starts_with("blob:") {
        js::get_string(&location, "origin")
    } else {
        Some(page)
    }
}

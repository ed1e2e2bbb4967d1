//! Where the API may be.

use url::{Host, Url};

use super::error::{Wrong, quoted};
use super::origin::Origin;

const SECURE: &str = "Use https; http is for a literal loopback address (http://127.0.0.1:8080), or anywhere with --allow-insecure-upstream, in a network that you trust with the key";

/// The API's base URL, its path with a `/` at the end.
pub(super) fn api_base(text: &str, insecure: bool) -> Result<Url, Wrong> {
    let wrong = |problem: &str| {
        Wrong::new(
            format!("{} {problem}", quoted(text)),
            "Write the API's base URL: https://api.aurous-labs.com",
        )
    };
    let mut url = Url::parse(text).map_err(|_| wrong("is not a URL"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(wrong("is not an http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment"));
    }
    check_secure(&url, text, insecure)?;
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// An origin that upload URLs may have.
pub(super) fn upload_origin(text: &str, insecure: bool) -> Result<Origin, Wrong> {
    let origin = Origin::check(text)?;
    if let Ok(url) = Url::parse(origin.as_str()) {
        check_secure(&url, text, insecure)?;
    }
    Ok(origin)
}

/// https, or http that doesn't leave this machine. A name, `localhost` too, is what somebody's
/// resolver makes of it: only an address counts.
fn check_secure(url: &Url, text: &str, insecure: bool) -> Result<(), Wrong> {
    let is_loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    if url.scheme() == "https" || is_loopback || insecure {
        return Ok(());
    }
    Err(Wrong::new(format!("{} is not https", quoted(text)), SECURE))
}

//! The URLs upstream.

use url::Url;

use super::error::SettingProblem;
use super::origin::Origin;
use crate::transport::is_secure;

const SECURE: &str = "Use https. Plain http works for a literal loopback address (http://127.0.0.1:8080), and elsewhere with --allow-insecure-upstream, in a network that you trust with the key";

/// Parses a base URL: an http or https URL that holds neither a user, a query nor a fragment. `remedy` says what to
/// write where it is none.
pub fn base_url(text: &str, remedy: &'static str) -> Result<Url, SettingProblem> {
    let refuse = |problem: &str| SettingProblem::new(problem, remedy);
    let url = Url::parse(text).map_err(|_| refuse("is not a URL"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(refuse("is not an http or https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("has a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or a fragment"));
    }
    Ok(url)
}

/// Parses the API's base URL, and ends its path with a `/`.
pub(super) fn api_base(text: &str, allow_insecure_upstream: bool) -> Result<Url, SettingProblem> {
    let remedy = "Write the API's base URL: https://api.aurous-labs.com";
    let mut url = base_url(text, remedy)?;
    if !is_secure(&url, allow_insecure_upstream) {
        return Err(insecure());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// Parses an origin that upload URLs may have.
pub(super) fn upload_origin(
    text: &str,
    allow_insecure_upstream: bool,
) -> Result<Origin, SettingProblem> {
    let origin = Origin::check(text)?;
    let is_reachable =
        Url::parse(origin.as_str()).is_ok_and(|url| is_secure(&url, allow_insecure_upstream));
    if is_reachable {
        return Ok(origin);
    }
    Err(insecure())
}

fn insecure() -> SettingProblem {
    SettingProblem::new("is not https", SECURE)
}

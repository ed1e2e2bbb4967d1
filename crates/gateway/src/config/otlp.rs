//! The URL of the collector of spans.

use aurous_gateway_core::config::SettingProblem;
use axum::http::Uri;
use url::Url;

/// Parses the base URL of a collector, and returns the URL that takes spans.
pub(super) fn traces_url(text: &str) -> Result<Uri, SettingProblem> {
    let refuse = |problem: &str| {
        SettingProblem::new(
            problem,
            "Write the collector's base URL, to which /v1/traces is added: http://127.0.0.1:4318",
        )
    };
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
    let base = url.as_str().trim_end_matches('/');
    let traces = format!("{base}/v1/traces").parse();
    traces.map_err(|_| refuse("is not a URL"))
}

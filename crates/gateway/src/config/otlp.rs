//! The URL of the collector of spans.

use aurous_gateway_core::config::{SettingProblem, base_url};
use axum::http::Uri;

const REMEDY: &str =
    "Write the collector's base URL, to which /v1/traces is added: http://127.0.0.1:4318";

/// Parses the base URL of a collector, and returns the URL that takes spans.
pub(super) fn traces_url(text: &str) -> Result<Uri, SettingProblem> {
    let url = base_url(text, REMEDY)?;
    let base = url.as_str().trim_end_matches('/');
    let traces = format!("{base}/v1/traces").parse();
    traces.map_err(|_| SettingProblem::new("is not a URL", REMEDY))
}

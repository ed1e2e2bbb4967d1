//! Checks what a PUT carries, from the browser to the gateway, and from the gateway to the upload host.

use aurous_emulator::LoggedRequest;

use crate::picture::SamplePicture;
use crate::recorder::RecordedRequest;

/// The headers that a browser itself sends with a `fetch`, and the SDK's one header. Any other header is an
/// error; `referer`, `cookie`, `authorization` and `x-api-key` have error messages of their own.
const BROWSER_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type", // set by the SDK
    "host",
    "origin",
    "priority",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "user-agent",
];

/// The headers that the gateway sends upstream with a PUT: those that HTTP needs, and the signed type.
const GATEWAY_HEADERS: &[&str] = &[
    "cf-worker",  // Cloudflare adds it to all that a worker sends
    "connection", // Node adds it, for the connection alone
    "content-length",
    "content-type",
    "host",
];

/// Returns the differences between the PUT that the gateway sent and the PUT that the picture requires, as
/// sentences.
pub fn differences(request: &LoggedRequest, picture: &SamplePicture) -> Vec<String> {
    let name = &picture.name;
    let mut found = Vec::new();
    let mut expect = |what: &str, wanted: String, got: String| {
        if wanted != got {
            found.push(format!("{name}: {what} is {got}, should be {wanted}"));
        }
    };
    let status = request
        .status
        .map_or("none".to_owned(), |status| status.to_string());
    expect("the answer's status", "200".to_owned(), status);
    expect(
        "the length",
        picture.length.to_string(),
        request.body_length.to_string(),
    );
    let sha256 = request
        .body_sha256
        .clone()
        .unwrap_or_else(|| "missing".to_owned());
    expect("the SHA-256", picture.sha256.clone(), sha256);
    let content_type = request.header("content-type").unwrap_or("missing");
    expect(
        "Content-Type",
        picture.content_type.to_owned(),
        content_type.to_owned(),
    );
    found.extend(unwanted_of_the_gateway(request).map(|header| format!("{name}: {header}")));
    found
}

/// Returns a sentence for each header that the gateway must not send to the upload host.
pub fn unwanted_of_the_gateway(request: &LoggedRequest) -> impl Iterator<Item = String> {
    unwanted(&request.headers, GATEWAY_HEADERS)
}

/// Returns a sentence for each header that a browser must not send to the gateway.
pub fn unwanted_of_the_browser(request: &RecordedRequest) -> impl Iterator<Item = String> {
    unwanted(&request.headers, BROWSER_HEADERS)
}

/// Without the values, which may be secrets.
fn unwanted(headers: &[(String, String)], allowed: &[&str]) -> impl Iterator<Item = String> {
    headers.iter().filter_map(|(name, _)| match name.as_str() {
        "x-api-key" => Some("the PUT carried an API key".to_owned()),
        "authorization" => Some("the PUT carried an authorization".to_owned()),
        "cookie" => Some("the PUT carried a cookie".to_owned()),
        "referer" => Some("the PUT carried the page's URL (referer)".to_owned()),
        name if allowed.contains(&name) => None,
        name => Some(format!("the PUT carried `{name}`, which is not allowed")),
    })
}

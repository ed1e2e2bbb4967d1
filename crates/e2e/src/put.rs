//! What a PUT must and must not carry: from the browser to the gateway, and from there to the upload
//! host.

use aurous_emulator::LoggedRequest;

use crate::picture::Picture;
use crate::sent::Sent;

/// Every header that a browser sends with a `fetch` of its own accord. The list is closed: a header
/// that is not on it is one that somebody added. `referer`, `cookie`, `authorization` and `x-api-key`
/// are not on it, and have a sentence of their own when they come.
const OF_THE_BROWSER: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type", // ours: the one header that the SDK sets
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

/// Every header that the gateway sends upstream with a PUT: what HTTP needs, and the signed type.
const OF_THE_GATEWAY: &[&str] = &["content-length", "content-type", "host"];

/// Every difference between what the gateway sent and what it should have, in words; none where all is
/// well.
pub fn differences(request: &LoggedRequest, picture: &Picture) -> Vec<String> {
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

/// Headers that no PUT may carry from the gateway to the upload host.
pub fn unwanted_of_the_gateway(request: &LoggedRequest) -> impl Iterator<Item = String> {
    unwanted(&request.headers, OF_THE_GATEWAY)
}

/// Headers that no PUT may carry from a browser to the gateway.
pub fn unwanted_of_the_browser(request: &Sent) -> impl Iterator<Item = String> {
    unwanted(&request.headers, OF_THE_BROWSER)
}

/// Values stay out of the message: they may be secrets.
fn unwanted(headers: &[(String, String)], wanted: &[&str]) -> impl Iterator<Item = String> {
    headers.iter().filter_map(|(name, _)| match name.as_str() {
        "x-api-key" => Some("the PUT carried an API key".to_owned()),
        "authorization" => Some("the PUT carried an authorization".to_owned()),
        "cookie" => Some("the PUT carried a cookie".to_owned()),
        "referer" => Some("the PUT told which page it came from (referer)".to_owned()),
        name if wanted.contains(&name) => None,
        name => Some(format!(
            "the PUT carried `{name}`, which nobody should have added"
        )),
    })
}

//! The head of a request, as JavaScript's `Request` has it.

use aurous_gateway_core::RequestHead;
use http::{HeaderValue, Method, Uri, Version};

use crate::exchange::header_map;

/// Reads the head of a request. `headers` are names and values in turn. What cannot be read becomes what the
/// core refuses: an empty host, an unknown path or method.
pub(crate) fn read(
    method: &str,
    url: &str,
    headers: &[String],
    peer: Option<&str>,
    has_body: bool,
) -> RequestHead {
    let url: Uri = url.parse().unwrap_or_default();
    let mut map = header_map(headers);
    // Some servers leave the host out of the headers: then the URL has it.
    if let Some(authority) = url.authority()
        && !map.contains_key(http::header::HOST)
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        map.insert(http::header::HOST, host);
    }
    let path = url.path_and_query().map(|it| it.as_str());
    RequestHead {
        method: method.parse().unwrap_or(Method::TRACE),
        uri: path.and_then(|it| it.parse().ok()).unwrap_or_default(),
        version: Version::HTTP_11,
        headers: map,
        peer: peer.and_then(|it| it.parse().ok()),
        has_body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str, headers: &[&str]) -> String {
        let headers: Vec<String> = headers.iter().map(|it| (*it).to_owned()).collect();
        let head = read("GET", url, &headers, None, false);
        let host = head.headers.get("host").map(|it| it.to_str().unwrap());
        host.unwrap_or_default().to_owned()
    }

    #[test]
    fn the_host_is_the_headers_and_else_the_urls() {
        assert_eq!(
            host("http://0.0.0.0:3000/a", &["Host", "app.example"]),
            "app.example"
        );
        assert_eq!(host("https://app.example/a", &[]), "app.example");
        assert_eq!(host("/a", &[]), "");
    }

    #[test]
    fn the_target_is_the_path_with_its_query() {
        let head = read(
            "POST",
            "https://app.example/a/b%2fc?d=e",
            &[],
            Some("::1"),
            true,
        );
        assert_eq!(head.uri, "/a/b%2fc?d=e");
        assert!(head.uri.authority().is_none() && head.has_body);
        assert_eq!(head.peer, "::1".parse().ok());
    }

    #[test]
    fn a_header_that_comes_twice_stays_so() {
        let headers = ["x-a", "1", "x-a", "2", "bad name", "3", "x-b", "\u{e9}"];
        let headers: Vec<String> = headers.iter().map(|it| (*it).to_owned()).collect();
        let head = read("GET", "/", &headers, None, false);
        assert_eq!(head.headers.get_all("x-a").iter().count(), 2);
        assert_eq!(head.headers.get("x-b").unwrap().as_bytes(), [0xe9]);
        assert_eq!(head.headers.len(), 3);
    }
}

//! The head of a request, as JavaScript's `Request` has it.

use aurous_gateway_core::RequestHead;
use http::header::HOST;
use http::{HeaderValue, Method, Uri, Version};
use serde::Deserialize;

use crate::exchange::header_map;

/// The head of a request.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    method: String,
    url: String,
    /// Names and values in turn.
    headers: Vec<String>,
    peer: Option<String>,
    has_body: bool,
}

impl Head {
    /// Reads the head. What cannot be read becomes what the core refuses: an empty host, an unknown path or
    /// method.
    pub(crate) fn read(self) -> RequestHead {
        let url: Uri = self.url.parse().unwrap_or_default();
        let mut headers = header_map(&self.headers);
        // Some servers leave the host out of the headers: then the URL has it.
        if let Some(authority) = url.authority()
            && !headers.contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            headers.insert(HOST, host);
        }
        let path = url.path_and_query().map(|it| it.as_str());
        RequestHead {
            method: self.method.parse().unwrap_or(Method::TRACE),
            uri: path.and_then(|it| it.parse().ok()).unwrap_or_default(),
            version: Version::HTTP_11,
            headers,
            peer: self.peer.and_then(|it| it.parse().ok()),
            has_body: self.has_body,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(url: &str, headers: &[&str]) -> RequestHead {
        let head = Head {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: headers.iter().map(|it| (*it).to_owned()).collect(),
            peer: Some("::1".to_owned()),
            has_body: true,
        };
        head.read()
    }

    fn host(url: &str, headers: &[&str]) -> String {
        let head = head(url, headers);
        let host = head.headers.get("host").map(|it| it.to_str().unwrap());
        host.unwrap_or_default().to_owned()
    }

    #[test]
    fn the_host_is_the_headers_and_else_the_urls() {
        let url = "http://0.0.0.0:3000/a";
        assert_eq!(host(url, &["Host", "app.example"]), "app.example");
        assert_eq!(host("https://app.example/a", &[]), "app.example");
        assert_eq!(host("/a", &[]), "");
    }

    #[test]
    fn the_target_is_the_path_with_its_query() {
        let head = head("https://app.example/a/b%2fc?d=e", &[]);
        assert_eq!(head.uri, "/a/b%2fc?d=e");
        assert!(head.uri.authority().is_none() && head.has_body);
        assert_eq!(head.peer, "::1".parse().ok());
    }

    #[test]
    fn a_header_that_comes_twice_stays_so() {
        let headers = ["x-a", "1", "x-a", "2", "bad name", "3", "x-b", "\u{e9}"];
        let head = head("/", &headers);
        assert_eq!(head.headers.get_all("x-a").iter().count(), 2);
        assert_eq!(head.headers.get("x-b").unwrap().as_bytes(), [0xe9]);
        assert_eq!(head.headers.len(), 3);
    }
}

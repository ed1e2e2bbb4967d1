//! A visitor's request, as a shell hands it to the core.

use std::net::IpAddr;

use http::{HeaderMap, Method, Uri, Version};

/// A request without its body.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub method: Method,
    /// The target as it came: a path, or an absolute URL as HTTP/2 and JavaScript's `Request` have it.
    pub uri: Uri,
    pub version: Version,
    pub headers: HeaderMap,
    /// The address at the other end of the connection. `None` where the server does not tell.
    pub peer: Option<IpAddr>,
    /// Whether the request has a body, which may be empty if its length is not known.
    pub has_body: bool,
}

//! Whether the way to a URL is secure enough for the key and for signed URLs.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a URL is https, or http that does not leave this machine or that the operator allows. Only
/// a literal address counts as this machine: what a name means, even `localhost`, is up to a resolver.
pub(crate) fn is_secure(url: &Url, allow_insecure_upstream: bool) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => {
            allow_insecure_upstream || literal_address(url).is_some_and(|it| it.is_loopback())
        }
        _ => false,
    }
}

/// Returns the host of a URL if it is an address and not a name.
pub(crate) fn literal_address(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

use std::net::IpAddr;
use url::{Host, Url};

pub(crate) fn check(text: &str, allowed: &[String], insecure: bool) -> Result<Url, &'static str> {
    if text.len() > 4096 {
        return Err("too long");
    }
    let url = Url::parse(text).map_err(|_| "not a URL")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("userinfo");
    }
    if !allowed.contains(&url.origin().ascii_serialization()) {
        return Err("its origin is not listed");
    }
    let literal = match url.host() {
        Some(Host::Ipv4(it)) => Some(IpAddr::V4(it)),
        Some(Host::Ipv6(it)) => Some(IpAddr::V6(it)),
        _ => None,
    };
    let loopback = literal.is_some_and(|it| it.is_loopback());
    if url.scheme() != "https" && !(url.scheme() == "http" && (insecure || loopback)) {
        return Err("not https");
    }
    if literal.is_some_and(|it| !is_public(it)) && !(insecure || loopback) {
        return Err("a private address");
    }
    Ok(url)
}

pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(it) => {
            !(it.is_private()
                || it.is_loopback()
                || it.is_link_local()
                || it.is_unspecified()
                || it.is_multicast()
                || it.is_broadcast()
                || it.is_documentation()
                || it.octets()[0] == 0)
        }
        IpAddr::V6(it) => {
            !(it.is_loopback()
                || it.is_unspecified()
                || it.is_unique_local()
                || it.is_unicast_link_local()
                || it.is_multicast())
        }
    }
}

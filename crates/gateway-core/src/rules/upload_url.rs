//! The rules for an upload URL: it leads to a host that the operator listed, and never into the
//! deployment's own network. The API chooses the URL, but the gateway's network may hold more than an
//! upload host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::Url;

use crate::config::Origin;
use crate::transport::{is_secure, literal_address};

/// The longest upload URL, in bytes. Sealed, it fits into a token.
const LENGTH_MAX: usize = 4096;

/// Checks an upload URL, and returns it parsed.
///
/// # Errors
/// Says for the log what is wrong. The text never holds the URL, which is signed.
pub(crate) fn check(
    text: &str,
    allowed: &[Origin],
    allow_insecure_upstream: bool,
) -> Result<Url, &'static str> {
    if text.len() > LENGTH_MAX {
        return Err("it is too long");
    }
    // The URL standard mends tabs, backslashes and spaces, which other parsers read differently.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if !text.bytes().all(is_plain) {
        return Err("it has a character that a URL cannot have");
    }
    let url = Url::parse(text).map_err(|_| "it is not an absolute URL")?;
    if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
        return Err("it has a user name or a password");
    }
    if url.fragment().is_some() {
        return Err("it has a fragment");
    }
    if !is_secure(&url, allow_insecure_upstream) {
        return Err("it is not https");
    }
    let origin = url.origin().ascii_serialization();
    if !allowed.iter().any(|it| it.as_str() == origin) {
        return Err("its origin is not listed");
    }
    let is_private = |it: IpAddr| !it.is_loopback() && !is_public(it);
    if literal_address(&url).is_some_and(is_private) && !allow_insecure_upstream {
        return Err("it leads to a private address");
    }
    Ok(url)
}

/// Whether an address belongs to the public internet: neither it nor the IPv4 address inside it is
/// in IANA's registries of special-purpose addresses (RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            let is_listed = NOT_PUBLIC_V6.iter().any(|net| net.contains(&address));
            let embedded = embedded_ipv4(address).into_iter().flatten();
            !is_listed && embedded.map(IpAddr::V4).all(is_public)
        }
    }
}

/// Returns the IPv4 addresses inside an IPv6 one: by the prefix of NAT64 (RFC 6052) or 6to4 (RFC 3056),
/// and by the interface identifier of ISATAP (RFC 5214, 6.1), which any prefix may have. All other
/// embeddings (mapped, compatible, translated, Teredo, local NAT64) have a prefix that is not public.
fn embedded_ipv4(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    let [a, b, c, _, e, f, g, h] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    let by_prefix = match (a, b) {
        (0x64, 0xff9b) => Some(join(g, h)),
        (0x2002, _) => Some(join(b, c)),
        _ => None,
    };
    // Two bits of the identifier say whether it is universal and whether it is a group's.
    let is_isatap = e & !0x0300 == 0 && f == 0x5efe;
    [by_prefix, is_isatap.then(|| join(g, h))]
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(segments: [u16; 3], bits: u8) -> Ipv6Net {
    let [a, b, c] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry>, and multicast.
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Link-local, with the metadata services of clouds.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// <https://www.iana.org/assignments/iana-ipv6-special-registry>, and multicast.
const NOT_PUBLIC_V6: [Ipv6Net; 10] = [
    // Unspecified, loopback, mapped and compatible IPv4.
    v6([0, 0, 0], 64),
    v6([0x64, 0xff9b, 1], 48),
    v6([0x100, 0, 0], 64),
    v6([0x2001, 0, 0], 23),
    v6([0x2001, 0xdb8, 0], 32),
    v6([0x3fff, 0, 0], 20),
    v6([0x5f00, 0, 0], 16),
    v6([0xfc00, 0, 0], 7),
    // Link-local, and the former site-local.
    v6([0xfe80, 0, 0], 9),
    v6([0xff00, 0, 0], 8),
];

#[cfg(test)]
mod tests;

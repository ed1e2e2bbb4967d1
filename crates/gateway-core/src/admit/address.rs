//! The address that a request came from, as far as the gateway can trust it.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

use crate::config::Config;
use crate::request::RequestHead;

/// Returns the network of the visitor's address, as [`network_of`] cuts it. `None` where the server
/// does not tell the peer's address.
pub fn visitor_address(head: &RequestHead, config: &Config) -> Option<IpAddr> {
    let trusted = &config.trusted_proxies;
    let address = client_address(head.peer?.to_canonical(), &head.headers, trusted);
    Some(network_of(address, config.limits.ipv6_prefix))
}

/// Returns the last address of `X-Forwarded-For` that is no trusted proxy's. The client can have
/// written every entry before it. An entry without a readable address ends the walk: the visitor counts
/// as the proxy that wrote the entry, and gains nothing by it.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let mut farthest = peer;
    let values: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    for value in values.into_iter().rev() {
        // Bytes, since one of the client's own that is not ASCII must not hide what the proxy added.
        for entry in value.as_bytes().rsplit(|byte| *byte == b',') {
            let entry = entry.trim_ascii();
            if entry.is_empty() {
                continue;
            }
            let Some(address) = std::str::from_utf8(entry).ok().and_then(parse_entry) else {
                return farthest;
            };
            farthest = address;
            if !is_trusted(farthest, trusted) {
                return farthest;
            }
        }
    }
    farthest
}

pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|net| net.contains(&address))
}

/// Reads an address in each form that proxies write: `198.51.100.7`, `198.51.100.7:51234` (Azure),
/// `[2001:db8::7]`, `[2001:db8::7]:443`, each also in quotes (RFC 7239, 6) or with a zone. `None` for
/// anything else, such as `unknown` and `_hidden`.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let unquoted = entry.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let text = unquoted.unwrap_or(entry).trim_ascii();
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
            let address = parse_with_zone(address).filter(|it| has_port && it.is_ipv6())?;
            Some(address)
        }
        None => parse_with_zone(text).or_else(|| {
            let (address, port) = text.rsplit_once(':')?;
            parse_with_zone(address).filter(|_| is_port(port))
        }),
    };
    address.map(|it| it.to_canonical())
}

/// Parses an address, and leaves out the zone that an IPv6 one may have (RFC 4007, 11): it means
/// something to the proxy alone.
fn parse_with_zone(text: &str) -> Option<IpAddr> {
    match text.split_once('%') {
        None => text.parse().ok(),
        Some((address, _)) => address.parse().ok().map(IpAddr::V6),
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Returns the network that limits count as one visitor: an IPv4 address itself, an IPv6 one cut to
/// `ipv6_prefix` bits. A provider gives one line a whole IPv6 network, and every device behind the line
/// can use any address in it.
pub fn network_of(address: IpAddr, ipv6_prefix: u8) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let hidden_bits = 128_u32.saturating_sub(u32::from(ipv6_prefix));
            let mask = u128::MAX.checked_shl(hidden_bits).unwrap_or_default();
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen_address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|it| it.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn an_untrusted_peer_cannot_claim_another_address() {
        assert_eq!(
            seen_address("203.0.113.9", &["198.51.100.1"], &[]),
            "203.0.113.9"
        );
        assert_eq!(
            seen_address("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn the_last_address_that_is_no_trusted_proxy_counts() {
        let proxies = ["10.0.0.0/8", "127.0.0.1/32"];
        for (forwarded, expected) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            (&["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            (&["1.2.3.4", "198.51.100.1, 10.0.0.7"], "198.51.100.1"),
            (&["1.2.3.4", "198.51.100.1", "10.0.0.7"], "198.51.100.1"),
            (&["198.51.100.1:51234, 10.0.0.7:443"], "198.51.100.1"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(
                seen_address("127.0.0.1", forwarded, &proxies),
                expected,
                "{forwarded:?}"
            );
        }
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        for (entry, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("198.51.100.7:51234", "198.51.100.7"),
            ("198.51.100.7:0", "198.51.100.7"),
            ("\"198.51.100.7\"", "198.51.100.7"),
            ("\"198.51.100.7:51234\"", "198.51.100.7"),
            ("  198.51.100.7\t", "198.51.100.7"),
            ("\" 198.51.100.7 \"", "198.51.100.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("\"[2001:DB8::7]:443\"", "2001:db8::7"),
            ("2001:db8:0:0:0:0:0:7:51234", "2001:db8::7"),
            ("2001:db8::7:51234", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:198.51.100.7]:443", "198.51.100.7"),
            ("::ffff:198.51.100.7:51234", "198.51.100.7"),
        ] {
            let address = parse_entry(entry.trim_ascii()).map(|it| it.to_string());
            assert_eq!(address.as_deref(), Some(expected), "{entry:?}");
        }
    }

    #[test]
    fn an_entry_without_a_readable_address_counts_as_the_proxy_that_wrote_it() {
        let proxies = ["10.0.0.0/8", "127.0.0.1/32"];
        for entry in [
            "unknown",
            "_hidden",
            "_",
            "nonsense",
            "198.51.100",
            "198.51.100.7:",
            "198.51.100.7:+1",
            "198.51.100.7:65536",
            "198.51.100.7:_port",
            "198.51.100.7%eth0",
            "198.51.100.7;10.0.0.1",
            "198.51.100.7 10.0.0.1",
            "[198.51.100.7]",
            "[2001:db8::7",
            "[2001:db8::7]443",
            "[2001:db8::7]:",
            "\"198.51.100.7",
            "\"",
            "0x7f000001",
            "for=198.51.100.7",
            "\u{e9}",
        ] {
            let forwarded = format!("198.51.100.1, {entry}, 10.0.0.7");
            let seen = seen_address("127.0.0.1", &[&forwarded], &proxies);
            assert_eq!(seen, "10.0.0.7", "{entry:?}");
        }
    }

    #[test]
    fn a_client_cannot_hide_by_what_it_writes_before_the_proxy() {
        for forged in ["unknown", "\u{e9}", "10.0.0.1, \"", "", ",,", "127.0.0.1"] {
            let forwarded = format!("{forged}, 198.51.100.1");
            let seen = seen_address("10.0.0.7", &[&forwarded], &["10.0.0.0/8"]);
            assert_eq!(seen, "198.51.100.1", "{forged:?}");
        }
    }

    #[test]
    fn an_empty_entry_is_passed_over() {
        let seen = seen_address("10.0.0.7", &["198.51.100.1, ,", ""], &["10.0.0.0/8"]);
        assert_eq!(seen, "198.51.100.1");
    }

    #[test]
    fn limits_count_an_ipv4_address_and_an_ipv6_network() {
        let network = |address: &str, prefix| {
            let address = address.parse().unwrap();
            network_of(address, prefix).to_string()
        };
        let address = "2001:db8:12:345f:ff04:5:6:7";
        for (prefix, expected) in [
            (128, address),
            (64, "2001:db8:12:345f::"),
            (60, "2001:db8:12:3450::"),
            (56, "2001:db8:12:3400::"),
            (48, "2001:db8:12::"),
            (32, "2001:db8::"),
        ] {
            assert_eq!(network(address, prefix), expected, "{prefix}");
        }
        assert_eq!(network("203.0.113.9", 32), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9", 32), "203.0.113.9");
    }
}

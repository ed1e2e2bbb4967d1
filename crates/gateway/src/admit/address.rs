//! The address that a request came from, as far as the gateway can trust it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

/// Returns the visitor's address, an IPv6 one cut to its /64: a provider gives one line such a
/// network, and every device behind the line can use any address in it. `None` where the server that
/// the router is mounted in does not provide addresses.
pub(crate) fn visitor_address(head: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    let ConnectInfo(peer) = head.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let address = client_address(peer.ip().to_canonical(), &head.headers, trusted);
    Some(line_of(address.to_canonical()))
}

/// Returns the last address of `X-Forwarded-For` that is no trusted proxy's. The client can have
/// written every entry before it.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    if !is_trusted(peer) {
        return peer;
    }
    let values: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    let mut farthest = peer;
    for value in values.into_iter().rev() {
        for entry in value.to_str().unwrap_or_default().rsplit(',') {
            let Ok(address) = entry.trim().parse::<IpAddr>() else {
                return farthest;
            };
            farthest = address.to_canonical();
            if !is_trusted(farthest) {
                return farthest;
            }
        }
    }
    farthest
}

fn line_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    fn seen_address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let (mut head, ()) = Request::new(()).into_parts();
        let peer: IpAddr = peer.parse().unwrap();
        head.extensions
            .insert(ConnectInfo(SocketAddr::new(peer, 1)));
        for value in forwarded {
            head.headers
                .append("x-forwarded-for", HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|it| it.parse().unwrap()).collect();
        visitor_address(&head, &trusted).unwrap().to_string()
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
            (&["nonsense, 10.0.0.7"], "10.0.0.7"),
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
    fn the_addresses_of_one_ipv6_line_are_one() {
        assert_eq!(
            seen_address("2001:db8:1:2:3:4:5:6", &[], &[]),
            "2001:db8:1:2::"
        );
        assert_eq!(seen_address("::ffff:203.0.113.9", &[], &[]), "203.0.113.9");
    }
}

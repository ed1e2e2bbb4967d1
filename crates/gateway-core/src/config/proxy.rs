//! The networks of trusted proxies.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::error::SettingProblem;

/// The first bits of the widest IPv4 network: 10.0.0.0/8 is private as a whole.
const IPV4_PREFIX_MIN: u8 = 8;

/// The first bits of the widest IPv6 network: fc00::/7 is private as a whole (RFC 4193).
const IPV6_PREFIX_MIN: u8 = 7;

/// The bits before the IPv4 address in an IPv6 one that stands for it: `::ffff:10.0.0.7`.
const MAPPED_BITS: u8 = 96;

/// Parses the address or the network of a proxy. Refuses a network so wide that it must hold addresses
/// of strangers, who could then claim any address.
pub(super) fn parse_network(text: &str) -> Result<IpNet, SettingProblem> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let network = address.or_else(|_| text.parse()).map_err(|_| {
        SettingProblem::new(
            "is not an address or a network",
            "Write 10.0.0.7, 10.0.0.0/8 or fd00::/8",
        )
    })?;
    let network = to_canonical(network);
    let least = match network {
        IpNet::V4(_) => IPV4_PREFIX_MIN,
        IpNet::V6(_) => IPV6_PREFIX_MIN,
    };
    if network.prefix_len() < least {
        return Err(SettingProblem::new(
            "is so wide a network that strangers are in it",
            "Name the proxies alone: their addresses, or a network of at most /8, in IPv6 /7",
        ));
    }
    Ok(network)
}

/// Returns an IPv4 network that was written in IPv6 as what it is. Peers are compared in that form.
fn to_canonical(network: IpNet) -> IpNet {
    let mapped = match network {
        IpNet::V4(_) => None,
        IpNet::V6(network) => network.addr().to_ipv4_mapped().and_then(|address| {
            let prefix = network.prefix_len().checked_sub(MAPPED_BITS)?;
            Ipv4Net::new(address, prefix).ok()
        }),
    };
    mapped.map_or(network, IpNet::V4)
}

//! The connections that one address may have, so that it cannot take all of them.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use aurous_gateway_core::{Config, Slot, Slots, is_trusted, network_of};
use ipnet::IpNet;

use crate::config::ServerLimits;

pub(super) struct AddressSlots {
    slots: Slots<IpAddr>,
    trusted_proxies: Vec<IpNet>,
    ipv6_prefix: u8,
    has_warned: AtomicBool,
}

impl AddressSlots {
    pub(super) fn new(limits: &ServerLimits, config: &Config) -> Self {
        let max_per_address = match limits.max_connections_per_address {
            // An address that may have all places may also have a connection that waits for one.
            max if max >= limits.max_connections => usize::MAX,
            max => max as usize,
        };
        Self {
            slots: Slots::new(usize::MAX, max_per_address),
            trusted_proxies: config.trusted_proxies().to_vec(),
            ipv6_prefix: config.limits().ipv6_prefix,
            has_warned: AtomicBool::new(false),
        }
    }

    /// Takes a slot for a connection: `Some(None)` for a trusted proxy, which needs none since all
    /// visitors come from it. `None` where the address has as many as allowed.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Option<Slot<IpAddr>>> {
        if is_trusted(peer, &self.trusted_proxies) {
            return Some(None);
        }
        let slot = self.slots.take(network_of(peer, self.ipv6_prefix));
        if slot.is_none() && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "an address has as many connections as one may have: if it is a proxy's, name it with --trusted-proxy"
            );
        }
        slot.map(Some)
    }
}

//! The connections that one address may have, so that it cannot take all of them.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use ipnet::IpNet;

use crate::admit::address::{is_trusted, network_of};
use crate::config::Config;
use crate::http::slots::{Slot, Slots};

pub(super) struct AddressSlots {
    slots: Slots<IpAddr>,
    trusted_proxies: Vec<IpNet>,
    ipv6_prefix: u8,
    has_warned: AtomicBool,
}

impl AddressSlots {
    pub(super) fn new(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            slots: Slots::new(
                limits.max_connections as usize,
                limits.max_connections_per_address as usize,
            ),
            trusted_proxies: config.trusted_proxies.clone(),
            ipv6_prefix: limits.ipv6_prefix,
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

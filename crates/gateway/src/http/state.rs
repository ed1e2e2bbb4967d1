//! The state that all requests of one gateway share.

use std::net::IpAddr;
use std::sync::Arc;

use aurous_gateway_core::{Config, Core, Sharing, Slots};
use tokio_util::task::TaskTracker;

use crate::clock;
use crate::config::ServerLimits;
use crate::observe::metrics::Metrics;
use crate::store::Store;
use crate::upstream::Upstream;

pub(crate) struct GatewayState {
    pub(crate) core: Arc<Core>,
    pub(crate) limits: ServerLimits,
    pub(crate) upstream: Upstream,
    /// The refusals that wait for the rest of a request's body, by the visitor's address.
    pub(crate) late_refusal_slots: Slots<Option<IpAddr>>,
    pub(crate) metrics: Arc<Metrics>,
    /// What several gateways share. `None` where this one is alone.
    pub(crate) store: Option<Store>,
    /// Tasks that outlive their visitor's connection. A drain waits for them.
    pub(crate) detached_tasks: TaskTracker,
}

impl GatewayState {
    /// Makes the state of a gateway that is alone.
    pub(crate) fn new(config: Config, limits: ServerLimits) -> Self {
        Self::with_store(config, limits, Arc::default(), None)
    }

    pub(crate) fn with_store(
        config: Config,
        limits: ServerLimits,
        metrics: Arc<Metrics>,
        store: Option<Store>,
    ) -> Self {
        let sharing = match &store {
            Some(_) => Sharing::Store,
            None => Sharing::Process,
        };
        Self {
            upstream: Upstream::new(&config),
            late_refusal_slots: Slots::new(
                limits.max_late_refusals as usize,
                limits.max_late_refusals_per_address as usize,
            ),
            metrics,
            store,
            detached_tasks: TaskTracker::new(),
            core: Arc::new(Core::new(config, sharing, clock::uptime())),
            limits,
        }
    }

    /// Logs what is cut off if the gateway stops now.
    pub(crate) fn log_cut_off(&self) {
        tracing::warn!(
            connections = self.metrics.open_connections(),
            creates = self.detached_tasks.len(),
            "stopped before everything was done"
        );
    }
}

//! The state that all requests of one gateway share.

use std::net::IpAddr;
use std::sync::Arc;

use aurous_gateway_core::{Config, Core, Sharing, Slots};
use tokio_util::task::TaskTracker;

use crate::clock;
use crate::config::ServerLimits;
use crate::observe::metrics::Metrics;
use crate::observe::trace::Traces;
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
    pub(crate) traces: Arc<Traces>,
    /// Tasks that outlive their visitor's connection. A drain waits for them.
    pub(crate) detached_tasks: TaskTracker,
}

/// What a gateway reports to and shares with others. By default, it is alone and makes no spans.
#[derive(Default)]
pub(crate) struct Surroundings {
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) store: Option<Store>,
    pub(crate) traces: Traces,
}

impl GatewayState {
    pub(crate) fn new(config: Config, limits: ServerLimits, surroundings: Surroundings) -> Self {
        let Surroundings {
            metrics,
            store,
            traces,
        } = surroundings;
        let sharing = match &store {
            Some(_) => Sharing::Store,
            None => Sharing::Process,
        };
        let traces = Arc::new(traces);
        Self {
            upstream: Upstream::new(&config, Arc::clone(&traces)),
            late_refusal_slots: Slots::new(
                limits.max_late_refusals as usize,
                limits.max_late_refusals_per_address as usize,
            ),
            metrics,
            store,
            traces,
            detached_tasks: TaskTracker::new(),
            core: Arc::new(Core::new(config, sharing, clock::uptime())),
            limits,
        }
    }

    /// Logs what is cut off if the gateway stops now.
    pub(crate) fn log_cut_off(&self) {
        tracing::warn!(
            connections = self.metrics.open_connections(),
            tasks = self.detached_tasks.len(),
            "stopped before everything was done"
        );
    }
}

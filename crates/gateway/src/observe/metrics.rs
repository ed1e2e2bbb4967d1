//! The metrics, for Prometheus. No label holds anything of a visitor's.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::log::lost_lines::LOST_LINES;

/// The labels of a request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct RequestLabels {
    pub(crate) method: &'static str,
    /// The route's pattern, or `none`.
    pub(crate) route: String,
    pub(crate) status: u16,
    /// The code of the gateway's refusal, empty where the response is the API's.
    pub(crate) code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClosingLabels {
    reason: &'static str,
}

type NoLabels = [(&'static str, &'static str); 0];

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    uploads: Gauge,
    connections: Gauge,
    refused_connections: Counter,
    closed_connections: Family<ClosingLabels, Counter>,
    early_refusals: Counter,
    /// Empty where there is no store.
    store_up: Family<NoLabels, Gauge>,
    store_failures: Family<NoLabels, Counter>,
}

/// Counts one thing that is going on in a gauge, until it is dropped.
pub(crate) struct GaugeGuard(Gauge);

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Makes a histogram from 5 ms to 41 s.
fn duration_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.005, 2.0, 14))
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor(duration_histogram as fn() -> Histogram);
        let (uploads, connections) = (Gauge::default(), Gauge::default());
        let (refused_connections, early_refusals) = (Counter::default(), Counter::default());
        let closed_connections = Family::default();
        let mut registry = Registry::with_prefix("aurous_gateway");
        registry.register(
            "requests",
            "Requests answered, by the gateway's own code where it refused",
            Family::clone(&requests),
        );
        registry.register_with_unit(
            "request_duration",
            "From a request's head to its answer's",
            Unit::Seconds,
            Family::clone(&durations),
        );
        registry.register("uploads", "Uploads going on", uploads.clone());
        registry.register("connections", "Connections open", connections.clone());
        registry.register(
            "refused_connections",
            "Connections closed at once, since their address had as many as one may have",
            refused_connections.clone(),
        );
        registry.register(
            "closed_connections",
            "Connections that the gateway closed, beside those whose requests had ended",
            Family::clone(&closed_connections),
        );
        registry.register(
            "early_refusals",
            "Refusals sent before the request's body had come, since as many as allowed waited for one",
            early_refusals.clone(),
        );
        let (store_up, store_failures) = (Family::default(), Family::default());
        registry.register(
            "store_up",
            "Whether the store that several gateways share answers: 1 or 0",
            Family::clone(&store_up),
        );
        registry.register(
            "store_failures",
            "Operations that the store did not carry out",
            Family::clone(&store_failures),
        );
        registry.register(
            "log_lines_lost",
            "Lines that are not in the log, by the reason",
            LOST_LINES.counters(),
        );
        Self {
            registry,
            requests,
            durations,
            uploads,
            connections,
            refused_connections,
            closed_connections,
            early_refusals,
            store_up,
            store_failures,
        }
    }
}

impl Metrics {
    pub(crate) fn record_response(&self, request: RequestLabels, elapsed: Duration) {
        let route = RouteLabels {
            method: request.method,
            route: request.route.clone(),
        };
        self.durations
            .get_or_create(&route)
            .observe(elapsed.as_secs_f64());
        self.requests.get_or_create(&request).inc();
    }

    pub(crate) fn count_upload(&self) -> GaugeGuard {
        count(&self.uploads)
    }

    pub(crate) fn count_connection(&self) -> GaugeGuard {
        count(&self.connections)
    }

    pub(crate) fn open_connections(&self) -> i64 {
        self.connections.get()
    }

    pub(crate) fn count_refused_connection(&self) {
        self.refused_connections.inc();
    }

    pub(crate) fn count_closed_connection(&self, reason: &'static str) {
        let labels = ClosingLabels { reason };
        self.closed_connections.get_or_create(&labels).inc();
    }

    pub(crate) fn count_early_refusal(&self) {
        self.early_refusals.inc();
    }

    pub(crate) fn set_store_up(&self, is_up: bool) {
        self.store_up.get_or_create(&[]).set(i64::from(is_up));
    }

    pub(crate) fn count_store_failure(&self) {
        self.store_failures.get_or_create(&[]).inc();
    }

    /// Writes the metrics in the OpenMetrics text format.
    pub(crate) fn encode_text(&self) -> String {
        let mut text = String::new();
        // Writing to a String never fails.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn count(gauge: &Gauge) -> GaugeGuard {
    gauge.inc();
    GaugeGuard(gauge.clone())
}

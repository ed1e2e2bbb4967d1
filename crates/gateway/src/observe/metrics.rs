//! The numbers, as Prometheus reads them. No label holds anything of a visitor's.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// One answered request, as its labels.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// The route's pattern, or `none`.
    pub(crate) route: String,
    pub(crate) status: u16,
    /// The gateway's own code; empty where the answer is the API's.
    pub(crate) code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    uploads: Gauge,
    connections: Gauge,
}

/// Something that is going on; over when this is dropped.
pub(crate) struct Going(Gauge);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// From 5 ms to 41 s.
fn buckets() -> Histogram {
    Histogram::new(exponential_buckets(0.005, 2.0, 14))
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor(buckets as fn() -> Histogram);
        let (uploads, connections) = (Gauge::default(), Gauge::default());
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
        Self {
            registry,
            requests,
            durations,
            uploads,
            connections,
        }
    }
}

impl Metrics {
    pub(crate) fn answered(&self, request: Request, elapsed: Duration) {
        let route = Route {
            method: request.method,
            route: request.route.clone(),
        };
        self.durations
            .get_or_create(&route)
            .observe(elapsed.as_secs_f64());
        self.requests.get_or_create(&request).inc();
    }

    pub(crate) fn upload(&self) -> Going {
        going(&self.uploads)
    }

    pub(crate) fn connection(&self) -> Going {
        going(&self.connections)
    }

    /// In the OpenMetrics text format.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String doesn't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn going(gauge: &Gauge) -> Going {
    gauge.inc();
    Going(gauge.clone())
}

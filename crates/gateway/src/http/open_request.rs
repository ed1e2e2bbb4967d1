//! A request that has no response yet: its line in the log, its metrics, and its span.

use std::sync::Arc;
use std::time::Instant;

use aurous_gateway_core::refusal::Refusal;
use aurous_gateway_core::{Labels, new_request_id};
use axum::http::HeaderMap;

use super::state::GatewayState;
use crate::clock;
use crate::observe::metrics::RequestLabels;
use crate::observe::trace::RequestSpan;

/// A request without a response. hyper drops a request's handler with its connection, so a request that
/// is dropped without its end has lost its client.
pub(super) struct OpenRequest {
    state: Arc<GatewayState>,
    labels: Labels,
    pub(super) span: RequestSpan,
    start: Instant,
    has_ended: bool,
}

impl OpenRequest {
    pub(super) fn new(headers: &HeaderMap, labels: Labels, state: Arc<GatewayState>) -> Self {
        Self {
            span: state.traces.begin_request(headers, &labels),
            state,
            labels,
            start: Instant::now(),
            has_ended: false,
        }
    }

    pub(super) fn record_end(&mut self, request_id: &str, status: u16, refusal: Option<&Refusal>) {
        self.has_ended = true;
        let Labels { method, route } = self.labels.clone();
        let code = refusal.map_or("", |refusal| refusal.code.as_str());
        let elapsed = self.start.elapsed();
        self.span.end(request_id, status, code);
        // Two kinds of lines, so that refusals that are too many for the log hide no other response.
        macro_rules! log_response {
            () => {
                tracing::info!(
                    request_id,
                    trace_id = self.span.trace_id().map(tracing::field::display),
                    method,
                    route,
                    status,
                    code,
                    reason = refusal.and_then(|refusal| refusal.reason),
                    ms = elapsed.as_millis() as u64,
                    "answered"
                )
            };
        }
        // A stranger can cause a preflight as well as a refusal.
        if refusal.is_some() || method == "OPTIONS" {
            log_response!();
        } else {
            log_response!();
        }
        let labels = RequestLabels {
            method,
            route,
            status,
            code,
        };
        self.state.metrics.record_response(labels, elapsed);
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        if !self.has_ended {
            let gone = Refusal::client_gone();
            let id = new_request_id(clock::now());
            self.record_end(&id, gone.code.status(), Some(&gone));
        }
    }
}

//! How slowly a peer may move bytes.

use std::time::Duration;

use aurous_gateway_core::{Pace, PaceLimits};
use wasm_bindgen::prelude::*;

use crate::uptime;

/// How a peer has moved bytes, and from when on it is too slow.
#[wasm_bindgen]
pub struct PaceRule {
    limits: PaceLimits,
    pace: Pace,
}

#[wasm_bindgen]
impl PaceRule {
    #[wasm_bindgen(constructor)]
    pub fn new(idle_ms: f64, min_bytes_per_second: u32) -> Self {
        Self {
            limits: PaceLimits {
                idle: Duration::from_millis(idle_ms as u64),
                min_bytes_per_second,
            },
            pace: Pace::default(),
        }
    }

    /// Notes that something waits for the peer.
    pub fn wait(&mut self, uptime_ms: f64) {
        self.pace.wait(uptime(uptime_ms));
    }

    /// Notes that the peer has moved bytes, so that nothing waits for it now.
    pub fn advance(&mut self, bytes: f64, uptime_ms: f64) {
        self.pace.advance(bytes as u64, uptime(uptime_ms));
    }

    /// Returns the time from which on the peer is too slow, unless it moves bytes before. Nothing while
    /// nothing waits for the peer.
    pub fn deadline(&self) -> Option<f64> {
        let deadline = self.pace.deadline(self.limits);
        deadline.map(|it| it.as_ms() as f64)
    }
}

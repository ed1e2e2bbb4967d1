//! What the benchmarks share: a network that Chromium emulates, and the median.

use anyhow::Result;
use serde_json::{Value, json};

use crate::browser::Browser;

/// A network between a page and every server.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// From a request to the first byte of its answer.
    pub latency_ms: u32,
    /// The rate at which answers arrive. Without one, it is not limited.
    pub megabits_per_second: Option<f64>,
}

impl Browser {
    /// Emulates a network for the current tab, from now on (Chromium only). A new connection takes no
    /// longer than without it.
    ///
    /// # Errors
    /// The browser refused it.
    pub async fn emulate_network(&self, network: Network) -> Result<()> {
        let bytes_per_second = network.megabits_per_second.map(|it| it * 1e6 / 8.0);
        let conditions = json!({
            "offline": false,
            "latency": network.latency_ms,
            "downloadThroughput": bytes_per_second.unwrap_or(-1.0),
            "uploadThroughput": -1,
        });
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await
            .map(drop::<Value>)
    }
}

/// Returns the median, or NaN of no values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

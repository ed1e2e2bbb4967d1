//! The limits that only the program can set: on connections, heads, refusals, its end and its log.

use std::time::Duration;

use aurous_gateway_core::config::ConfigErrors;

use super::server_settings::ServerSettings;

/// One address holds one connection in this many, unless a setting says otherwise.
const CONNECTIONS_TO_ONE_ADDRESS: u32 = 4;

/// One connection in this many may wait for the rest of a refused body, unless a setting says otherwise.
const CONNECTIONS_TO_ONE_LATE_REFUSAL: u32 = 4;

/// One visitor's address has one late refusal in this many.
const LATE_REFUSALS_TO_ONE_ADDRESS: u32 = 8;

/// The limits. None of them is zero but the shutdown delay. [`ServerSettings`] explains each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    pub max_connections: u32,
    pub max_connections_per_address: u32,
    pub header_timeout: Duration,
    pub keep_alive_timeout: Duration,
    pub write_idle_timeout: Duration,
    pub drain_refused_body: Duration,
    pub max_late_refusals: u32,
    pub max_late_refusals_per_address: u32,
    pub shutdown_delay: Duration,
    pub drain_timeout: Duration,
    pub max_log_lines_per_second: u32,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self::check(&ServerSettings::default(), &mut ConfigErrors::default())
    }
}

impl ServerLimits {
    /// Makes the limits of the settings, and adds an error for each that is 0.
    pub(super) fn check(settings: &ServerSettings, errors: &mut ConfigErrors) -> Self {
        let mut count = |setting, number| errors.accept_count(setting, number);
        let max_connections = count("--max-connections", settings.max_connections);
        let max_connections_per_address = match settings.max_connections_per_address {
            Some(number) => count("--max-connections-per-address", number),
            None => (max_connections / CONNECTIONS_TO_ONE_ADDRESS).max(1),
        };
        let max_late_refusals = match settings.max_late_refusals {
            Some(number) => count("--max-late-refusals", number),
            None => (max_connections / CONNECTIONS_TO_ONE_LATE_REFUSAL).max(1),
        };
        let max_log_lines_per_second = count(
            "--max-log-lines-per-second",
            settings.max_log_lines_per_second,
        );
        let mut time = |setting, ms| Duration::from_millis(u64::from(count(setting, ms)));
        Self {
            max_connections,
            max_connections_per_address,
            max_late_refusals,
            max_late_refusals_per_address: (max_late_refusals / LATE_REFUSALS_TO_ONE_ADDRESS)
                .max(1),
            max_log_lines_per_second,
            shutdown_delay: Duration::from_millis(u64::from(settings.shutdown_delay_ms)),
            header_timeout: time("--header-timeout-ms", settings.header_timeout_ms),
            keep_alive_timeout: time("--keep-alive-timeout-ms", settings.keep_alive_timeout_ms),
            write_idle_timeout: time("--write-idle-timeout-ms", settings.write_idle_timeout_ms),
            drain_refused_body: time("--drain-refused-body-ms", settings.drain_refused_body_ms),
            drain_timeout: time("--drain-timeout-ms", settings.drain_timeout_ms),
        }
    }
}

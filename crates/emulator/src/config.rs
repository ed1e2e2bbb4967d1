//! The configuration of an emulator, and the part of it that may change while it runs.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use aurous_contract::limits;
use serde::{Deserialize, Serialize};

/// The configuration that an emulator starts with. The default is faithful to production: it requires a
/// key and sends no CORS headers.
#[derive(Clone, Debug)]
pub struct EmulatorConfig {
    /// The address of all three origins. Loopback alone, since the keys and signed URLs here protect
    /// nothing. Default 127.0.0.1.
    pub bind: IpAddr,
    /// Port of the API. 0, the default, takes a free one.
    pub api_port: u16,
    /// Port of the upload host. 0, the default, takes a free one.
    pub upload_port: u16,
    /// Port of the control origin. 0, the default, takes a free one.
    pub control_port: u16,
    /// Serves the API without a key, with CORS, under `/aurous` of the API's origin, and lets pages
    /// PUT to the upload host. Default false.
    pub open: bool,
    /// The keys that are valid from the start, all of one team. Empty, the default, makes one
    /// (`al_live_` and 64 hex digits).
    pub api_keys: Vec<String>,
    /// Whether the API and the upload host send CORS headers, for every origin. Default false, as in
    /// production.
    pub cors: bool,
    /// The most bytes of an upload. A larger one gets 413. Default 10 000 000.
    pub upload_max_bytes: u64,
    /// How long an upload URL is valid, in milliseconds, rounded down to whole seconds. Default 15
    /// minutes.
    pub upload_url_ttl_ms: u64,
    /// How long a synthesis takes, in milliseconds of the emulator's clock. Default 30 s.
    pub synthesize_ms: u64,
    /// Whether a synthesis ends in `reviewing`, from which a save makes the character `ready`, as the
    /// vendor's older pages say. Where not, it ends in `ready`, as the vendor's changelog of 2026-06-19
    /// says. Default false.
    pub review_step: bool,
    /// The credits that each team starts with. One generation costs one. Default 1000.
    pub credits: u32,
    /// Whether create honours `Idempotency-Key`, which the vendor does not document. Default true.
    pub honour_idempotency_key_on_create: bool,
    /// Whether the other responses with a character have its `client_reference_id`, as the response to
    /// its create has. The vendor documents neither. Default true.
    pub echo_client_reference_id: bool,
    /// Whether an empty bucket refuses calls. Default true.
    pub rate_limits: bool,
}

impl Default for EmulatorConfig {
    fn default() -> Self {
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            api_port: 0,
            upload_port: 0,
            control_port: 0,
            open: false,
            api_keys: Vec::new(),
            cors: false,
            upload_max_bytes: limits::UPLOAD_MAX_BYTES,
            upload_url_ttl_ms: limits::UPLOAD_URL_TTL_MS,
            synthesize_ms: 30_000,
            review_step: false,
            credits: 1000,
            honour_idempotency_key_on_create: true,
            echo_client_reference_id: true,
            rate_limits: true,
        }
    }
}

impl EmulatorConfig {
    /// Returns the part that may change at run time.
    pub(crate) fn runtime_settings(&self) -> RuntimeSettings {
        RuntimeSettings {
            cors: self.cors,
            upload_max_bytes: self.upload_max_bytes,
            upload_url_ttl_ms: self.upload_url_ttl_ms,
            synthesize_ms: self.synthesize_ms,
            review_step: self.review_step,
            credits: self.credits,
            honour_idempotency_key_on_create: self.honour_idempotency_key_on_create,
            echo_client_reference_id: self.echo_client_reference_id,
            rate_limits: self.rate_limits,
        }
    }

    /// Checks the configuration.
    ///
    /// # Errors
    /// `InvalidInput` where `bind` is not a loopback address.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.bind.is_loopback() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "{} is not a loopback address: the emulator serves this machine alone, \
                 so bind 127.0.0.1 or ::1",
                self.bind
            ),
        ))
    }
}

/// The settings that may change at run time, by `Emulator::change_settings` or by `POST /config` on the
/// control origin. The fields are those of [`EmulatorConfig`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeSettings {
    /// See [`EmulatorConfig::cors`].
    pub cors: bool,
    /// See [`EmulatorConfig::upload_max_bytes`].
    pub upload_max_bytes: u64,
    /// See [`EmulatorConfig::upload_url_ttl_ms`]. Applies to tickets that are minted afterwards.
    pub upload_url_ttl_ms: u64,
    /// See [`EmulatorConfig::synthesize_ms`]. Applies to syntheses that begin afterwards.
    pub synthesize_ms: u64,
    /// See [`EmulatorConfig::review_step`]. Applies to syntheses that begin afterwards.
    pub review_step: bool,
    /// See [`EmulatorConfig::credits`]. Changing it sets every team's balance.
    pub credits: u32,
    /// See [`EmulatorConfig::honour_idempotency_key_on_create`].
    pub honour_idempotency_key_on_create: bool,
    /// See [`EmulatorConfig::echo_client_reference_id`].
    pub echo_client_reference_id: bool,
    /// See [`EmulatorConfig::rate_limits`].
    pub rate_limits: bool,
}

//! What an emulator can be told at its start, and what may be changed while it runs.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use aurous_contract::limits;
use serde::{Deserialize, Serialize};

/// How to start an emulator. The default is faithful to production: a key is needed, no CORS.
#[derive(Clone, Debug)]
pub struct EmulatorConfig {
    /// The address of all three origins. Loopback only: signed URLs and keys here are toys.
    /// Default 127.0.0.1.
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
    /// Keys that are valid from the start, all of one team. Empty, the default, makes one
    /// (`al_live_` and 64 hex digits).
    pub api_keys: Vec<String>,
    /// CORS for any origin on the API and the upload host. Default false, as in production.
    pub cors: bool,
    /// Most bytes of an upload; more is 413. Default 10 000 000.
    pub upload_max_bytes: u64,
    /// How long an upload URL may be used, in milliseconds; whole seconds count. Default 15 minutes.
    pub upload_url_ttl_ms: u64,
    /// How long a synthesis takes, in milliseconds of the emulator's clock. Default 30 s.
    pub synthesize_ms: u64,
    /// Credits that each team starts with; one generation costs one. Default 1000.
    pub credits: u32,
    /// Whether `Idempotency-Key` is honoured on create, which the vendor does not document. Default
    /// true.
    pub honour_idempotency_key_on_create: bool,
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
            credits: 1000,
            honour_idempotency_key_on_create: true,
            rate_limits: true,
        }
    }
}

impl EmulatorConfig {
    /// The part of it that may change at run time.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            cors: self.cors,
            upload_max_bytes: self.upload_max_bytes,
            upload_url_ttl_ms: self.upload_url_ttl_ms,
            synthesize_ms: self.synthesize_ms,
            credits: self.credits,
            honour_idempotency_key_on_create: self.honour_idempotency_key_on_create,
            rate_limits: self.rate_limits,
        }
    }

    /// # Errors
    /// `InvalidInput` where `bind` is not a loopback address.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.bind.is_loopback() {
            return Ok(());
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "{} is not a loopback address: the emulator answers this machine only, \
                 bind 127.0.0.1 or ::1",
                self.bind
            ),
        ))
    }
}

/// The switches that may be turned at run time, by `Emulator::change_settings` or `POST /config` on
/// the control origin. The fields are those of [`EmulatorConfig`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// See [`EmulatorConfig::cors`].
    pub cors: bool,
    /// See [`EmulatorConfig::upload_max_bytes`].
    pub upload_max_bytes: u64,
    /// See [`EmulatorConfig::upload_url_ttl_ms`]. For tickets minted from now on.
    pub upload_url_ttl_ms: u64,
    /// See [`EmulatorConfig::synthesize_ms`]. For syntheses begun from now on.
    pub synthesize_ms: u64,
    /// See [`EmulatorConfig::credits`]. Changing it sets every team's balance.
    pub credits: u32,
    /// See [`EmulatorConfig::honour_idempotency_key_on_create`].
    pub honour_idempotency_key_on_create: bool,
    /// See [`EmulatorConfig::rate_limits`].
    pub rate_limits: bool,
}

//! The configuration that an emulator starts with.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use aurous_emulator_core::RuntimeSettings;

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
    /// See [`RuntimeSettings::cors`].
    pub cors: bool,
    /// See [`RuntimeSettings::upload_max_bytes`].
    pub upload_max_bytes: u64,
    /// See [`RuntimeSettings::upload_url_ttl_ms`].
    pub upload_url_ttl_ms: u64,
    /// See [`RuntimeSettings::synthesize_ms`].
    pub synthesize_ms: u64,
    /// See [`RuntimeSettings::review_step`].
    pub review_step: bool,
    /// See [`RuntimeSettings::credits`].
    pub credits: u32,
    /// See [`RuntimeSettings::honour_idempotency_key_on_create`].
    pub honour_idempotency_key_on_create: bool,
    /// See [`RuntimeSettings::echo_client_reference_id`].
    pub echo_client_reference_id: bool,
    /// See [`RuntimeSettings::rate_limits`].
    pub rate_limits: bool,
}

impl Default for EmulatorConfig {
    fn default() -> Self {
        let RuntimeSettings {
            cors,
            upload_max_bytes,
            upload_url_ttl_ms,
            synthesize_ms,
            review_step,
            credits,
            honour_idempotency_key_on_create,
            echo_client_reference_id,
            rate_limits,
        } = RuntimeSettings::default();
        Self {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            api_port: 0,
            upload_port: 0,
            control_port: 0,
            open: false,
            api_keys: Vec::new(),
            cors,
            upload_max_bytes,
            upload_url_ttl_ms,
            synthesize_ms,
            review_step,
            credits,
            honour_idempotency_key_on_create,
            echo_client_reference_id,
            rate_limits,
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

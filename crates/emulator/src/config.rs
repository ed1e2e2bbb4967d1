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
    /// What may change while the emulator runs.
    pub settings: RuntimeSettings,
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
            settings: RuntimeSettings::default(),
        }
    }
}

impl From<RuntimeSettings> for EmulatorConfig {
    fn from(settings: RuntimeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }
}

impl EmulatorConfig {
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

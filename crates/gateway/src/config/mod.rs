//! The program's configuration: the core's, and what the program alone has.
//!
//! [`ProgramSettings`] and the environment hold what an operator wrote. The check makes a
//! [`ProgramConfig`] of them, or reports every error at once.
//!
//! | module | what it holds |
//! |---|---|
//! | `server_settings`, `server_limits` | the program's own settings, and the limits that they set |
//! | `environment` | the API key and the secrets, from the environment or from files |
//! | `store` | the store that several gateways share |
//! | `secret_file` | a secret's file that everybody may replace |
//! | `otlp` | the URL of the collector of spans |
//! | `usage` | the errors of a command line that cannot be read |

mod environment;
mod otlp;
mod secret_file;
mod server_limits;
mod server_settings;
mod store;
#[cfg(test)]
mod tests;
mod usage;

use std::net::SocketAddr;

use axum::http::Uri;
use clap::Args;

pub use aurous_gateway_core::config::*;
pub use environment::secrets_from_environment;
pub use server_limits::ServerLimits;
pub use server_settings::{LogFormat, ServerSettings};
pub use store::{STORE_PASSWORD, StoreConfig};
pub use usage::usage_error;

use aurous_gateway_core::Secret;
use environment::{read_secrets, read_store_password};

/// Every setting of the program that is no secret.
#[derive(Clone, Debug, Default, Args)]
pub struct ProgramSettings {
    #[command(flatten)]
    pub gateway: Settings,
    #[command(flatten)]
    pub server: ServerSettings,
}

/// A configuration of the program that passed the check. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct ProgramConfig {
    pub(crate) gateway: Config,
    pub(crate) limits: ServerLimits,
    pub(crate) listen: SocketAddr,
    pub(crate) admin_listen: SocketAddr,
    /// The names that the admin address answers for, in lower case.
    pub(crate) admin_hosts: Vec<String>,
    pub(crate) log_format: LogFormat,
    pub(crate) store: Option<StoreConfig>,
    /// Where spans go: the whole URL.
    pub(crate) otlp_endpoint: Option<Uri>,
    warnings: Vec<ConfigError>,
}

impl ProgramConfig {
    /// Checks settings and secrets. The store, if there is one, has no password.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn new(settings: &ProgramSettings, secrets: Secrets) -> Result<Self, ConfigErrors> {
        check(settings, secrets, &Secret::new(""), Findings::default())
    }

    /// Checks settings, and the secrets of the environment, as [`secrets_from_environment`] reads them, with the
    /// store's password.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn from_environment(
        settings: &ProgramSettings,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        let mut findings = Findings::default();
        let secrets = read_secrets(&lookup, &mut findings);
        let store_password = read_store_password(&lookup, &mut findings);
        check(settings, secrets, &store_password, findings)
    }

    /// Returns what an operator should mend although the gateway runs. The program logs it.
    pub fn warnings(&self) -> &[ConfigError] {
        &self.warnings
    }
}

/// The findings of the check so far.
#[derive(Default)]
struct Findings {
    errors: ConfigErrors,
    warnings: Vec<ConfigError>,
}

fn check(
    settings: &ProgramSettings,
    secrets: Secrets,
    store_password: &Secret,
    Findings {
        mut errors,
        warnings,
    }: Findings,
) -> Result<ProgramConfig, ConfigErrors> {
    let ProgramSettings { gateway, server } = settings;
    let limits = ServerLimits::check(server, &mut errors);
    let admin_hosts = check_each(
        "--admin-host",
        &server.admin_hosts,
        &mut errors,
        host::check_name,
    );
    let store = StoreConfig::check(server, store_password, &mut errors);
    let otlp_endpoint = server.otlp_endpoint.as_deref();
    let otlp_endpoint =
        otlp_endpoint.and_then(|it| errors.accept("--otlp-endpoint", otlp::traces_url(it)));
    match Config::check(gateway, secrets, &mut errors) {
        None => Err(errors),
        Some(gateway) => Ok(ProgramConfig {
            gateway,
            limits,
            listen: server.listen,
            admin_listen: server.admin_listen,
            admin_hosts,
            log_format: server.log_format,
            store,
            otlp_endpoint,
            warnings,
        }),
    }
}

//! The configuration.
//!
//! [`Settings`] and [`Secrets`] hold what an operator wrote. The check makes a [`Config`] of them, the
//! only type that the rest of the gateway sees, or reports every error at once.
//!
//! | module | what it holds |
//! |---|---|
//! | `settings` | the settings as an operator writes them: flags, environment, defaults |
//! | `secrets`, `secret_strength` | the API key and the secrets, which come by environment or file; those that can be guessed |
//! | `secret_file` | a secret's file that everybody may replace |
//! | `check` | the check of settings and secrets |
//! | `error` | what is wrong, and how to mend it |
//! | `usage` | the same for a command line that cannot be read |
//! | `origin`, `host`, `header`, `proxy`, `upstream` | the origins of pages, the hosts, the headers that pages may send, the proxies, the URLs upstream |
//! | `feature`, `rate`, `limits` | the calls that are switched on, the rate limits, all other limits |

mod check;
mod error;
mod feature;
mod header;
pub(crate) mod host;
mod limits;
mod origin;
mod proxy;
mod rate;
mod secret_file;
mod secret_strength;
mod secrets;
mod settings;
#[cfg(test)]
mod tests;
mod upstream;
mod usage;

use std::net::SocketAddr;

use axum::http::HeaderName;
use ipnet::IpNet;
use url::Url;

use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::session::SessionKeys;

pub use error::{ConfigError, ConfigErrors};
pub use feature::{EnabledFeatures, Feature};
pub use limits::ResourceLimits;
pub use origin::Origin;
pub use rate::{RateConfig, TeamLimit};
pub use secrets::Secrets;
pub use settings::{LogFormat, Settings};
pub use usage::usage_error;

/// A configuration that passed the check. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) api_key: Secret,
    /// The API's base URL: http or https, without userinfo and query. Its path ends with `/`, so that
    /// `join("v1/characters")` stays below it.
    pub(crate) api_base: Url,
    /// The origins that upload URLs may have.
    pub(crate) upload_origins: Vec<Origin>,
    /// Whether http and private addresses are acceptable upstream.
    pub(crate) allow_insecure_upstream: bool,
    /// The origins of the pages that may ask.
    pub(crate) origins: Vec<Origin>,
    /// The hosts that the gateway answers for, as [`host::normalise`] writes them.
    pub(crate) hosts: Vec<String>,
    /// More headers that pages of other origins may send.
    pub(crate) allowed_headers: Vec<HeaderName>,
    /// `None` where there are no session tokens. Then `allow_anonymous` is true.
    pub(crate) session: Option<SessionKeys>,
    /// Whether visitors may ask without a session token.
    pub(crate) allow_anonymous: bool,
    pub(crate) sealing: SealingKeys,
    pub(crate) enabled_features: EnabledFeatures,
    /// The proxies whose `X-Forwarded-For` counts.
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) rate: RateConfig,
    pub(crate) limits: ResourceLimits,
    pub(crate) listen: SocketAddr,
    pub(crate) admin_listen: SocketAddr,
    /// Begins with `/`; does not end with it, unless it is `/`.
    pub(crate) mount: String,
    warnings: Vec<ConfigError>,
}

impl Config {
    /// Returns what an operator should mend although the gateway runs. The program logs it.
    pub fn warnings(&self) -> &[ConfigError] {
        &self.warnings
    }
}

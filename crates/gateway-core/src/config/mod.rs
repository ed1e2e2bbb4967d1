//! The configuration.
//!
//! [`Settings`] and [`Secrets`] hold what an operator wrote. The check makes a [`Config`] of them, the
//! only type that the rest of the gateway sees, or reports every error at once.
//!
//! | module | what it holds |
//! |---|---|
//! | `settings` | the settings as an operator writes them: flags, environment, defaults |
//! | `secrets`, `secret_strength` | the API key and the secrets; those that can be guessed |
//! | `check` | the check of settings and secrets |
//! | `error` | what is wrong, and how to mend it |
//! | `origin`, `host`, `header`, `proxy`, `upstream` | the origins of pages, the hosts, the headers that pages may send, the proxies, the URLs upstream |
//! | `feature`, `rate`, `limits` | the calls that are switched on, the rate limits, all other limits |

mod check;
mod error;
mod feature;
mod header;
pub mod host;
mod limits;
mod origin;
mod proxy;
mod rate;
mod secret_strength;
mod secrets;
mod settings;
#[cfg(test)]
mod tests;
mod upstream;

use http::HeaderName;
use ipnet::IpNet;
use url::Url;

use crate::rules::secret_search::SecretSearch;
use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::session::SessionKeys;

pub use check::check_each;
pub use error::{ConfigError, ConfigErrors, SettingProblem};
pub use feature::{EnabledFeatures, Feature};
pub use limits::{DRAIN_REFUSED_BODY_MS, ResourceLimits};
pub use origin::Origin;
pub use rate::{RateConfig, TeamLimit};
pub use secrets::{API_KEY, SEALING, SESSION, Secrets, VisitorSource};
pub use settings::Settings;
pub use upstream::base_url;

/// A configuration that passed the check. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) api_key: Secret,
    /// Finds the key and the secrets in what a visitor is about to get.
    pub(crate) secret_search: SecretSearch,
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
    pub(crate) sessions: Sessions,
    /// Whether visitors may ask without a session token.
    pub(crate) allow_anonymous: bool,
    pub(crate) sealing: SealingKeys,
    pub(crate) enabled_features: EnabledFeatures,
    /// The proxies whose `X-Forwarded-For` counts.
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) rate: RateConfig,
    pub(crate) limits: ResourceLimits,
    /// Begins with `/`; does not end with it, unless it is `/`.
    pub(crate) mount: String,
}

/// Who tells the gateway who a visitor is.
#[derive(Clone, Debug)]
pub(crate) enum Sessions {
    /// Nobody: visitors are anonymous.
    None,
    /// The web app's backend, by tokens that it signs.
    Tokens(SessionKeys),
    /// The web app, which is asked.
    App,
}

impl Config {
    pub fn limits(&self) -> &ResourceLimits {
        &self.limits
    }

    /// Returns the proxies whose `X-Forwarded-For` counts.
    pub fn trusted_proxies(&self) -> &[IpNet] {
        &self.trusted_proxies
    }

    /// Whether http and private addresses are acceptable upstream.
    pub fn allow_insecure_upstream(&self) -> bool {
        self.allow_insecure_upstream
    }

    /// Adds a host that the gateway answers for.
    pub fn add_host(&mut self, host: &str) {
        self.hosts.extend(host::normalise(host));
    }

    /// Has the gateway answer at the root, whatever the settings say: something in front of it takes the
    /// mount's prefix away.
    pub fn mount_at_root(&mut self) {
        self.mount = "/".to_owned();
    }

    pub fn mount(&self) -> &str {
        &self.mount
    }

    /// Returns the part of a path that is below the mount, with the `/` that it begins with.
    pub(crate) fn path_below_mount<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.mount.trim_end_matches('/'))?;
        rest.starts_with('/').then_some(rest)
    }
}

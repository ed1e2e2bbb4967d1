//! Every setting: how it is given, what it is by default, and what may be wrong with it.
//!
//! [`Settings`] and [`Secrets`] are what somebody wrote; [`Config`] is what was found good, and the
//! only thing that the rest of the gateway sees. All that is wrong is said at once.
//!
//! | file | what it holds |
//! |---|---|
//! | `settings` | the settings as they are written: flags, environment, defaults |
//! | `secrets` | the key and the secrets: environment and files only |
//! | `error` | what is wrong, and how to mend it |
//! | `check` | from written to good |
//! | `origin`, `host`, `upstream` | where requests come from, what they are for, where they go |
//! | `feature`, `rate`, `limits` | what is switched on, and how much of it there may be |

mod check;
mod error;
mod feature;
pub(crate) mod host;
mod limits;
mod origin;
mod rate;
mod secrets;
mod settings;
#[cfg(test)]
mod tests;
mod upstream;

use std::net::SocketAddr;

use ipnet::IpNet;
use url::Url;

use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::session::SessionKeys;

pub use error::{ConfigError, ConfigErrors};
pub use feature::{Enabled, Feature};
pub use limits::Limits;
pub use origin::Origin;
pub use rate::{RateConfig, TeamLimit};
pub use secrets::Secrets;
pub use settings::{LogFormat, Settings};

/// Settings that were found good. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) api_key: Secret,
    /// Where the API is: http or https, no userinfo, no query; its path ends with `/`, so that
    /// `join("v1/characters")` stays below it.
    pub(crate) api_base: Url,
    /// Where upload URLs may point.
    pub(crate) upload_origins: Vec<Origin>,
    /// Whether http and private addresses are good enough upstream.
    pub(crate) insecure_upstream: bool,
    /// The pages that may ask.
    pub(crate) origins: Vec<Origin>,
    /// The hosts that are answered for, as [`host::normalise`] writes them.
    pub(crate) hosts: Vec<String>,
    /// `None` where there are no session tokens; then `anonymous` is true.
    pub(crate) session: Option<SessionKeys>,
    /// Whether visitors come in without a session token.
    pub(crate) anonymous: bool,
    pub(crate) sealing: SealingKeys,
    pub(crate) enabled: Enabled,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) rate: RateConfig,
    pub(crate) limits: Limits,
    pub(crate) listen: SocketAddr,
    pub(crate) admin_listen: SocketAddr,
    /// Begins with `/`; does not end with it, unless it is `/`.
    pub(crate) mount: String,
}

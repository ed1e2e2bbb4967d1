//! The store that several gateways share.

use std::path::Path;
use std::{fmt, fs};

use aurous_gateway_core::Secret;
use aurous_gateway_core::config::{ConfigErrors, SettingProblem};
use redis::{Client, ConnectionInfo, IntoConnectionInfo as _, TlsCertificates};
use url::Url;

use super::server_settings::ServerSettings;

/// The variable of the store's password.
pub const STORE_PASSWORD: &str = "AUROUS_STORE_PASSWORD";

const HOW_TO_WRITE: &str = "Write redis://HOST:6379, or rediss://HOST:6379 for TLS";

/// A Redis or Valkey server, and where in it the gateways keep what they share.
#[derive(Clone)]
pub struct StoreConfig {
    pub(crate) client: Client,
    pub(crate) prefix: String,
}

/// Shows no password.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoreConfig(…)")
    }
}

impl StoreConfig {
    /// Makes the configuration of the settings, and adds an error for each that is wrong. `None` where there is
    /// no store.
    pub(super) fn check(
        settings: &ServerSettings,
        password: &Secret,
        errors: &mut ConfigErrors,
    ) -> Option<Self> {
        let prefix = errors.accept("--store-prefix", check_prefix(&settings.store_prefix));
        let authorities = settings.store_ca_file.as_deref().map(read_authorities);
        let authorities = errors.accept("--store-ca-file", authorities.transpose());
        let password = Some(password.expose()).filter(|it| !it.is_empty());
        let Some(url) = &settings.store else {
            if password.is_some() {
                let problem = "it is set, and there is no store";
                errors.add(STORE_PASSWORD, problem, "Set --store, too");
            }
            return None;
        };
        let connection = errors.accept("--store", check_url(url));
        let mut connection = connection?;
        if let Some(password) = password {
            let redis = connection.redis_settings().clone().set_password(password);
            connection = connection.set_redis_settings(redis);
        }
        let client = match authorities? {
            None => Client::open(connection),
            root_cert => {
                let client_tls = None;
                let certificates = TlsCertificates {
                    client_tls,
                    root_cert,
                };
                Client::build_with_tls(connection, certificates)
            }
        };
        let client = errors.accept("--store-ca-file", client.map_err(|_| unusable()));
        Some(Self {
            client: client?,
            prefix: prefix?,
        })
    }
}

fn check_url(text: &str) -> Result<ConnectionInfo, SettingProblem> {
    let refuse = |problem| SettingProblem::new(problem, HOW_TO_WRITE);
    let url = Url::parse(text).map_err(|_| refuse("is not a URL"))?;
    if !matches!(url.scheme(), "redis" | "rediss") {
        return Err(refuse("is not a redis or rediss URL"));
    }
    if url.password().is_some() {
        return Err(SettingProblem::new(
            "has a password, which every process of the machine can read",
            "Set AUROUS_STORE_PASSWORD or AUROUS_STORE_PASSWORD_FILE instead",
        ));
    }
    // The client reads `#insecure`, which would let anyone answer for the server.
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("has a query or a fragment"));
    }
    url.into_connection_info()
        .map_err(|_| refuse("is not a URL of a server"))
}

fn read_authorities(path: &Path) -> Result<Vec<u8>, SettingProblem> {
    let text = fs::read_to_string(path).map_err(|error| {
        // Says the kind of error alone: the path may be a secret in the wrong place.
        SettingProblem::new(
            format!("names a file that cannot be read ({})", error.kind()),
            "Check its path and its permissions",
        )
    })?;
    if text.contains("-----BEGIN CERTIFICATE-----") {
        Ok(text.into_bytes())
    } else {
        Err(unusable())
    }
}

fn unusable() -> SettingProblem {
    SettingProblem::new(
        "names no certificates, or --store does not use TLS",
        "Give certificates in PEM, and a --store that begins with rediss://",
    )
}

fn check_prefix(text: &str) -> Result<String, SettingProblem> {
    // Braces in a key say where a cluster keeps it.
    let is_good = |it: char| it.is_ascii_graphic() && !matches!(it, '{' | '}');
    if text.len() <= 64 && text.chars().all(is_good) {
        return Ok(text.to_owned());
    }
    Err(SettingProblem::new(
        "is not a prefix of keys",
        "Use at most 64 letters, digits and signs, without braces",
    ))
}

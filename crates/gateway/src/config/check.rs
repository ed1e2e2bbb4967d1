//! The check of settings and secrets.

use std::net::IpAddr;

use aurous_contract::header::is_header_value;
use aurous_contract::rate::Bucket;
use ipnet::IpNet;

use super::error::{ConfigErrors, SettingProblem, quoted};
use super::feature::EnabledFeatures;
use super::limits::check_limits;
use super::origin::Origin;
use super::rate::{self, RateConfig, TeamLimit};
use super::secrets::{API_KEY, SEALING, SESSION, Secrets};
use super::settings::Settings;
use super::{Config, header, host, upstream};
use crate::rules::secret_search::SecretSearch;
use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::session::SessionKeys;

/// The bytes of the shortest secret: as many as the hash has (RFC 7518, 3.2).
const SECRET_MIN_BYTES: usize = 32;

impl Config {
    /// Checks settings and secrets.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn new(settings: Settings, secrets: Secrets) -> Result<Self, ConfigErrors> {
        check(&settings, secrets, ConfigErrors::default())
    }

    /// Checks settings, and the secrets that [`Secrets::from_environment`] finds.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn from_environment(
        settings: Settings,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::default();
        let secrets = Secrets::read(lookup, &mut errors);
        check(&settings, secrets, errors)
    }
}

fn check(
    settings: &Settings,
    secrets: Secrets,
    mut errors: ConfigErrors,
) -> Result<Config, ConfigErrors> {
    check_secrets(&secrets, settings.allow_anonymous, &mut errors);
    let allow_insecure_upstream = settings.allow_insecure_upstream;
    let origins = check_origins(settings, &mut errors);
    let hosts = check_hosts(settings, &origins, &mut errors);
    let upload_origins = check_each(
        "--upload-origin",
        &settings.upload_origins,
        &mut errors,
        |text| upstream::upload_origin(text, allow_insecure_upstream),
    );
    if upload_origins.is_empty() && !errors.has_error_in("--upload-origin") {
        errors.add(
            "--upload-origin",
            "none is given, so no file could be uploaded",
            "Leave the setting out, or name the upload host's origin",
        );
    }
    let allowed_headers = check_each(
        "--allow-header",
        &settings.allowed_headers,
        &mut errors,
        header::check,
    );
    let trusted_proxies = check_each(
        "--trusted-proxy",
        &settings.trusted_proxies,
        &mut errors,
        parse_network,
    );
    let rate = check_rate(settings, &mut errors);
    let limits = check_limits(settings, &mut errors);
    check_text("--audience", &settings.audience, &mut errors);
    check_mount(&settings.mount, &mut errors);
    let api_base = errors.accept(
        "--api-url",
        upstream::api_base(&settings.api_url, allow_insecure_upstream),
    );

    let (Some(api_base), Some(rate), true) = (api_base, rate, errors.is_empty()) else {
        return Err(errors);
    };
    let api_origin = api_base.origin().ascii_serialization();
    let Some(sealing) = SealingKeys::new(&secrets.sealing, &api_origin) else {
        return Err(errors);
    };
    let all_secrets = [&secrets.api_key].into_iter();
    let all_secrets = all_secrets.chain(&secrets.session).chain(&secrets.sealing);
    Ok(Config {
        secret_search: SecretSearch::new(all_secrets),
        api_base,
        upload_origins,
        allow_insecure_upstream,
        origins,
        hosts,
        allowed_headers,
        session: SessionKeys::new(&secrets.session, &settings.audience),
        allow_anonymous: settings.allow_anonymous,
        sealing,
        api_key: secrets.api_key,
        enabled_features: EnabledFeatures::new(&settings.enable),
        trusted_proxies,
        rate,
        limits,
        listen: settings.listen,
        admin_listen: settings.admin_listen,
        mount: settings.mount.clone(),
    })
}

fn check_secrets(secrets: &Secrets, anonymous: bool, errors: &mut ConfigErrors) {
    if !errors.has_error_in(API_KEY) {
        if secrets.api_key.expose().is_empty() {
            let remedy = "Set it to the team's key, or AUROUS_API_KEY_FILE to a file that holds it";
            errors.add(API_KEY, "it is not set", remedy);
        } else if !is_header_value(secrets.api_key.expose()) {
            let problem = "it cannot be sent: it holds a character that is not printable ASCII";
            errors.add(
                API_KEY,
                problem,
                "Copy the key again, without anything around it",
            );
        }
    }
    if secrets.session.is_empty() && !anonymous && !errors.has_error_in(SESSION) {
        errors.add(
            SESSION,
            "it is not set, so no visitor could ask",
            "Set it to the secret that your backend signs session tokens with, or let every visitor in with --allow-anonymous",
        );
    }
    if secrets.sealing.is_empty() && !errors.has_error_in(SEALING) {
        let remedy = "Set it to a random text, such as `openssl rand -hex 32` prints, and keep it across restarts";
        errors.add(SEALING, "it is not set", remedy);
    }
    check_lengths(SESSION, &secrets.session, errors);
    check_lengths(SEALING, &secrets.sealing, errors);
    if secrets
        .sealing
        .iter()
        .any(|it| secrets.session.contains(it))
    {
        let problem = "one of them is a session secret, which the backend knows, too";
        errors.add(
            SEALING,
            problem,
            "Make a separate one with `openssl rand -hex 32`",
        );
    }
}

fn check_lengths(setting: &'static str, secrets: &[Secret], errors: &mut ConfigErrors) {
    for (index, secret) in secrets.iter().enumerate() {
        let bytes = secret.expose().len();
        if bytes < SECRET_MIN_BYTES {
            let problem = format!(
                "secret {} has {bytes} bytes; the least is {SECRET_MIN_BYTES}",
                index + 1
            );
            let remedy =
                "Make one with `openssl rand -hex 32`; a comma or a line end separates secrets";
            errors.add(setting, problem, remedy);
        }
    }
}

fn check_origins(settings: &Settings, errors: &mut ConfigErrors) -> Vec<Origin> {
    let origins = check_each("--origin", &settings.origins, errors, Origin::check);
    if origins.is_empty() && !errors.has_error_in("--origin") {
        errors.add(
            "--origin",
            "none is given, so no page could ask",
            "Name the origin of each page that uses the gateway: --origin https://app.example",
        );
    }
    origins
}

/// Returns the hosts of the origins and the given ones.
fn check_hosts(settings: &Settings, origins: &[Origin], errors: &mut ConfigErrors) -> Vec<String> {
    let given = check_each("--host", &settings.hosts, errors, |text| {
        host::normalise(text).ok_or_else(|| {
            SettingProblem::new(
                format!("{} is not a host", quoted(text)),
                "Write a name or an address and, where it is not 80 or 443, the port: gateway.example:8443",
            )
        })
    });
    let mut hosts: Vec<String> = origins
        .iter()
        .filter_map(|origin| host::normalise(origin.host()?))
        .chain(given)
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

fn parse_network(text: &str) -> Result<IpNet, SettingProblem> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| {
        SettingProblem::new(
            format!("{} is not an address or a network", quoted(text)),
            "Write 10.0.0.7, 10.0.0.0/8 or fd00::/8",
        )
    })
}

fn check_rate(settings: &Settings, errors: &mut ConfigErrors) -> Option<RateConfig> {
    let given = check_each(
        "--team-limit",
        &settings.team_limits,
        errors,
        TeamLimit::check,
    );
    for bucket in Bucket::ALL {
        if given.iter().filter(|it| it.bucket == bucket).count() > 1 {
            let problem = "a bucket is given twice";
            errors.add("--team-limit", problem, "Give each bucket once");
        }
    }
    let team_share = errors.accept("--team-share", rate::parse_share(&settings.team_share));
    let subject_share = errors.accept(
        "--subject-share",
        rate::parse_share(&settings.subject_share),
    );
    Some(RateConfig {
        limits: Bucket::ALL.map(|bucket| {
            let limit = given.iter().find(|it| it.bucket == bucket).copied();
            limit.unwrap_or_else(|| TeamLimit::documented(bucket))
        }),
        team_share: team_share?,
        subject_share: subject_share?,
    })
}

/// Parses each text that is not blank, and adds an error for each that does not parse.
fn check_each<T>(
    setting: &'static str,
    texts: &[String],
    errors: &mut ConfigErrors,
    parse: impl Fn(&str) -> Result<T, SettingProblem>,
) -> Vec<T> {
    texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .filter_map(|text| errors.accept(setting, parse(text)))
        .collect()
}

fn check_text(setting: &'static str, text: &str, errors: &mut ConfigErrors) {
    if text.is_empty() {
        errors.add(setting, "it is empty", "Leave it out, or give a text");
    }
}

/// Accepts only paths that every router and every proxy reads alike.
fn check_mount(mount: &str, errors: &mut ConfigErrors) {
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    let is_path = mount
        .strip_prefix('/')
        .is_some_and(|rest| rest.is_empty() || rest.split('/').all(is_segment));
    if !is_path {
        let problem = format!("{} is not a path to mount at", quoted(mount));
        let remedy = "Write /, or /aurous: a / before each part, none at the end, parts of letters, digits and - . _ ~";
        errors.add("--mount", problem, remedy);
    }
}

//! The check of settings and secrets.

use aurous_contract::rate::Bucket;

use super::error::{ConfigErrors, SettingProblem};
use super::feature::EnabledFeatures;
use super::limits::check_limits;
use super::origin::Origin;
use super::rate::{self, RateConfig, TeamLimit};
use super::secret_strength::{check_api_key, check_secret};
use super::secrets::{API_KEY, SEALING, SESSION, Secrets, VisitorSource};
use super::settings::Settings;
use super::{Config, Sessions, header, host, proxy, upstream};
use crate::rules::secret_search::SecretSearch;
use crate::seal::SealingKeys;
use crate::secret::Secret;
use crate::session::SessionKeys;
use crate::session::name::{NameProblem, check_name};

impl Config {
    /// Checks settings and secrets.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn new(settings: &Settings, secrets: Secrets) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::default();
        Self::check(settings, secrets, &mut errors).ok_or(errors)
    }

    /// Checks settings and secrets, and adds what is wrong with them. `None` where `errors` are not empty
    /// afterwards.
    pub fn check(settings: &Settings, secrets: Secrets, errors: &mut ConfigErrors) -> Option<Self> {
        check_secrets(&secrets, settings.allow_anonymous, errors);
        let allow_insecure_upstream = settings.allow_insecure_upstream;
        let origins = check_origins(settings, errors);
        let hosts = check_hosts(settings, &origins, errors);
        let upload_origins = check_each(
            "--upload-origin",
            &settings.upload_origins,
            errors,
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
            errors,
            header::check,
        );
        let trusted_proxies = check_each(
            "--trusted-proxy",
            &settings.trusted_proxies,
            errors,
            proxy::parse_network,
        );
        let rate = check_rate(settings, errors);
        let limits = check_limits(settings, errors);
        errors.accept("--audience", check_audience(&settings.audience));
        errors.accept("--mount", check_mount(&settings.mount));
        let api_base = errors.accept(
            "--api-url",
            upstream::api_base(&settings.api_url, allow_insecure_upstream),
        );

        let (Some(api_base), Some(rate), true) = (api_base, rate, errors.is_empty()) else {
            return None;
        };
        let api_origin = api_base.origin().ascii_serialization();
        let sealing = SealingKeys::new(&secrets.sealing, &api_origin)?;
        let all_secrets = [&secrets.api_key].into_iter();
        let all_secrets = all_secrets.chain(&secrets.session).chain(&secrets.sealing);
        Some(Config {
            secret_search: SecretSearch::new(all_secrets),
            api_base,
            upload_origins,
            allow_insecure_upstream,
            origins,
            hosts,
            allowed_headers,
            sessions: match SessionKeys::new(&secrets.session, &settings.audience) {
                _ if secrets.visitors == VisitorSource::App => Sessions::App,
                Some(keys) => Sessions::Tokens(keys),
                None => Sessions::None,
            },
            allow_anonymous: settings.allow_anonymous,
            sealing,
            api_key: secrets.api_key,
            enabled_features: EnabledFeatures::new(&settings.enable),
            trusted_proxies,
            rate,
            limits,
            mount: settings.mount.clone(),
        })
    }
}

fn check_secrets(secrets: &Secrets, anonymous: bool, errors: &mut ConfigErrors) {
    let app_is_asked = secrets.visitors == VisitorSource::App;
    if app_is_asked && !secrets.session.is_empty() {
        let problem = "they are given beside `session`, which decides who asks";
        errors.add(SESSION, problem, "Give one of both");
    }
    if !errors.has_error_in(API_KEY) {
        if secrets.api_key.expose().is_empty() {
            let remedy = "Set it to the team's key";
            errors.add(API_KEY, "it is not set", remedy);
        } else {
            errors.accept(API_KEY, check_api_key(secrets.api_key.expose()));
        }
    }
    let has_sessions = app_is_asked || !secrets.session.is_empty();
    if !has_sessions && !anonymous && !errors.has_error_in(SESSION) {
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
    check_each_secret(SESSION, &secrets.session, &secrets.api_key, errors);
    check_each_secret(SEALING, &secrets.sealing, &secrets.api_key, errors);
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

fn check_each_secret(
    setting: &'static str,
    secrets: &[Secret],
    api_key: &Secret,
    errors: &mut ConfigErrors,
) {
    for (place, secret) in secrets.iter().enumerate() {
        errors.accept_at(setting, place, check_secret(secret, api_key));
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
                "is not a host",
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
pub fn check_each<T>(
    setting: &'static str,
    texts: &[String],
    errors: &mut ConfigErrors,
    parse: impl Fn(&str) -> Result<T, SettingProblem>,
) -> Vec<T> {
    texts
        .iter()
        .map(|text| text.trim())
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .filter_map(|(place, text)| errors.accept_at(setting, place, parse(text)))
        .collect()
}

fn check_audience(text: &str) -> Result<(), SettingProblem> {
    let problem = match check_name(text) {
        Ok(()) => return Ok(()),
        Err(NameProblem::Empty) => "is empty",
        Err(NameProblem::SpaceAtAnEnd) => "begins or ends with a space",
        Err(NameProblem::Invisible) => "has a character that cannot be seen",
    };
    Err(SettingProblem::new(
        problem,
        "Leave it out, or write the `aud` that your backend signs",
    ))
}

/// Accepts only paths that every router and every proxy reads alike.
fn check_mount(mount: &str) -> Result<(), SettingProblem> {
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    let is_path = mount
        .strip_prefix('/')
        .is_some_and(|rest| rest.is_empty() || rest.split('/').all(is_segment));
    if is_path {
        return Ok(());
    }
    Err(SettingProblem::new(
        "is not a path to mount at",
        "Write /, or /aurous: a / before each part, none at the end, parts of letters, digits and - . _ ~",
    ))
}

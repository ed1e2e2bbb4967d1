//! Which configurations are good, and what the errors of the others say.

mod places;
mod secrets;
mod settings;

use super::*;

const SEALING: &str = "a sealing secret of more than thirty-two bytes";
const SESSION: &str = "a session secret of more than thirty-two bytes";

fn settings() -> Settings {
    Settings {
        origins: vec!["https://app.example".to_owned()],
        ..Settings::default()
    }
}

fn secrets() -> Secrets {
    Secrets {
        api_key: Secret::new("al_live_0123"),
        session: vec![Secret::new(SESSION)],
        sealing: vec![Secret::new(SEALING)],
        visitors: VisitorSource::Tokens,
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().copied().map(str::to_owned).collect()
}

/// Checks a good configuration with something changed.
fn with(change: impl FnOnce(&mut Settings, &mut Secrets)) -> Result<Config, ConfigErrors> {
    let (mut settings, mut secrets) = (settings(), secrets());
    change(&mut settings, &mut secrets);
    Config::new(&settings, secrets)
}

/// Returns the settings that the errors name after a change, each with the error's text.
fn refused(change: impl FnOnce(&mut Settings, &mut Secrets)) -> Vec<(&'static str, String)> {
    let errors = with(change).unwrap_err();
    errors
        .iter()
        .map(|error| (error.setting, error.to_string()))
        .collect()
}

/// Asserts that a change causes one error, in this setting.
#[track_caller]
fn assert_refused(setting: &str, change: impl FnOnce(&mut Settings, &mut Secrets)) {
    let errors = refused(change);
    let named: Vec<_> = errors.iter().map(|(setting, _)| *setting).collect();
    assert_eq!(named, [setting], "{errors:?}");
}

#[test]
fn a_key_an_origin_and_two_secrets_make_a_configuration() {
    let config = with(|_, _| ()).unwrap();
    assert_eq!(config.api_base.as_str(), "https://api.aurous-labs.com/");
    assert_eq!(config.upload_origins[0].as_str(), "https://aurous.storage");
    assert_eq!(config.hosts, ["app.example"]);
    assert!(
        matches!(config.sessions, Sessions::Tokens(_))
            && !config.allow_anonymous
            && !config.allow_insecure_upstream
    );
    assert!(!config.enabled_features.contains(Feature::Generate));
    assert_eq!(config.rate.team_share, 1);
    assert_eq!(config.rate.subject_share, 3);
    assert_eq!(config.limits.request_timeout.as_secs(), 3600);
}

#[test]
fn every_error_is_reported_at_once_a_line_each() {
    let wrong = Settings {
        mount: "aurous".to_owned(),
        api_url: "ftp://api.example".to_owned(),
        team_share: "half".to_owned(),
        max_uploads: 0,
        ..Settings::default()
    };
    let none = Secrets {
        api_key: Secret::new(""),
        session: vec![],
        sealing: vec![],
        visitors: VisitorSource::Tokens,
    };
    let errors = Config::new(&wrong, none).unwrap_err();
    let mut named: Vec<_> = errors.iter().map(|error| error.setting).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "--api-url",
            "--max-uploads",
            "--mount",
            "--origin",
            "--team-share",
            "AUROUS_API_KEY",
            "AUROUS_SEALING_SECRETS",
            "AUROUS_SESSION_SECRETS",
        ]
    );
    let text = errors.to_string();
    assert_eq!(text.lines().count(), named.len(), "{text}");
    for (line, error) in text.lines().zip(errors.iter()) {
        assert!(line.starts_with(error.setting), "{line}");
        assert!(!error.problem.is_empty() && !error.remedy.is_empty());
    }
}

#[test]
fn debug_shows_no_secret() {
    let config = with(|settings, _| settings.allow_anonymous = true).unwrap();
    let text = format!("{config:?} {:?}", secrets());
    for secret in [SEALING, SESSION, "al_live"] {
        assert!(!text.contains(secret), "{text}");
    }
}

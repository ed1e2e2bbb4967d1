use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use super::*;

type Variables<'a> = HashMap<&'a str, String>;

fn variables<'a>(all: &[(&'a str, &str)]) -> Variables<'a> {
    let owned = all.iter().map(|(name, value)| (*name, (*value).to_owned()));
    owned.collect()
}

fn read(variables: &Variables<'_>) -> Result<Secrets, ConfigErrors> {
    secrets_from_environment(|name| variables.get(name).cloned())
}

fn exposed(secrets: &[Secret]) -> Vec<&str> {
    secrets.iter().map(Secret::expose).collect()
}

/// A file that is deleted when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let name = format!("aurous-gateway-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn secrets_come_from_the_environment() {
    let secrets = read(&variables(&[
        ("AUROUS_API_KEY", "al_live_1\n"),
        ("AUROUS_SESSION_SECRETS", "one, two,\n"),
        ("AUROUS_SEALING_SECRETS", "three\r\nfour\n\n"),
    ]));
    let secrets = secrets.unwrap();
    assert_eq!(secrets.api_key.expose(), "al_live_1");
    assert_eq!(exposed(&secrets.session), ["one", "two"]);
    assert_eq!(exposed(&secrets.sealing), ["three", "four"]);
}

#[test]
fn secrets_come_from_files() {
    let key = File::new("key", b"al_live_1\n");
    let sealing = File::new("sealing", b"one\ntwo\n");
    let secrets = read(&variables(&[
        ("AUROUS_API_KEY_FILE", key.path()),
        ("AUROUS_SEALING_SECRETS_FILE", sealing.path()),
        // A Compose file sets a variable that it leaves out to the empty text.
        ("AUROUS_SEALING_SECRETS", ""),
    ]));
    let secrets = secrets.unwrap();
    assert_eq!(secrets.api_key.expose(), "al_live_1");
    assert_eq!(exposed(&secrets.sealing), ["one", "two"]);
    assert!(secrets.session.is_empty());
}

#[test]
fn a_secret_cannot_come_from_both() {
    let variables = variables(&[
        ("AUROUS_API_KEY", "al_live_1"),
        ("AUROUS_API_KEY_FILE", "/nowhere"),
    ]);
    let text = read(&variables).unwrap_err().to_string();
    assert!(text.starts_with("AUROUS_API_KEY: it and AUROUS_API_KEY_FILE"));
    assert!(!text.contains("al_live_1"), "{text}");
}

#[test]
fn an_unreadable_file_is_named_by_its_variable_alone() {
    let binary = File::new("binary", &[0xff; 40]);
    // The first is the secret itself, in place of its path.
    for path in [SESSION, binary.path()] {
        let variables = variables(&[("AUROUS_SESSION_SECRETS_FILE", path)]);
        let text = read(&variables).unwrap_err().to_string();
        assert!(text.contains("AUROUS_SESSION_SECRETS_FILE"), "{text}");
        assert!(!text.contains(path), "{text}");
    }
}

#[test]
fn an_unreadable_secret_is_not_reported_as_missing_as_well() {
    let variables = variables(&[
        ("AUROUS_API_KEY_FILE", "/nowhere/at/all"),
        ("AUROUS_SEALING_SECRETS", "short"),
    ]);
    let mut settings = settings();
    settings.gateway.allow_anonymous = true;
    let lookup = |name: &str| variables.get(name).cloned();
    let errors = ProgramConfig::from_environment(&settings, lookup).unwrap_err();
    let named: Vec<_> = errors.iter().map(|error| error.setting).collect();
    assert_eq!(named, ["AUROUS_API_KEY", "AUROUS_SEALING_SECRETS"]);
}

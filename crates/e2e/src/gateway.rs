//! The gateway as tests and the demo set it up: for one page, in front of an emulator that is as strict
//! as the API.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use aurous_emulator::Emulator;
use aurous_gateway::session::{Claims, SessionKeys};
use aurous_gateway::{Config, Secret, Secrets, Settings};

/// What session tokens are signed with: of tests, not of anybody's.
pub const SESSION_SECRET: &str = "what-this-test-signs-its-session-tokens-with";
/// What upload URLs and ids are sealed with, likewise.
pub const SEALING_SECRET: &str = "what-this-test-seals-its-upload-urls-with";

/// Settings that let pages of one origin (`http://127.0.0.1:8000`) in, without a session token.
pub fn settings(emulator: &Emulator, page: &str) -> Settings {
    let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Settings {
        origins: vec![page.to_owned()],
        allow_anonymous: true,
        api_url: emulator.api_url().to_owned(),
        upload_origins: vec![emulator.upload_url().to_owned()],
        listen: free_port,
        admin_listen: free_port,
        // One visitor is all there is: none of the team's limit is kept for others.
        subject_share: "1/1".to_owned(),
        ..Settings::default()
    }
}

/// The settings, with the emulator's key and the secrets above.
///
/// # Errors
/// What is wrong with the settings.
pub fn config(emulator: &Emulator, settings: Settings) -> Result<Config> {
    let secrets = Secrets {
        api_key: Secret::new(emulator.api_key()),
        session: vec![Secret::new(SESSION_SECRET)],
        sealing: vec![Secret::new(SEALING_SECRET)],
    };
    Config::new(settings, secrets).context("the gateway's configuration")
}

/// A session token of `subject`, as a web app's backend makes it, good until this epoch second.
///
/// # Errors
/// There is no secret to sign with.
pub fn session_token(secret: &str, subject: &str, expires_at: u64) -> Result<String> {
    let keys = SessionKeys::new(&[Secret::new(secret)], &Settings::default().audience);
    let claims = Claims {
        subject: subject.to_owned(),
        expires_at,
        characters: Vec::new(),
    };
    Ok(keys.context("no secret")?.sign(&claims))
}

//! Configures the gateway for tests and the demo: for one page, in front of an emulator that is as strict as
//! the API.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use aurous_emulator::Emulator;
use aurous_gateway::config::VisitorSource;
use aurous_gateway::session::{Claims, SessionKeys};
use aurous_gateway::{
    Config, ProgramConfig, ProgramSettings, Secret, Secrets, ServerSettings, Settings,
};

/// Signs session tokens in tests.
pub const SESSION_SECRET: &str = "what-this-test-signs-its-session-tokens-with";
/// Seals upload URLs and ids in tests.
pub const SEALING_SECRET: &str = "what-this-test-seals-its-upload-urls-with";

/// Makes settings that admit pages of one origin (`http://127.0.0.1:8000`), without a session token.
pub fn settings(emulator: &Emulator, page: &str) -> Settings {
    Settings {
        origins: vec![page.to_owned()],
        allow_anonymous: true,
        api_url: emulator.api_url().to_owned(),
        upload_origins: vec![emulator.upload_url().to_owned()],
        // There is only one visitor, who gets the team's whole limit.
        subject_share: "1/1".to_owned(),
        ..Settings::default()
    }
}

/// Makes the configuration of a router: the settings, the emulator's key, and the secrets above.
///
/// # Errors
/// The settings are invalid.
pub fn config(emulator: &Emulator, settings: &Settings) -> Result<Config> {
    Config::new(settings, secrets(emulator)).context("the gateway's configuration")
}

/// Makes the configuration of a whole gateway, which listens on free ports.
///
/// # Errors
/// The settings are invalid.
pub fn program_config(emulator: &Emulator, gateway: Settings) -> Result<ProgramConfig> {
    let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = ServerSettings {
        listen: free_port,
        admin_listen: free_port,
        ..ServerSettings::default()
    };
    let settings = ProgramSettings { gateway, server };
    ProgramConfig::new(&settings, secrets(emulator)).context("the gateway's configuration")
}

fn secrets(emulator: &Emulator) -> Secrets {
    Secrets {
        api_key: Secret::new(emulator.api_key()),
        session: vec![Secret::new(SESSION_SECRET)],
        sealing: vec![Secret::new(SEALING_SECRET)],
        visitors: VisitorSource::Tokens,
    }
}

/// Makes a session token of `subject`, as a web app's backend does. It expires at an epoch second.
///
/// # Errors
/// The secret is unusable.
pub fn session_token(secret: &str, subject: &str, expires_at: u64) -> Result<String> {
    let keys = SessionKeys::new(&[Secret::new(secret)], &Settings::default().audience);
    let claims = Claims {
        subject: subject.to_owned(),
        expires_at,
        characters: Vec::new(),
    };
    Ok(keys.context("no secret")?.sign(&claims))
}

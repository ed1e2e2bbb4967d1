//! Which configurations of the program are good, and what the errors of the others say.

mod environment;
mod settings;
mod store;

use aurous_gateway_core::Secret;

use super::*;

const SESSION: &str = "a session secret of more than thirty-two bytes";

fn settings() -> ProgramSettings {
    let mut settings = ProgramSettings::default();
    settings.gateway.origins = vec!["https://app.example".to_owned()];
    settings
}

/// Checks a good configuration with something changed.
fn with(change: impl FnOnce(&mut ProgramSettings)) -> Result<ProgramConfig, ConfigErrors> {
    let mut settings = settings();
    change(&mut settings);
    let secrets = Secrets {
        api_key: Secret::new("al_live_0123"),
        session: vec![Secret::new(SESSION)],
        sealing: vec![Secret::new(
            "a sealing secret of more than thirty-two bytes",
        )],
        visitors: VisitorSource::Tokens,
    };
    ProgramConfig::new(&settings, secrets)
}

//! What a server under test needs: an emulator, a port, and the variables of the documentation.

use anyhow::Result;
use aurous_e2e::gateway::SEALING_SECRET;
use aurous_e2e::npm_server::free_port;
use aurous_e2e::testbed::strict_emulator;
use aurous_emulator::Emulator;

pub struct Stage {
    pub emulator: Emulator,
    pub port: u16,
}

impl Stage {
    pub async fn new() -> Result<Self> {
        let emulator = strict_emulator().await?;
        let port = free_port()?;
        Ok(Self { emulator, port })
    }

    /// Returns the server's origin, as the browser has it.
    pub fn origin(&self) -> String {
        origin(self.port)
    }

    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AUROUS_API_KEY", self.emulator.api_key().to_owned()),
            ("AUROUS_SEALING_SECRETS", SEALING_SECRET.to_owned()),
            ("AUROUS_API_URL", self.emulator.api_url().to_owned()),
            (
                "AUROUS_UPLOAD_ORIGIN",
                self.emulator.upload_url().to_owned(),
            ),
            ("APP_ORIGIN", self.origin()),
            ("PORT", self.port.to_string()),
        ]
    }
}

fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

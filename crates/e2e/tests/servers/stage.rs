//! What a server under test needs: an emulator, a port, and the variables of the documentation.

use anyhow::Result;
use aurous_e2e::gateway::{self, SEALING_SECRET};
use aurous_e2e::npm_server::free_port;
use aurous_e2e::testbed::strict_emulator;
use aurous_emulator::Emulator;
use aurous_gateway::Gateway;

pub struct Stage {
    pub emulator: Emulator,
    pub port: u16,
    /// What the stub passes requests on to.
    stub: Gateway,
}

impl Stage {
    pub async fn new() -> Result<Self> {
        let emulator = strict_emulator().await?;
        let port = free_port()?;
        let settings = gateway::settings(&emulator, &origin(port));
        let stub = Gateway::start(gateway::config(&emulator, settings)?).await?;
        Ok(Self {
            emulator,
            port,
            stub,
        })
    }

    /// Returns the server's origin, as the browser has it.
    pub fn origin(&self) -> String {
        origin(self.port)
    }

    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let stub = self.stub.url().trim_end_matches("/aurous").to_owned();
        vec![
            ("AUROUS_API_KEY", self.emulator.api_key().to_owned()),
            ("AUROUS_SEALING_SECRETS", SEALING_SECRET.to_owned()),
            ("AUROUS_API_URL", self.emulator.api_url().to_owned()),
            (
                "AUROUS_UPLOAD_ORIGIN",
                self.emulator.upload_url().to_owned(),
            ),
            ("AUROUS_STUB_GATEWAY", stub),
            ("APP_ORIGIN", self.origin()),
            ("PORT", self.port.to_string()),
        ]
    }
}

fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

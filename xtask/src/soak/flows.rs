//! `cargo xtask soak flows`: runs more of the random flows that the integration tests run forty of.

use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::process;
use crate::setup::{self, Need};

pub fn run(flows: u64, seed: u64) -> Result<ExitCode> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools, Need::Chromium])?;
    build::run(Profile::Release, &tools)?;
    process::become_command(
        tools
            .command("cargo")
            .args([
                "test",
                "-p",
                "aurous-e2e",
                "--test",
                "soak",
                "--",
                "--nocapture",
            ])
            .env("AUROUS_SOAK_FLOWS", flows.to_string())
            .env("AUROUS_SOAK_SEED", seed.to_string()),
    )
}

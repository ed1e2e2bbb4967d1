//! `cargo xtask bench flow`: measures what the SDK adds to the requests of a whole flow.

use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::process;
use crate::setup::{self, Need};

pub fn run() -> Result<ExitCode> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools, Need::Chromium])?;
    build::run(Profile::Release, &tools)?;
    // The server's profile: what an unoptimised server takes would hide what the SDK takes.
    process::become_command(
        tools
            .command("cargo")
            .args(["run", "--quiet", "--profile", "server", "-p", "aurous-e2e"])
            .args(["--bin", "aurous-flow-bench"]),
    )
}

//! `cargo xtask soak gateway`: attacks the gateway's program while good visitors use it.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{process, project};

/// Builds the programs, and runs the soak with these flags of its own.
pub fn run(flags: &[OsString]) -> Result<ExitCode> {
    let packages = ["-p", "aurous-gateway", "-p", "aurous-soak"];
    process::run(
        Command::new("cargo")
            .args(["build", "--profile", "server"])
            .args(packages),
    )?;
    let programs = project::target().join("server");
    process::become_command(
        Command::new(programs.join("aurous-soak"))
            .arg("--gateway")
            .arg(programs.join("aurous-gateway"))
            .args(flags),
    )
}

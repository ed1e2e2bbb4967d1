//! `cargo xtask soak gateway`: attacks the gateway's program while good visitors use it.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{process, project};

/// Runs the soak. With an attacker's name, starts that one alone.
pub fn run(seconds: u64, attackers: &[String]) -> Result<ExitCode> {
    let packages = ["-p", "aurous-gateway", "-p", "aurous-soak"];
    process::run(
        Command::new("cargo")
            .args(["build", "--profile", "server"])
            .args(packages),
    )?;
    let programs = project::target().join("server");
    let mut soak = Command::new(programs.join("aurous-soak"));
    soak.arg("--gateway").arg(programs.join("aurous-gateway"));
    soak.args(["--seconds", &seconds.to_string()]);
    for attacker in attackers {
        soak.args(["--attacker", attacker]);
    }
    process::become_command(&mut soak)
}

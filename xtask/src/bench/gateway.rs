//! `cargo xtask bench gateway`: measures the gateway beside nginx, on the same cores, in one run.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::{process, project, setup};

/// The load and the upstream run on the first core, the proxy under test on the second.
const LOAD_CORE: &str = "0";
const PROXY_CORE: &str = "1";

pub fn run() -> Result<ExitCode> {
    let nginx = setup::nginx()?;
    which::which("taskset").context("install taskset (util-linux): it pins programs to cores")?;
    let packages = ["-p", "aurous-gateway", "-p", "aurous-bench"];
    process::run(
        Command::new("cargo")
            .args(["build", "--profile", "server"])
            .args(packages),
    )?;
    let programs = project::target().join("server");
    process::become_command(
        Command::new("taskset")
            .args(["-c", LOAD_CORE])
            .arg(programs.join("aurous-bench"))
            .arg("--gateway")
            .arg(programs.join("aurous-gateway"))
            .arg("--nginx")
            .arg(nginx)
            .args(["--proxy-core", PROXY_CORE]),
    )
}

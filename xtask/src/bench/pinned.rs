//! The program of `crates/bench`. Load and upstream run on the first core, what is under test on the second.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::toolbox::Toolbox;
use crate::{process, project};

const LOAD_CORE: &str = "0";
const TESTED_CORE: &str = "1";

/// Builds the bench, and other packages, as for a server. Returns the command that measures a subject.
pub fn bench(subject: &str, packages: &[&str], tools: &Toolbox) -> Result<Command> {
    which::which("taskset").context("install taskset (util-linux): it pins programs to cores")?;
    let mut cargo = tools.command("cargo");
    cargo.args(["build", "--profile", "server", "-p", "aurous-bench"]);
    for package in packages {
        cargo.args(["-p", package]);
    }
    process::run(&mut cargo)?;
    let mut command = tools.command("taskset");
    command
        .args(["-c", LOAD_CORE])
        .arg(program("aurous-bench"))
        .args([subject, "--core", TESTED_CORE]);
    Ok(command)
}

/// Returns where a program is that was built as for a server.
pub fn program(name: &str) -> PathBuf {
    project::target().join("server").join(name)
}

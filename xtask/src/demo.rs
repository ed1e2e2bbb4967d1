//! `cargo xtask demo`: serves the example page for a person, or walks through it with a headless browser.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::build::{self, Profile};
use crate::setup::toolbox::Toolbox;
use crate::{process, program};

pub fn open(tools: &Toolbox) -> Result<ExitCode> {
    build::run(Profile::Release, tools)?;
    build_programs(tools)?;
    process::become_command(&mut command(tools)?)
}

pub fn headless(tools: &Toolbox) -> Result<ExitCode> {
    build::run(Profile::Release, tools)?;
    build_programs(tools)?;
    process::become_command(&mut headless_command(tools)?)
}

pub fn headless_command(tools: &Toolbox) -> Result<Command> {
    let mut command = command(tools)?;
    command.arg("--headless");
    Ok(command)
}

/// Builds the demo, the emulator and the gateway, for every command that runs one of them.
pub fn build_programs(tools: &Toolbox) -> Result<()> {
    process::run(tools.command("cargo").args([
        "build",
        "-p",
        "aurous-e2e",
        "-p",
        "aurous-emulator",
        "-p",
        "aurous-gateway",
    ]))
}

fn command(tools: &Toolbox) -> Result<Command> {
    let mut command = tools.command(program::path("aurous-demo")?);
    command.args([
        "--pkg",
        "pkg",
        "--site",
        "www-example",
        "--samples",
        "samples",
        "--out",
        "target/demo",
    ]);
    Ok(command)
}

//! `cargo xtask demo`: the example page, in a person's browser or driven by a headless one.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::process;
use crate::toolbox::Toolbox;

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

/// The demo, the emulator and the gateway, one build for all who run them.
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

/// A program of this workspace: cargo puts it beside the one that is running.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = env::current_exe().context("cannot tell where cargo put xtask")?;
    Ok(own
        .with_file_name(name)
        .with_extension(env::consts::EXE_EXTENSION))
}

fn command(tools: &Toolbox) -> Result<Command> {
    let mut command = tools.command(program("aurous-demo")?);
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

//! `cargo xtask live-check`: tries what the vendor's pages leave open against the real API.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::process;
use crate::setup::toolbox::Toolbox;

pub fn run(options: &[OsString]) -> Result<ExitCode> {
    // It is native, and needs none of the tools.
    let run = ["run", "--quiet", "-p", "aurous-live-check", "--"];
    process::become_command(Toolbox::default().command("cargo").args(run).args(options))
}

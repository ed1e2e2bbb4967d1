//! `cargo xtask bench gateway`: measures the gateway beside nginx, on the same core, in one run.

use std::process::ExitCode;

use anyhow::Result;

use super::pinned;
use crate::setup::toolbox::Toolbox;
use crate::{process, setup};

pub fn run() -> Result<ExitCode> {
    let nginx = setup::nginx()?;
    let mut bench = pinned::bench("gateway", &["aurous-gateway"], &Toolbox::default())?;
    bench
        .arg("--gateway")
        .arg(pinned::program("aurous-gateway"))
        .arg("--nginx")
        .arg(nginx);
    process::become_command(&mut bench)
}

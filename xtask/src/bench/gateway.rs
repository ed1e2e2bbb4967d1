//! `cargo xtask bench gateway`: measures the gateway, alone and with a store, beside nginx, on the same
//! core, in one run.

use std::process::ExitCode;

use anyhow::Result;

use super::pinned;
use crate::setup::toolbox::Toolbox;
use crate::{process, setup};

pub fn run() -> Result<ExitCode> {
    let (nginx, store) = (setup::nginx()?, setup::store()?);
    let mut bench = pinned::bench("gateway", &["aurous-gateway"], &Toolbox::default())?;
    bench
        .arg("--gateway")
        .arg(pinned::program("aurous-gateway"))
        .arg("--nginx")
        .arg(nginx)
        .arg("--store")
        .arg(store);
    process::become_command(&mut bench)
}

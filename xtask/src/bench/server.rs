//! `cargo xtask bench server`: measures the gateway's handler in Node beside a route written by hand, on the
//! same core, in one run.

use std::process::ExitCode;

use anyhow::Result;

use super::pinned;
use crate::setup::{self, Need};
use crate::{build, process};

pub fn run() -> Result<ExitCode> {
    let tools = setup::ensure(&[Need::Wasm, Need::NodeTools])?;
    let package = build::gateway::build_alone(&tools)?;
    let mut bench = pinned::bench("server", &[], &tools)?;
    bench
        .args(["--handler", "crates/gateway-js/programs/serve-node.mjs"])
        .args(["--by-hand", "crates/bench/javascript/by-hand.mjs"])
        .env("AUROUS_PKG", package);
    process::become_command(&mut bench)
}

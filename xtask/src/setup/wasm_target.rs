//! A toolchain that compiles to wasm32-unknown-unknown: the one that is there, the one that rustup
//! completes, or one made from Debian's packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};
use wait_timeout::ChildExt;

use super::cache::Cache;
use super::debian_wasm_toolchain::{self as debian, DebianToolchain};
use crate::process;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// A 20 MB download; rustup itself retries for long where there is no network.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

pub enum WasmTarget {
    /// The project's own toolchain has it; this is where its libraries are.
    Own(PathBuf),
    Debian(DebianToolchain),
}

impl WasmTarget {
    pub fn place(&self) -> &Path {
        match self {
            WasmTarget::Own(libraries) => libraries,
            WasmTarget::Debian(toolchain) => toolchain.folder(),
        }
    }
}

pub fn ensure(cache: &Cache) -> Result<WasmTarget> {
    let sysroot = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let sysroot = Path::new(sysroot.trim());
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if libraries.is_dir() {
        return Ok(WasmTarget::Own(libraries));
    }
    // One that was made before means that rustup could not help before.
    if let Some(toolchain) = debian::find(cache, sysroot) {
        return Ok(WasmTarget::Debian(toolchain));
    }
    if rustup_adds_target() && libraries.is_dir() {
        return Ok(WasmTarget::Own(libraries));
    }
    if debian::is_possible() {
        return Ok(WasmTarget::Debian(debian::ensure(cache, sysroot)?));
    }
    bail!(
        "rustc lacks the wasm target, and it could not be installed: run `rustup target add {TARGET}`"
    )
}

fn rustup_adds_target() -> bool {
    if which::which("rustup").is_err() {
        return false;
    }
    println!("Adding rustup's {TARGET} (usually 10 seconds)");
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .current_dir(crate::project::root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .and_then(|mut child| {
            let status = child.wait_timeout(RUSTUP_LIMIT)?;
            if status.is_none() {
                child.kill()?;
                child.wait()?;
            }
            Ok(status.is_some_and(|status| status.success()))
        })
        .unwrap_or(false);
    if !added {
        println!("rustup could not add it");
    }
    added
}

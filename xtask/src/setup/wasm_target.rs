//! Finds a toolchain that compiles to wasm32-unknown-unknown and has the standard library's source, which a
//! release build compiles itself: the current one, the current one after rustup has completed it, or one
//! made from Debian's packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};
use wait_timeout::ChildExt;

use super::cache::Cache;
use super::debian_wasm_toolchain::{self as debian, DebianToolchain};
use crate::process;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// For a download of about 20 MB. Without a network, rustup itself retries for longer.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

pub enum WasmTarget {
    /// The project's own toolchain has the target. This is the folder of the target's libraries.
    Own(PathBuf),
    Debian(DebianToolchain),
}

impl WasmTarget {
    pub fn folder(&self) -> &Path {
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
    let source = sysroot.join("lib/rustlib/src/rust/library");
    let is_complete = || libraries.is_dir() && source.is_dir();
    if is_complete() {
        return Ok(WasmTarget::Own(libraries));
    }
    // If there is one, rustup failed earlier, and would fail again.
    if let Some(toolchain) = debian::find(cache, sysroot) {
        return Ok(WasmTarget::Debian(toolchain));
    }
    if rustup(&["target", "add", TARGET])
        && rustup(&["component", "add", "rust-src"])
        && is_complete()
    {
        return Ok(WasmTarget::Own(libraries));
    }
    if debian::is_possible() {
        return Ok(WasmTarget::Debian(debian::ensure(cache, sysroot, TARGET)?));
    }
    bail!(
        "rustc lacks the wasm target or the standard library's source, and xtask could not install them: \
         run `rustup target add {TARGET}` and `rustup component add rust-src`"
    )
}

/// Runs rustup, and returns whether it succeeded.
fn rustup(arguments: &[&str]) -> bool {
    if which::which("rustup").is_err() {
        return false;
    }
    let name = arguments.last().unwrap_or(&"");
    println!("Adding {name} with rustup (usually 10 seconds)");
    let added = Command::new("rustup")
        .args(arguments)
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
        println!("rustup could not add {name}");
    }
    added
}

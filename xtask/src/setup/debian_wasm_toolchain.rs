//! Makes a toolchain with the wasm target where rustup can't download it. Debian ships a rustc and the source
//! of its standard library, but no library for wasm: so xtask builds that library once, into a toolchain
//! folder in the cache.
//!
//! The folder has wrappers around Debian's programs that name its sysroot. In the sysroot, the native library
//! and the source are links to Debian's (proc macros and build scripts need the former, release builds the
//! latter), and the wasm library is the one that was built. Nothing is written outside the cache, and plain
//! `cargo build --target wasm32-unknown-unknown` and wasm-pack work with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::apt;
use super::cache::Cache;
use crate::process;

/// All of one version. Clippy is among them, so that the code for wasm is linted as well.
const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

pub struct DebianToolchain {
    folder: PathBuf,
    /// Debian's rustc comes without a linker for wasm.
    linker: PathBuf,
}

impl DebianToolchain {
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    pub fn configure(&self, command: &mut Command) {
        // rustup and cargo set these for the toolchain that xtask itself was built with.
        for inherited in [
            "CARGO",
            "RUSTC",
            "RUSTDOC",
            "RUSTUP_TOOLCHAIN",
            "LD_LIBRARY_PATH",
        ] {
            command.env_remove(inherited);
        }
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &self.linker);
        // clippy-driver runs in place of rustc, and so without the wrapper.
        command.env("SYSROOT", &self.folder);
    }
}

#[cfg(unix)]
pub fn is_possible() -> bool {
    apt::is_usable()
}

#[cfg(not(unix))]
pub fn is_possible() -> bool {
    false
}

/// Returns the toolchain, if it was made for the version of the packages that is installed now.
pub fn find(cache: &Cache, own_sysroot: &Path) -> Option<DebianToolchain> {
    let folder = cache.find(&name(&apt::version(PACKAGES[0])?))?;
    let linker = find_linker(own_sysroot)?;
    Some(DebianToolchain { folder, linker })
}

/// Returns the toolchain, and makes it if it is missing.
pub fn ensure(cache: &Cache, own_sysroot: &Path, target: &str) -> Result<DebianToolchain> {
    apt::ensure(PACKAGES, "usually 1 minute")?;
    let version = apt::version(PACKAGES[0]).context("apt-get installed no rustc-web")?;
    let notice =
        "Building Rust's standard library for wasm from Debian's source (usually 1 to 2 minutes)";
    let folder = cache.ensure(&name(&version), notice, |folder| {
        write_sysroot(folder)?;
        let scratch = cache.scratch()?;
        build_std(scratch.path(), &libraries(folder, target), target)
    })?;
    if find_linker(own_sysroot).is_none() {
        apt::ensure(&["lld-19"], "usually 30 seconds")?;
    }
    let linker = find_linker(own_sysroot).context("apt-get's lld-19 left no wasm-ld-19")?;
    Ok(DebianToolchain { folder, linker })
}

fn name(version: &str) -> String {
    // The folder is on PATH, where a colon, as an epoch has one, would end it.
    format!("debian-wasm-toolchain-2-{}", version.replace(':', "_"))
}

fn find_linker(own_sysroot: &Path) -> Option<PathBuf> {
    let rustup = own_sysroot
        .join("lib/rustlib")
        .join(host().ok()?)
        .join("bin/rust-lld");
    Some(rustup)
        .filter(|path| path.is_file())
        .or_else(|| which::which("wasm-ld-19").ok())
}

fn host() -> Result<String> {
    let version = process::output(Command::new(RUSTC).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("Debian's rustc names no host")?.to_owned())
}

fn libraries(sysroot: &Path, target: &str) -> PathBuf {
    sysroot.join("lib/rustlib").join(target).join("lib")
}

#[cfg(unix)]
fn write_sysroot(folder: &Path) -> Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let bin = folder.join("bin");
    fs::create_dir_all(&bin)?;
    for program in ["rustc", "rustdoc"] {
        // The wrapper finds the sysroot relative to itself, since the folder is renamed once it is complete.
        let wrapper = format!(
            "#!/bin/sh\nexec /usr/bin/{program} --sysroot \"${{0%/bin/{program}}}\" \"$@\"\n"
        );
        fs::write(bin.join(program), wrapper)?;
        fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755))?;
    }
    symlink(CARGO, bin.join("cargo"))?;
    symlink("/usr/bin/cargo-clippy", bin.join("cargo-clippy"))?;

    let host = host()?;
    let debians = process::output(Command::new(RUSTC).args(["--print", "sysroot"]))?;
    let debians = Path::new(debians.trim()).join("lib/rustlib");
    let rustlib = folder.join("lib/rustlib");
    fs::create_dir_all(&rustlib)?;
    for shared in [host.as_str(), "src"] {
        symlink(debians.join(shared), rustlib.join(shared))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn write_sysroot(_: &Path) -> Result<()> {
    anyhow::bail!("Debian's toolchain runs only on Debian")
}

fn build_std(scratch: &Path, libraries: &Path, target: &str) -> Result<()> {
    let stub = scratch.join("stub");
    fs::create_dir_all(stub.join("src"))?;
    let manifest = "[package]\nname = \"stub\"\nedition = \"2024\"\n\n[profile.release]\npanic = \"abort\"\n\n[workspace]\n";
    fs::write(stub.join("Cargo.toml"), manifest)?;
    fs::write(stub.join("src/lib.rs"), "")?;

    let mut build = Command::new(CARGO);
    build.args([
        "build",
        "--release",
        "--target",
        target,
        "-Z",
        "build-std=std,panic_abort,test",
    ]);
    build
        .current_dir(&stub)
        .env("CARGO_TARGET_DIR", scratch.join("target"));
    build
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH")
        .env("RUSTC", RUSTC);
    // Makes a stable release accept unstable flags.
    build.env("RUSTC_BOOTSTRAP", "1");
    // The SDK's LTO needs the bitcode, which cargo leaves out of a build without LTO.
    build.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    process::output(&mut build)?;

    fs::create_dir_all(libraries)?;
    let built = scratch.join("target").join(target).join("release/deps");
    let mut copied = 0;
    for entry in
        fs::read_dir(&built).with_context(|| format!("cargo left no {}", built.display()))?
    {
        let file = entry?.file_name();
        let name = file.to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libstub-") {
            fs::copy(built.join(&file), libraries.join(&file))?;
            copied += 1;
        }
    }
    ensure!(copied > 0, "cargo left no libraries in {}", built.display());
    Ok(())
}

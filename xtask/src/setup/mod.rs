//! Finds the tools, and installs the missing ones into a cache per user.
//!
//! - [`toolbox`]: the tools that were found, and the environment that child processes get from them
//! - [`cache`]: where tools are kept, and how an install appears either whole or not at all
//! - [`wasm_target`]: a toolchain that compiles to wasm, found in one of three ways
//! - [`cargo_tools`], [`npm`], [`python`]: programs from the package registries, at pinned versions
//! - [`browsers`]: Chromium, Firefox and WebKit, with their drivers
//! - [`apt`]: Debian's packages, where xtask runs as root on Debian or Ubuntu

mod apt;
mod browsers;
mod cache;
mod cargo_tools;
mod debian_wasm_toolchain;
mod npm;
mod python;
pub mod toolbox;
pub mod wasm_target;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::project;
use browsers::Browsers;
use cache::Cache;
use cargo_tools::CargoTool;
use toolbox::Toolbox;

/// What a command needs. Nothing else is installed for it.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    Wasm,
    NodeTools,
    Chromium,
    Firefox,
    WebKit,
    /// nginx and Caddy: the gateway is tested behind them.
    Proxies,
    /// Redis or Valkey: several gateways share one in the tests.
    Store,
    ConformanceChecker,
    /// Vite, Next.js, Express and others: the package is tested with them.
    Bundlers,
    /// Libraries that do a similar job: the package is compared with them.
    Compared,
}

impl Need {
    pub const ALL: &[Need] = &[
        Need::Wasm,
        Need::NodeTools,
        Need::Chromium,
        Need::Firefox,
        Need::WebKit,
        Need::Proxies,
        Need::Store,
        Need::ConformanceChecker,
        Need::Bundlers,
    ];
    /// For `cargo xtask test`.
    pub const TEST: &[Need] = &[
        Need::Wasm,
        Need::NodeTools,
        Need::Chromium,
        Need::Firefox,
        Need::WebKit,
        Need::Proxies,
        Need::Store,
        Need::Bundlers,
    ];
    pub const BUILD: &[Need] = &[Need::Wasm, Need::NodeTools];
}

/// Finds or installs what a command needs.
pub fn ensure(needs: &[Need]) -> Result<Toolbox> {
    let cache = Cache::open()?;
    let mut tools = Toolbox {
        browsers: Browsers::find(),
        ..Toolbox::default()
    };
    for need in needs {
        match need {
            Need::Wasm => {
                tools.wasm_target = Some(wasm_target::ensure(&cache)?);
                tools.programs.extend([
                    wasm_bindgen(&project::wasm_bindgen_version()?).ensure(&cache)?,
                    WASM_PACK.ensure(&cache)?,
                ]);
            }
            Need::NodeTools => tools.npm = Some(npm::ensure(&cache)?),
            Need::Chromium => tools.browsers.ensure_chromium()?,
            Need::Firefox => tools
                .browsers
                .ensure_firefox(|| GECKODRIVER.ensure(&cache))?,
            Need::WebKit => tools.browsers.ensure_webkit()?,
            Need::Proxies => {
                nginx()?;
                debian_program("caddy", "caddy")?;
            }
            Need::Store => {
                store()?;
            }
            Need::Bundlers => tools.bundlers = Some(npm::ensure_bundlers(&cache)?),
            Need::Compared => tools.compared = Some(npm::ensure_compared(&cache)?),
            Need::ConformanceChecker => tools.python = Some(python::ensure(&cache)?),
        }
    }
    tools.browsers.write_capabilities()?;
    Ok(tools)
}

const WASM_PACK: CargoTool = CargoTool {
    package: "wasm-pack",
    program: "wasm-pack",
    version: "0.15.1",
    install_flags: &["--locked"],
};

const GECKODRIVER: CargoTool = CargoTool {
    package: "geckodriver",
    program: "geckodriver",
    version: "0.37.1",
    install_flags: &["--locked"],
};

fn wasm_bindgen(version: &str) -> CargoTool<'_> {
    CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version,
        // Not --locked: its lock file names a dependency that some mirrors of the registry lack.
        install_flags: &[],
    }
}

/// Finds or installs nginx, which is also the yardstick of `cargo xtask bench gateway`.
pub fn nginx() -> Result<PathBuf> {
    debian_program("nginx", "nginx-light")
}

/// Finds Valkey or Redis, or installs Redis.
pub fn store() -> Result<PathBuf> {
    which::which("valkey-server").or_else(|_| debian_program("redis-server", "redis-server"))
}

/// Finds a program on PATH, or installs the Debian package that has it.
fn debian_program(name: &str, package: &str) -> Result<PathBuf> {
    if which::which(name).is_err() && apt::is_usable() {
        apt::ensure(&[package], "usually 10 seconds")?;
    }
    which::which(name).with_context(|| format!("install {name}"))
}

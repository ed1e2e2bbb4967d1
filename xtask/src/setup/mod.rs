//! Finds the tools, and installs those that are missing into a cache per user.
//!
//! - [`cache`]: where things are kept, and how an install appears whole or not at all
//! - [`wasm_target`]: a toolchain that can compile to wasm, three ways
//! - [`cargo_tools`], [`npm`], [`python`]: programs from the package registries, at pinned versions
//! - [`browsers`]: Chromium, Firefox and WebKit, with their drivers
//! - [`apt`]: Debian's packages, where we are root on Debian or Ubuntu

mod apt;
pub mod browsers;
mod cache;
mod cargo_tools;
mod debian_wasm_toolchain;
mod npm;
pub mod python;
pub mod wasm_target;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::project;
use crate::toolbox::Toolbox;
use browsers::Browsers;
use cache::Cache;

/// What a command asks for; nothing else is installed for it.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    Wasm,
    NodeTools,
    Chromium,
    Firefox,
    WebKit,
    /// nginx and Caddy, which the gateway is tested behind.
    Proxies,
    ConformanceChecker,
    /// Vite, webpack and so on, which the package is tried with.
    Bundlers,
    /// Libraries that do a like job.
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
        Need::Bundlers,
    ];
    pub const BUILD: &[Need] = &[Need::Wasm, Need::NodeTools];
}

const WASM_PACK: &str = "0.15.1";
const GECKODRIVER: &str = "0.37.1";

/// nginx, which the gateway is also measured beside.
pub fn nginx() -> Result<PathBuf> {
    debian_program("nginx", "nginx-light")
}

/// A program that is on the PATH, or one package away.
fn debian_program(name: &str, package: &str) -> Result<PathBuf> {
    if which::which(name).is_err() && apt::is_ours_to_use() {
        apt::ensure(&[package], "usually 10 seconds")?;
    }
    which::which(name).with_context(|| format!("install {name}"))
}

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
                // Not --locked: its lock file names a dependency that not every mirror of the
                // registry holds.
                let bindgen = cargo_tools::Tool {
                    package: "wasm-bindgen-cli",
                    program: "wasm-bindgen",
                    version: &project::wasm_bindgen_version()?,
                    locked: &[],
                };
                let pack = cargo_tools::Tool {
                    package: "wasm-pack",
                    program: "wasm-pack",
                    version: WASM_PACK,
                    locked: &["--locked"],
                };
                tools
                    .programs
                    .extend([bindgen.ensure(&cache)?, pack.ensure(&cache)?]);
            }
            Need::NodeTools => tools.npm = Some(npm::ensure(&cache)?),
            Need::Chromium => tools.browsers.ensure_chromium()?,
            Need::Firefox => {
                let driver = cargo_tools::Tool {
                    package: "geckodriver",
                    program: "geckodriver",
                    version: GECKODRIVER,
                    locked: &["--locked"],
                };
                tools.browsers.ensure_firefox(|| driver.ensure(&cache))?;
            }
            Need::WebKit => tools.browsers.ensure_webkit()?,
            Need::Proxies => {
                nginx()?;
                debian_program("caddy", "caddy")?;
            }
            Need::Bundlers => tools.bundlers = Some(npm::ensure_bundlers(&cache)?),
            Need::Compared => tools.compared = Some(npm::ensure_compared(&cache)?),
            Need::ConformanceChecker => tools.python = Some(python::ensure(&cache)?),
        }
    }
    tools.browsers.write_webdriver_json()?;
    Ok(tools)
}

//! Emulator and site together, on free ports: what a test or the demo starts from.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aurous_emulator::{Emulator, EmulatorConfig};

use crate::site::{Site, SiteConfig};

pub struct Stage {
    pub emulator: Emulator,
    pub site: Site,
}

impl Stage {
    /// The example page on its own origin, with the API under `/aurous`, as a deployment has it.
    ///
    /// # Errors
    /// The package was not built, or something can't listen.
    pub async fn example_page() -> Result<Self> {
        Self::start(SiteConfig {
            root: Some(project().join("www-example")),
            ..SiteConfig::default()
        })
        .await
    }

    /// An empty page at `/`, for tests that bring their own script.
    ///
    /// # Errors
    /// As above.
    pub async fn blank_page() -> Result<Self> {
        let page = "<!doctype html><title>blank</title><link rel=icon href='data:,'>";
        Self::start(SiteConfig {
            pages: HashMap::from([("/".to_owned(), page.to_owned())]),
            ..SiteConfig::default()
        })
        .await
    }

    async fn start(config: SiteConfig) -> Result<Self> {
        let emulator = open_emulator().await?;
        let site = Site::start(SiteConfig {
            pkg: package(),
            gateway: Some(emulator.open_router()),
            ..config
        })
        .await?;
        Ok(Self { emulator, site })
    }
}

/// Until there is a gateway, the emulator's open mode stands in for it: no key, CORS for the page.
///
/// # Errors
/// It can't listen.
pub async fn open_emulator() -> Result<Emulator> {
    let config = EmulatorConfig {
        open: true,
        ..EmulatorConfig::default()
    };
    Emulator::start(config)
        .await
        .context("cannot start the emulator")
}

/// The built package: where `cargo xtask` says, else where it puts it.
pub fn package() -> PathBuf {
    env::var_os("AUROUS_PKG").map_or_else(|| project().join("pkg"), PathBuf::from)
}

/// A file of `samples/`.
pub fn sample(name: &str) -> PathBuf {
    project().join("samples").join(name)
}

/// The checkout, known to tests only: the demo is told its folders.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

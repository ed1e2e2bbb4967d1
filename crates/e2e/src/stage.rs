//! Emulator and site together, on free ports: what a test or the demo starts from.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aurous_emulator::{Emulator, EmulatorConfig, LoggedRequest, Step};

use crate::browser::{Browser, Engine};
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

    /// An empty page at `/`, for tests that bring their own script: `paint(type)` makes them a real
    /// picture.
    ///
    /// # Errors
    /// As above.
    pub async fn blank_page() -> Result<Self> {
        Self::start(SiteConfig {
            pages: blank(),
            ..SiteConfig::default()
        })
        .await
    }

    /// A fresh browser, on the stage's page.
    ///
    /// # Errors
    /// The browser does not start.
    pub async fn visit(&self, engine: Engine) -> Result<Browser> {
        let browser = Browser::start(engine).await?;
        browser.goto(&self.site.url()).await?;
        Ok(browser)
    }

    /// The requests of one step that the emulator has seen.
    pub fn seen(&self, step: Step) -> Vec<LoggedRequest> {
        let mut log = self.emulator.log();
        log.retain(|it| it.step == step);
        log
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

/// The page at `/` that is empty but for `paint`.
pub fn blank() -> HashMap<String, String> {
    let page = "<!doctype html><title>blank</title><link rel=icon href='data:,'><script>
        window.paint = (type, name) => new Promise((done) => {
            const canvas = document.createElement('canvas');
            canvas.getContext('2d').fillRect(8, 8, 99, 66);
            canvas.toBlob((blob) => done(name ? new File([blob], name) : blob), type);
        });
    </script>";
    HashMap::from([("/".to_owned(), page.to_owned())])
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

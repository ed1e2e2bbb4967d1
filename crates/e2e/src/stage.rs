//! Emulator, gateway and site together, on free ports: what a test or the demo starts from.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use aurous_emulator::{Emulator, EmulatorConfig, LoggedRequest, Operation};
use aurous_gateway::Settings;

use crate::browser::{Browser, Engine};
use crate::gateway;
use crate::sent::Sent;
use crate::site::{Door, Site, SiteConfig};

pub struct Stage {
    pub emulator: Emulator,
    pub site: Site,
}

impl Stage {
    /// The example page on its own origin, with the gateway under `/aurous`, as a deployment has it, and
    /// behind that an emulator as strict as the API.
    ///
    /// # Errors
    /// The package was not built, or something can't listen.
    pub async fn example_page() -> Result<Self> {
        let root = project().join("www-example");
        let page = SiteConfig {
            root: Some(root),
            pkg: package(),
            ..SiteConfig::default()
        };
        Self::start(Door::at(0).await?, page, |_| {}).await
    }

    /// An empty page at `/`, for tests that bring their own script: `paint(type)` makes them a real
    /// picture.
    ///
    /// # Errors
    /// As above.
    pub async fn blank_page() -> Result<Self> {
        Self::blank_page_with(|_| {}).await
    }

    /// Likewise, with other settings of the gateway's.
    ///
    /// # Errors
    /// As above; the settings are wrong.
    pub async fn blank_page_with(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        Self::start(Door::at(0).await?, blank_site(), change).await
    }

    /// Likewise, without rate limits: tests ask faster than people.
    ///
    /// # Errors
    /// As above.
    pub async fn blank_page_without_limits(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let stage = Self::blank_page_with(|it| {
            change(it);
            it.team_limits = vec!["characters_post=60000/60000".to_owned()];
            it.max_uploads = 1000;
            it.max_uploads_per_subject = 1000;
        })
        .await?;
        stage.emulator.change_settings(|it| it.rate_limits = false);
        Ok(stage)
    }

    /// Likewise, without a gateway: the emulator's open mode answers in its place.
    ///
    /// # Errors
    /// As above.
    pub async fn without_gateway() -> Result<Self> {
        let emulator = emulator(true).await?;
        let site = Site::start(SiteConfig {
            gateway: Some(emulator.open_router()),
            ..blank_site()
        })
        .await?;
        Ok(Self { emulator, site })
    }

    /// A page behind this door, and all that it needs.
    ///
    /// # Errors
    /// As above.
    pub async fn start(
        door: Door,
        page: SiteConfig,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Self> {
        let emulator = strict_emulator().await?;
        let mut settings = gateway::settings(&emulator, &door.origin());
        change(&mut settings);
        let config = gateway::config(&emulator, settings)?;
        let site = door.open(SiteConfig {
            gateway: Some(aurous_gateway::router(config)),
            ..page
        })?;
        Ok(Self { emulator, site })
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

    /// The requests of one operation that the emulator has seen: the gateway's.
    pub fn seen(&self, operation: Operation) -> Vec<LoggedRequest> {
        let mut log = self.emulator.log();
        log.retain(|it| it.operation == operation);
        log
    }

    /// The PUTs that pages sent to the gateway.
    pub fn puts_sent(&self) -> Vec<Sent> {
        let mut sent = self.site.sent();
        sent.retain(|it| it.method == "PUT");
        sent
    }
}

fn blank_site() -> SiteConfig {
    SiteConfig {
        pages: blank(),
        pkg: package(),
        ..SiteConfig::default()
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

/// An emulator as strict as the API: it wants a key, and lets no page in.
///
/// # Errors
/// It can't listen.
pub async fn strict_emulator() -> Result<Emulator> {
    emulator(false).await
}

async fn emulator(open: bool) -> Result<Emulator> {
    let config = EmulatorConfig {
        open,
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

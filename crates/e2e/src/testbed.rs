//! The servers that a test or the demo needs, started together on free ports: an emulator, a gateway, and a
//! site with a page.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use aurous_emulator::{Emulator, EmulatorConfig, LoggedRequest, Operation};
use aurous_gateway::config::Feature;
use aurous_gateway::{Gateway, Settings};
use serde_json::{Value, json};

use crate::browser::{Browser, Engine};
use crate::gateway;
use crate::recorder::RecordedRequest;
use crate::site::{Site, SiteConfig, SiteListener};

/// The servers run until it is dropped.
pub struct Testbed {
    pub emulator: Emulator,
    pub site: Site,
    /// The gateway, if it is not mounted on the site.
    gateway: Option<Gateway>,
}

impl Testbed {
    /// Starts the example page with the gateway under `/aurous`, as in a deployment. Behind the gateway is an
    /// emulator that is as strict as the API.
    ///
    /// # Errors
    /// The package is not built, or a server can't listen.
    pub async fn example_page() -> Result<Self> {
        let page = SiteConfig {
            root: Some(project().join("www-example")),
            pkg: package(),
            ..SiteConfig::default()
        };
        Self::example_page_at(SiteListener::at(0).await?, page).await
    }

    /// Starts a site with the example page at `listener`. The gateway has the calls that cost credits switched on,
    /// since the page makes characters from descriptions.
    ///
    /// # Errors
    /// As [`example_page`](Self::example_page).
    pub async fn example_page_at(listener: SiteListener, page: SiteConfig) -> Result<Self> {
        let enable = |it: &mut Settings| it.enable = vec![Feature::Generate, Feature::Regenerate];
        Self::start(listener, page, enable).await
    }

    /// Starts a blank page ([`blank`]), for tests that run a script of their own, with the same servers.
    ///
    /// # Errors
    /// As [`example_page`](Self::example_page).
    pub async fn blank_page() -> Result<Self> {
        Self::blank_page_with(|_| {}).await
    }

    /// Starts a blank page; `change` changes the gateway's settings.
    ///
    /// # Errors
    /// As [`example_page`](Self::example_page), or the settings are invalid.
    pub async fn blank_page_with(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        Self::start(SiteListener::at(0).await?, blank_site(), change).await
    }

    /// Starts a blank page without rate limits, for tests that send more requests than people do.
    ///
    /// # Errors
    /// As [`blank_page_with`](Self::blank_page_with).
    pub async fn blank_page_without_limits(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let testbed = Self::blank_page_with(|it| {
            change(it);
            let buckets = ["post", "synthesize", "get"];
            let limit = |bucket| format!("characters_{bucket}=60000/60000");
            it.team_limits = buckets.map(limit).to_vec();
            it.max_uploads = 1000;
            it.max_uploads_per_subject = 1000;
        })
        .await?;
        testbed
            .emulator
            .change_settings(|it| it.rate_limits = false);
        Ok(testbed)
    }

    /// Starts a blank page without a gateway: the emulator's open mode answers under `/aurous`.
    ///
    /// # Errors
    /// As [`example_page`](Self::example_page).
    pub async fn without_gateway() -> Result<Self> {
        let emulator = emulator(true).await?;
        let site = Site::start(SiteConfig {
            gateway: Some(emulator.open_router()),
            ..blank_site()
        })
        .await?;
        Ok(Self {
            emulator,
            site,
            gateway: None,
        })
    }

    /// Starts a blank page and a gateway on an origin of its own. The browser sends preflights, and lets the
    /// page read an answer only if the gateway's headers allow it.
    ///
    /// # Errors
    /// As [`blank_page_with`](Self::blank_page_with).
    pub async fn cross_origin(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let emulator = strict_emulator().await?;
        let site = Site::start(blank_site()).await?;
        let mut settings = gateway::settings(&emulator, &site.origin());
        change(&mut settings);
        let config = gateway::program_config(&emulator, settings)?;
        let gateway = Some(Gateway::start(config).await?);
        Ok(Self {
            emulator,
            site,
            gateway,
        })
    }

    /// Starts a site at `listener`, with the gateway under `/aurous` and a strict emulator.
    ///
    /// # Errors
    /// As [`blank_page_with`](Self::blank_page_with).
    pub async fn start(
        listener: SiteListener,
        page: SiteConfig,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Self> {
        let emulator = strict_emulator().await?;
        let mut settings = gateway::settings(&emulator, &listener.origin());
        change(&mut settings);
        let config = gateway::config(&emulator, &settings)?;
        let site = listener.serve(SiteConfig {
            gateway: Some(aurous_gateway::router(config)),
            ..page
        })?;
        Ok(Self {
            emulator,
            site,
            gateway: None,
        })
    }

    /// Starts a browser, and opens the page.
    ///
    /// # Errors
    /// The browser does not start.
    pub async fn visit(&self, engine: Engine) -> Result<Browser> {
        let browser = Browser::start(engine).await?;
        browser.goto(&self.site.url()).await?;
        Ok(browser)
    }

    /// Returns the gateway's URL, as the page's `baseUrl`.
    pub fn gateway_url(&self) -> &str {
        self.gateway.as_ref().map_or("/aurous", Gateway::url)
    }

    /// Returns options for a client that calls the API itself, without a gateway.
    pub fn direct_client(&self) -> Value {
        json!({
            "baseUrl": self.emulator.api_url(),
            "apiKey": self.emulator.api_key(),
            "dangerouslyAllowBrowser": true,
        })
    }

    /// Empties the emulator, which keeps the pictures of every character. From now on it has no rate limits,
    /// and answers pages of any origin.
    pub fn reset(&self) {
        self.emulator.reset();
        self.emulator.change_settings(|it| {
            it.cors = true;
            it.rate_limits = false;
        });
    }

    /// Lets as much of the emulator's time pass as a synthesis takes. A page that waits learns of the end at its next
    /// look.
    pub fn end_syntheses(&self) {
        let synthesis = Duration::from_millis(self.emulator.settings().synthesize_ms);
        self.emulator.clock().advance(synthesis);
    }

    /// Returns the requests of one step that the emulator has received. With a gateway, they are the gateway's.
    pub fn seen(&self, step: Operation) -> Vec<LoggedRequest> {
        let mut log = self.emulator.log();
        log.retain(|it| it.operation == step);
        log
    }

    /// Returns the PUTs that pages have sent to the gateway under `/aurous`.
    pub fn puts_sent(&self) -> Vec<RecordedRequest> {
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

/// Returns the pages of a site whose page at `/` is blank. The page's global `paint(type, name)` makes a real
/// picture.
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

/// Starts an emulator that is as strict as the API: it requires a key, and answers no page.
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

/// Returns the folder of the built package: the one that `cargo xtask` names, else the default one.
pub fn package() -> PathBuf {
    env::var_os("AUROUS_PKG").map_or_else(|| project().join("pkg"), PathBuf::from)
}

/// Returns the path of a file in `samples/`.
pub fn sample(name: &str) -> PathBuf {
    project().join("samples").join(name)
}

/// Returns the checkout's folder. Only tests use it; the demo takes its folders as arguments.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

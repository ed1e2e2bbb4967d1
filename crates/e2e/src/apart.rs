//! A page, and the gateway as a program on an origin of its own: the browser asks before each request,
//! and shows the page an answer only where the gateway's headers allow it.

use anyhow::Result;
use aurous_emulator::{Emulator, LoggedRequest, Operation};
use aurous_gateway::{Gateway, Settings};

use crate::browser::{Browser, Engine};
use crate::gateway;
use crate::site::{Site, SiteConfig};
use crate::stage::{blank, package, strict_emulator};

pub struct Apart {
    pub emulator: Emulator,
    pub gateway: Gateway,
    pub site: Site,
}

impl Apart {
    /// An empty page, as [`Stage::blank_page`](crate::stage::Stage::blank_page) has it, and what it may
    /// ask.
    ///
    /// # Errors
    /// The package was not built, something can't listen, or the settings are wrong.
    pub async fn start(change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let emulator = strict_emulator().await?;
        let site = Site::start(SiteConfig {
            pages: blank(),
            pkg: package(),
            ..SiteConfig::default()
        })
        .await?;
        let mut settings = gateway::settings(&emulator, &site.origin());
        change(&mut settings);
        let config = gateway::config(&emulator, settings)?;
        let gateway = Gateway::start(config).await?;
        Ok(Self {
            emulator,
            gateway,
            site,
        })
    }

    /// A fresh browser, on the page.
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
}

//! `npx aurous-web dev`, from the packed package: the page of the documentation, the control page.

use std::fs;

use anyhow::{Result, ensure};
use aurous_e2e::accessibility::{LOOKS, check, look};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::npm_server::{NpmServer, free_port};
use aurous_e2e::npm_workspace::NpmWorkspace;
use aurous_e2e::picture::file_input_keys;
use aurous_e2e::testbed::sample;
use fantoccini::Locator;

const SAID: &str = "return document.querySelector('output').textContent || undefined;";

struct DevServer {
    site: String,
    browser: Browser,
    _server: NpmServer,
}

impl DevServer {
    /// Serves the page of the documentation, and starts a browser.
    async fn start(name: &str) -> Result<Self> {
        let workspace = NpmWorkspace::shared(concat!(env!("CARGO_TARGET_TMPDIR"), "/dev-server"))?;
        let project = workspace.project(name, &[])?;
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/dev-server.md");
        project.write_files_of(&fs::read_to_string(document)?)?;
        let port = free_port()?;
        let cli = workspace.installed().join("cli.js").display().to_string();
        let command = [&*cli, "dev", ".", "--port", &port.to_string()];
        let none: &[(&str, &str)] = &[];
        Ok(Self {
            site: format!("http://localhost:{port}/"),
            _server: project.serve("node", &command, port, none)?,
            browser: Browser::start(Chromium).await?,
        })
    }

    /// Makes a character at the page of the documentation, and returns what the page says.
    async fn make_a_character(&self) -> Result<String> {
        let Self { browser, site, .. } = self;
        browser.goto(site).await?;
        let keys = file_input_keys(&[sample("front.jpg")])?;
        let input = browser.find(Locator::Css("input[type=file]")).await?;
        input.send_keys(&keys).await?;
        browser.find(Locator::Css("button")).await?.click().await?;
        let said = browser.until("the page says something", SAID).await?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    async fn open_control(&self) -> Result<()> {
        self.browser.goto(&format!("{}control/", self.site)).await?;
        let rows = "return document.querySelector('#log li');";
        self.browser.until("requests are shown", rows).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_documentation_makes_a_character() -> Result<()> {
    let server = DevServer::start("page").await?;
    let said = server.make_a_character().await?;
    ensure!(
        said == "Aurora is ready, from a picture of the front",
        "{said}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_set_by_keys_alone_strikes_the_next_upload_and_is_shown() -> Result<()> {
    let server = DevServer::start("fault").await?;
    server.make_a_character().await?;
    server.open_control().await?;
    let browser = &server.browser;
    // From the button before the form: the request, what happens, how often, the button that sets it.
    let focus = "document.querySelector('[data-copy=variables]').focus(); return true;";
    browser.until("the button before has focus", focus).await?;
    browser.press(TAB).await?;
    browser.type_text("putFile").await?;
    for key in [TAB, TAB, TAB, ENTER] {
        browser.press(key).await?;
    }
    let pending =
        "return document.querySelector('#pending').textContent.startsWith('putFile: 503');";
    browser.until("the fault is pending", pending).await?;
    let status = "return document.querySelector('#status').textContent.startsWith('Set.');";
    browser.until("the page says what it did", status).await?;

    let said = server.make_a_character().await?;
    ensure!(said.starts_with("Aurora is ready"), "{said}");
    server.open_control().await?;
    let struck =
        "const rows = [...document.querySelectorAll('#log summary')].map((it) => it.textContent);
         return rows.some((it) => it.includes('PUT') && it.endsWith('503, status'));";
    browser.until("the fault is in the list", struck).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_page_is_legible_and_usable_in_light_and_dark_on_a_desktop_and_a_phone()
-> Result<()> {
    let server = DevServer::start("looks").await?;
    server.make_a_character().await?;
    for (scheme, width) in LOOKS {
        look(&server.browser, scheme, width).await?;
        server.open_control().await?;
        let open = "document.querySelector('#log details').open = true; return true;";
        server.browser.until("a row is open", open).await?;
        check(&server.browser, &format!("{scheme}, {width} px")).await?;
    }
    Ok(())
}

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

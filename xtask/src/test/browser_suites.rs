//! The wasm-bindgen-test suites in three engines, each against a gateway and an emulator that run as long
//! as they do.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Result;

use super::suites;
use crate::program::Program;
use crate::report::Totals;
use crate::setup::toolbox::Toolbox;

/// Seconds for one suite: the runner's own 20 are few for a machine that compiles beside it.
const SUITE_LIMIT: &str = "180";

pub fn run(tools: &Toolbox) -> Result<Totals> {
    let mut totals = Totals::default();
    for engine in Engine::ALL {
        println!("--- in {engine:?}");
        totals = totals.plus(run_in(engine, tools)?);
    }
    Ok(totals)
}

#[derive(Clone, Copy, Debug)]
enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];
}

fn run_in(engine: Engine, tools: &Toolbox) -> Result<Totals> {
    // The gateway has to know the page's origin, so the page's port is not left to the runner.
    let page = free_address()?;
    let emulator = Program::start("aurous-emulator", tools, |command| {
        command.args(["--open", "--cors", "--json"])
    })?;
    let gateway = gateway(tools, &emulator, page)?;
    let browsers = &tools.browsers;
    // WebKitGTK has no headless mode. The runner knows its driver as Safari's: they speak alike.
    let (mut wasm_pack, browser, driver) = match engine {
        Engine::Chromium => (
            tools.wasm_command("wasm-pack"),
            ["--chrome", "--chromedriver"],
            browsers.chromedriver()?,
        ),
        Engine::Firefox => (
            tools.wasm_command("wasm-pack"),
            ["--firefox", "--geckodriver"],
            browsers.geckodriver()?,
        ),
        Engine::WebKit => {
            let mut command = tools.wasm_command("xvfb-run");
            command
                .args(["--auto-servernum", "wasm-pack"])
                .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
                .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
                .env("NO_AT_BRIDGE", "1");
            let driver = browsers.webkit_driver()?;
            (command, ["--safari", "--safaridriver"], driver)
        }
    };
    wasm_pack
        .args(["test", "--headless", "--mode", "no-install"])
        .args(browser)
        .arg(driver)
        .env("AUROUS_TEST_EMULATOR", emulator.addresses.to_string())
        .env("AUROUS_TEST_GATEWAY", gateway.address("gateway")?)
        .env("WASM_BINDGEN_TEST_ADDRESS", page.to_string())
        .env("WASM_BINDGEN_TEST_TIMEOUT", SUITE_LIMIT)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    suites(&mut wasm_pack)
}

/// The gateway, for pages at one address. Its limits are out of the way: tests ask faster than people,
/// and send larger files.
fn gateway(tools: &Toolbox, emulator: &Program, page: SocketAddr) -> Result<Program> {
    let (api, upload) = (emulator.address("api")?, emulator.address("upload")?);
    let key = emulator.address("key")?;
    Program::start("aurous-gateway", tools, |command| {
        command
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(["--print-addresses", "--allow-anonymous"])
            .args(["--origin", &format!("http://{page}")])
            .args(["--api-url", api, "--upload-origin", upload])
            .args(["--subject-share", "1/1", "--upload-max-bytes", "60000000"])
            .args(["--team-limit", "characters_post=60000/60000"])
            .args(["--team-limit", "characters_get=60000/60000"])
            .args(["--team-limit", "characters_synthesize=60000/60000"])
            .args([
                "--enable",
                "list,update,delete,regenerate,resynthesize,generate",
            ])
            .env("AUROUS_API_KEY", key)
            .env(
                "AUROUS_SEALING_SECRETS",
                "what-the-browser-tests-seal-their-upload-urls-with",
            )
    })
}

/// One that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

//! The wasm-bindgen-test suites in a headless Chromium, against a gateway and an emulator that run as
//! long as they do.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use super::suites;
use super::tally::Totals;
use crate::toolbox::Toolbox;
use crate::{demo, process, project};

/// Seconds for one suite: the runner's own 20 are few for a machine that compiles beside it.
const SUITE_LIMIT: &str = "180";

pub fn run(tools: &Toolbox) -> Result<Totals> {
    // The gateway has to know the page's origin, so the page's port is not left to the runner.
    let page = free_address()?;
    let emulator = Program::start("aurous-emulator", tools, |command| {
        command.args(["--open", "--cors", "--json"])
    })?;
    let gateway = gateway(tools, &emulator, page)?;
    let mut wasm_pack = tools.wasm_command("wasm-pack");
    wasm_pack
        .args(["test", "--headless", "--chrome", "--mode", "no-install"])
        .arg("--chromedriver")
        .arg(tools.browsers.chromedriver()?)
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
            .env("AUROUS_API_KEY", key)
            .env(
                "AUROUS_SEALING_SECRETS",
                "what-the-browser-tests-seal-their-upload-urls-with",
            )
    })
}

/// A program of ours that prints one line of JSON when it is ready. Stopped when dropped.
struct Program {
    child: Child,
    addresses: Value,
}

impl Program {
    fn start(
        name: &str,
        tools: &Toolbox,
        configure: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Program> {
        let path = project::target().join(name).with_extension("log");
        fs::create_dir_all(project::target())?;
        let log =
            File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut command = tools.command(demo::program(name)?);
        configure(&mut command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", process::shown(&command)))?;
        let mut program = Program {
            child,
            addresses: Value::Null,
        };
        let output = program.child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        program.addresses = serde_json::from_str(&line)
            .with_context(|| format!("{name} did not start: see {}", path.display()))?;
        Ok(program)
    }

    fn address(&self, name: &str) -> Result<&str> {
        let address = self.addresses[name].as_str();
        address.with_context(|| format!("a program that does not say its {name}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

//! The wasm-bindgen-test suites in a headless Chromium, against an emulator that runs as long as
//! they do.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::suites;
use super::tally::Totals;
use crate::toolbox::Toolbox;
use crate::{demo, process, project};

/// Seconds for one suite: the runner's own 20 are few for a machine that compiles beside it.
const SUITE_LIMIT: &str = "180";

pub fn run(tools: &Toolbox) -> Result<Totals> {
    let emulator = Emulator::start(tools)?;
    let mut wasm_pack = tools.wasm_command("wasm-pack");
    wasm_pack
        .args(["test", "--headless", "--chrome", "--mode", "no-install"])
        .arg("--chromedriver")
        .arg(tools.browsers.chromedriver()?)
        .env("AUROUS_TEST_EMULATOR", &emulator.addresses)
        .env("WASM_BINDGEN_TEST_TIMEOUT", SUITE_LIMIT)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    suites(&mut wasm_pack)
}

struct Emulator {
    child: Child,
    /// The line of JSON that it prints when it is ready.
    addresses: String,
}

impl Emulator {
    fn start(tools: &Toolbox) -> Result<Emulator> {
        let mut command = tools.command(demo::program("aurous-emulator")?);
        let mut child = start(command.args(["--open", "--cors", "--json"]))?;
        let output = child.stdout.take().context("the emulator has no output")?;
        let mut emulator = Emulator {
            child,
            addresses: String::new(),
        };
        BufReader::new(output).read_line(&mut emulator.addresses)?;
        emulator
            .addresses
            .truncate(emulator.addresses.trim_end().len());
        ensure!(
            emulator.addresses.starts_with('{'),
            "the emulator did not start: see target/emulator.log"
        );
        Ok(emulator)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(command: &mut Command) -> Result<Child> {
    let path = project::target().join("emulator.log");
    fs::create_dir_all(project::target())?;
    let log = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn();
    child.with_context(|| format!("cannot start {}", process::shown(command)))
}

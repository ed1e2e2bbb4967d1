//! `cargo xtask test`: every check and test, in the order in which a fault is cheapest to read. All
//! run even when one has failed, but those that have nothing to run on.

mod browser_suites;
mod javascript;
mod tally;
mod typescript;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::report::{Report, Totals};
use crate::setup::toolbox::Toolbox;
use crate::setup::{self, Need};
use crate::{demo, process, publishing, size};
use tally::Tally;

pub fn run() -> ExitCode {
    let mut report = Report::default();
    let tools = report.step("Set-up", || setup::ensure(Need::TEST));
    // What is native needs none of the tools.
    let native = Toolbox::default();

    report.step("Formatting", || {
        process::run(native.command("cargo").args(["fmt", "--all", "--check"]))
    });
    report.step("Clippy", || {
        let lint = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        process::run(native.command("cargo").args(lint))
    });
    report.step("Clippy for wasm", || {
        let lint = [
            "clippy",
            "--target",
            setup::wasm_target::TARGET,
            "-p",
            "aurous-web",
            "-p",
            "aurous-gateway-js",
            "-p",
            "aurous-emulator-js",
            "--tests",
            "--",
            "-D",
            "warnings",
        ];
        process::run(of(&tools)?.wasm_command("cargo").args(lint))
    });
    report.step("Documentation", || {
        let document = [
            "doc",
            "--no-deps",
            "-p",
            "aurous-contract",
            "-p",
            "aurous-emulator-core",
            "-p",
            "aurous-flow",
            "-p",
            "aurous-gateway-core",
            "-p",
            "aurous-web",
        ];
        process::run(
            native
                .command("cargo")
                .env("RUSTDOCFLAGS", "-D warnings")
                .args(document),
        )
    });
    report.suites("Native tests", || {
        suites(native.command("cargo").args([
            "test",
            "--workspace",
            "--exclude",
            "aurous-e2e",
            "--no-fail-fast",
        ]))
    });
    let built = report.step("Package", || build::run(Profile::Release, of(&tools)?));
    report.suites("JavaScript tests", || {
        of(&built)?;
        javascript::run(of(&tools)?)
    });
    report.step("Download budget", || {
        of(&built)?;
        size::hold_against_budget()
    });
    let programs = report.step("Demo, emulator and gateway", || {
        demo::build_programs(&native)
    });
    report.suites("Browser tests", || {
        of(&programs)?;
        browser_suites::run(of(&tools)?)
    });
    report.step("TypeScript", || {
        of(&built)?;
        typescript::check(of(&tools)?)
    });
    report.step("Publishing", || {
        of(&built)?;
        publishing::check(of(&tools)?)
    });
    report.suites("Integration tests", || {
        of(&built)?;
        suites(
            of(&tools)?
                .command("cargo")
                .args(["test", "-p", "aurous-e2e", "--no-fail-fast"]),
        )
    });
    report.step("Headless demo", || {
        of(&built)?;
        of(&programs)?;
        process::run(&mut demo::headless_command(of(&tools)?)?)
    });
    report.close()
}

/// What an earlier step left.
fn of<T>(earlier: &Option<T>) -> Result<&T> {
    earlier
        .as_ref()
        .context("not run: an earlier step that it needs has failed")
}

/// Runs a command that runs test suites, its output passed on as it comes and tallied.
fn suites(command: &mut Command) -> Result<Totals> {
    let mut tally = Tally::default();
    let success = process::each_line(command, |line| tally.line(line))?;
    Ok(tally.totals(success))
}

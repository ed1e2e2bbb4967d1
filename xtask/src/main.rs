//! The project's commands. They need only cargo on the machine and see to everything else.
//!
//! - [`setup`] finds or installs the tools, once, into a cache per user, and gives a [`toolbox`]:
//!   the environment that every child process runs in.
//! - [`build`] makes the npm package in `pkg/`; [`size`] weighs it against its budget; [`publishing`]
//!   checks what npm makes of it.
//! - [`demo`], [`test`] and [`conformance`] run what the workspace's other crates hold.

mod bench;
mod build;
mod compared;
mod conformance;
mod demo;
mod process;
mod program;
mod project;
mod publishing;
mod report;
mod setup;
mod size;
mod soak;
mod test;
mod toolbox;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::build::Profile;
use crate::setup::Need;

/// The project's commands; each installs what it needs and the machine lacks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install everything the other commands need, and print where each tool is
    Setup,
    /// Build the npm package in pkg/ and hold its download size against the budget
    Build {
        /// Build fast and with names kept: no wasm-opt, no minifying, no budget
        #[arg(long)]
        dev: bool,
    },
    /// Start the example page with a gateway and an emulator behind it and print its address
    Demo {
        /// Drive the page with a headless Chromium, verify what the emulator saw, and exit
        #[arg(long)]
        headless: bool,
    },
    /// Run every check and test; the last line printed holds the totals
    Test,
    /// Hold the emulator and the gateway against their descriptions in openapi/; the last line printed
    /// holds the totals
    Conformance,
    /// Measure something, and print ratios
    Bench {
        #[command(subcommand)]
        subject: Bench,
    },
    /// Run one of the suites of crates/e2e/tests, e.g. `cargo xtask e2e bundlers`
    E2e { suite: String },
    /// Run whole flows under random faults, cancellations and changed files, and check what was made
    Soak {
        /// How many; a thousand take some four minutes
        #[arg(long, default_value_t = 1000)]
        flows: u64,
        /// The seed of the first; each next one has the next
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Build the package, hold it against all that a release needs, and have npm publish it dry; see
    /// docs/releasing.md
    Release,
    /// Print what the package in pkg/ weighs, raw, gzip and brotli, and where its raw bytes are
    Size,
    /// Run a command with the tools on its PATH, e.g. `cargo xtask run -- wasm-pack build`
    Run {
        /// The program and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

#[derive(Subcommand)]
enum Bench {
    /// What the package and libraries that do a like job weigh, bundled the same way
    Download,
    /// How long a page waits for the package, and for Uppy, with a warm HTTP cache
    Loading,
    /// PUTs and JSON calls through the gateway and through nginx, in turns; takes five minutes
    Gateway,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Setup => print!("{}", setup::ensure(Need::ALL)?),
        Command::Build { dev: true } => build::run(Profile::Dev, &setup::ensure(Need::BUILD)?)?,
        Command::Build { dev: false } => {
            build::run(Profile::Release, &setup::ensure(Need::BUILD)?)?;
            size::hold_against_budget()?;
        }
        Command::Demo { headless: false } => return demo::open(&setup::ensure(Need::BUILD)?),
        Command::Demo { headless: true } => {
            return demo::headless(&setup::ensure(&[
                Need::Wasm,
                Need::NodeTools,
                Need::Chromium,
            ])?);
        }
        Command::Test => return Ok(test::run()),
        Command::Conformance => return Ok(conformance::run()),
        Command::Bench {
            subject: Bench::Gateway,
        } => return bench::gateway(),
        Command::Bench {
            subject: Bench::Download,
        } => compared::download()?,
        Command::Bench {
            subject: Bench::Loading,
        } => return compared::loading(),
        Command::E2e { suite } => return e2e(&suite),
        Command::Soak { flows, seed } => return soak::run(flows, seed),
        Command::Release => {
            let tools = setup::ensure(Need::BUILD)?;
            build::run(Profile::Release, &tools)?;
            size::hold_against_budget()?;
            publishing::dry_run(&tools)?;
        }
        Command::Size => print!("{}\n{}", size::weigh()?, size::places::find()?),
        Command::Run { command } => {
            return process::become_command(
                setup::ensure(Need::BUILD)?
                    .wasm_command(&command[0])
                    .args(&command[1..]),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn e2e(suite: &str) -> Result<ExitCode> {
    let tools = setup::ensure(Need::TEST)?;
    build::run(Profile::Release, &tools)?;
    let test = ["test", "-p", "aurous-e2e", "--test", suite];
    process::become_command(tools.command("cargo").args(test))
}

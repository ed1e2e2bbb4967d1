//! The project's commands. They need only cargo on the machine, and install everything else.
//!
//! - [`setup`] finds or installs the tools, once, in a cache per user, and returns a [`toolbox`](setup::toolbox): the
//!   environment that every child process runs in.
//! - [`build`] makes the npm package in `pkg/`, [`size`] compares its weight with its budget, [`publishing`]
//!   checks the tarball that npm makes of it.
//! - [`demo`], [`test`], [`conformance`], [`soak`], [`bench`] and [`live_check`] build and run programs of the
//!   other crates.

mod bench;
mod build;
mod conformance;
mod demo;
mod live_check;
mod process;
mod program;
mod project;
mod publishing;
mod report;
mod setup;
mod size;
mod soak;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::build::Profile;
use crate::setup::Need;

/// The project's commands; each installs the tools that it needs and the machine lacks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install the tools of all other commands, and print where each is
    Setup,
    /// Build the npm package in pkg/, and fail if its download is over the budget
    Build {
        /// Build fast, and keep names: no wasm-opt, no minifying, no budget
        #[arg(long)]
        dev: bool,
    },
    /// Start the example page, with a gateway and an emulator behind it, and print its address
    Demo {
        /// Walk through the page with a headless Chromium, check the emulator's log, and exit
        #[arg(long)]
        headless: bool,
    },
    /// Run every check and test; the last line has the totals
    Test,
    /// Check the emulator and both forms of the gateway against their descriptions in openapi/; the last
    /// line has the totals
    Conformance,
    /// Measure the package or the gateway, and print a table for docs/benchmarks.md
    Bench {
        #[command(subcommand)]
        subject: Bench,
    },
    /// Run one suite of crates/e2e/tests, e.g. `cargo xtask e2e bundlers`
    E2e { suite: String },
    /// Have the SDK or the gateway work under faults or attacks, for longer than the tests do
    Soak {
        #[command(subcommand)]
        subject: Soak,
    },
    /// Find out what the real API does where the vendor's pages don't say; needs a key, see
    /// docs/live-check.md
    #[command(disable_help_flag = true)]
    LiveCheck {
        /// The options, e.g. `--help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Build the package, check all that a release needs, and run `npm publish --dry-run`; see
    /// docs/releasing.md
    Release,
    /// Print the weight of the package in pkg/ (raw, gzip, brotli), and what its bytes are spent on
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
    /// Weigh the package and libraries that do a similar job, bundled the same way
    Download,
    /// Measure how long a first visitor waits for the package, and for Uppy; takes two minutes
    Loading,
    /// Measure a flow of six pictures by the SDK and by hand-written fetch; takes three minutes
    Flow,
    /// Measure PUTs and JSON calls through the gateway and through nginx; takes five minutes
    Gateway,
    /// Measure PUTs and JSON calls through the gateway's handler in Node and through a route written by
    /// hand; takes three minutes
    Server,
}

#[derive(Subcommand)]
enum Soak {
    /// Run flows with random faults, cancellations and changed files, and check the characters made
    Flows {
        /// The number of flows; a thousand take about four minutes
        #[arg(long, default_value_t = 1000)]
        flows: u64,
        /// The seed of the first flow; each following flow has the following number
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Attack the gateway while good visitors use it, and check what they notice; see docs/gateway.md
    Gateway {
        /// Flags of the soak's own, e.g. `--seconds 20`; `-- --help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<OsString>,
    },
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
        Command::Bench { subject } => match subject {
            Bench::Download => bench::download::run()?,
            Bench::Loading => return bench::loading::run(),
            Bench::Flow => return bench::flow::run(),
            Bench::Gateway => return bench::gateway::run(),
            Bench::Server => return bench::server::run(),
        },
        Command::E2e { suite } => return e2e(&suite),
        Command::Soak { subject } => match subject {
            Soak::Flows { flows, seed } => return soak::flows::run(flows, seed),
            Soak::Gateway { flags } => return soak::gateway::run(&flags),
        },
        Command::LiveCheck { options } => return live_check::run(&options),
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

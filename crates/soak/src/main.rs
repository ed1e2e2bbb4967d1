//! Attacks the gateway while good visitors use it, and judges what the visitors and the gateway's operator
//! notice of it: `cargo xtask soak gateway`.
//!
//! The gateway is the real program with its default limits, but for those in [`gateway::FLAGS`]. Behind it
//! is the emulator, in this process and without rate limits. All traffic stays on loopback addresses, each
//! party has addresses of its own, and each loop ends with the soak:
//!
//! | address | who |
//! |---|---|
//! | `127.0.0.1` | the trusted proxy. Through it come half of the good visitors, from `198.51.100.0/24`, and [`forged_addresses`](attackers) |
//! | `127.0.1.x` | the other half of the good visitors |
//! | `127.1.n.x` | the attackers, each `n` another |
//!
//! | module | what it holds |
//! |---|---|
//! | [`visitors`] | the good visitors: init, PUT, classify, create, with the SDK's retries |
//! | [`picture`] | the bytes that each visitor uploads |
//! | [`attackers`] | one attack a file, and the numbers of each |
//! | [`gateway`] | the gateway's program: its start, its log, and what it holds |
//! | [`client`], [`requests`], [`wire`] | whole requests, and connections byte by byte |
//! | [`losses`] | compares the characters in the emulator with those that visitors made |
//! | [`verdict`], [`report`] | whether each promise was kept, and the tables |

mod attackers;
mod client;
mod gateway;
mod losses;
mod picture;
mod report;
mod requests;
mod verdict;
mod visitors;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use aurous_emulator::{Emulator, RuntimeSettings};
use aurous_shutdown::ShutdownSignal;
use clap::{Parser, ValueEnum as _};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::Instant;

use attackers::{Attack, Attacker};
use gateway::Gateway;
use verdict::Findings;

/// Attacks the gateway while good visitors use it, and fails if a visitor or the operator would notice.
#[derive(Parser)]
struct Flags {
    /// The gateway's program
    #[arg(long)]
    gateway: PathBuf,
    /// How long visitors come, in seconds
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// An attacker to start [default: all of them]
    #[arg(long = "attacker", value_name = "NAME", value_enum)]
    attackers: Vec<Attacker>,
    /// Start no attacker, to see what visitors notice without one
    #[arg(long, conflicts_with = "attackers")]
    peaceful: bool,
}

impl Flags {
    fn attackers(&self) -> Vec<Attacker> {
        match self.attackers.as_slice() {
            [] if self.peaceful => Vec::new(),
            [] => Attacker::value_variants().to_vec(),
            some => some.to_vec(),
        }
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let flags = Flags::parse();
    let mut shutdown = ShutdownSignal::listen()?;
    tokio::select! {
        soaked = soak(&flags) => soaked,
        // Drops the gateway, which ends its program.
        () = shutdown.received() => bail!("stopped by a signal"),
    }
}

async fn soak(flags: &Flags) -> Result<ExitCode> {
    let attackers = flags.attackers();
    let emulator = Emulator::start(RuntimeSettings {
        rate_limits: false,
        ..RuntimeSettings::default()
    })
    .await?;
    let mut gateway = Gateway::start(&flags.gateway, &emulator).await?;
    // After the gateway's start, which inherits the limit that an operator's shell has.
    allow_open_files()?;
    let before = gateway.resources().await?;
    let log = gateway.read_log(attackers.contains(&Attacker::SlowLogReader))?;

    let target = Arc::new(gateway.target(Duration::from_secs(flags.seconds))?);
    eprintln!("{} s of visitors and {attackers:?}", flags.seconds);
    let start = Instant::now();
    let mut attack = Attack::start(&attackers, &target);
    let visits = visitors::visit(&target).await;
    let during = gateway.resources().await.ok();
    attack.end();
    eprintln!("the last visitor left after {:.0?}", start.elapsed());

    let losses = losses::find(&visits, &emulator.characters());
    // Ends the connections that the gateway keeps for its next request to the API.
    emulator.shutdown().await;
    let findings = Findings {
        visits,
        losses,
        peak_memory: gateway.peak_memory(),
        before,
        during,
        after: gateway.released(before).await,
        deeds: attack.deeds(),
    };
    let checks = verdict::judge(&findings);
    print!("{}", report::tables(&findings, &checks, log.bytes_read()));
    Ok(if checks.iter().all(|it| it.holds) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The files that the soak has open at most: the attackers' connections, those that wait for the gateway, and
/// the emulator's.
const OPEN_FILES: u64 = 8192;

fn allow_open_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let is_enough = |it: Option<u64>| it.is_none_or(|it| it >= OPEN_FILES);
    if is_enough(limit.current) {
        return Ok(());
    }
    ensure!(
        is_enough(limit.maximum),
        "the soak needs {OPEN_FILES} open files: raise the hard limit (ulimit -Hn {OPEN_FILES})"
    );
    let raised = Rlimit {
        current: Some(OPEN_FILES),
        ..limit
    };
    setrlimit(Resource::Nofile, raised).context("the limit on open files cannot be raised")
}

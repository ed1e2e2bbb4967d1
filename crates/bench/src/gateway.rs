//! The gateway's program, alone and with a store that it shares with others, beside nginx: the cost of a PUT and of
//! a JSON call through each.
//!
//! Latency is measured open-loop: requests leave at fixed times, whether or not earlier ones have a response,
//! and their latency counts from the time at which they should have left. Otherwise a proxy that stalls would
//! get fewer requests.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::load::{Load, Request};
use crate::nginx::Nginx;
use crate::program::{Program, on_core};
use crate::report::{self, Series};
use crate::store::Store;
use crate::way::Way;
use crate::{body, sink};

#[derive(Args)]
pub struct Flags {
    /// The gateway's program
    #[arg(long)]
    gateway: PathBuf,
    /// nginx's program
    #[arg(long, default_value = "nginx")]
    nginx: PathBuf,
    /// Redis's or Valkey's program
    #[arg(long, default_value = "redis-server")]
    store: PathBuf,
    /// The core for the proxies. Load and upstream run on the cores of this program
    #[arg(long, default_value_t = 1)]
    core: u32,
}

/// The turns of each proxy, in alternation.
const TURNS: usize = 20;
/// The samples of a turn: 10 000 in all turns.
const SAMPLES: usize = 500;

const JSON_PER_SECOND: u32 = 1000;
const PUTS_PER_SECOND: u32 = 250;
const SMALL_PUT: usize = 256 * 1024;

const LARGE_PUT: usize = 10_000_000;
const CONNECTIONS: usize = 8;
const SATURATED_FOR: Duration = Duration::from_secs(1);

pub async fn measure(flags: &Flags) -> Result<()> {
    let upstream = sink::start().await?;
    let nginx = Nginx::start(&flags.nginx, flags.core, upstream).await?;
    let gateway = on_core(flags.core, &flags.gateway);
    let gateway = Program::start_gateway(gateway, upstream).await?;
    // On the cores of the load, as a machine of its own would be.
    let store = Store::start(&flags.store).await?;
    let mut sharing = on_core(flags.core, &flags.gateway);
    sharing.args(["--store", &store.url]);
    let sharing = Program::start_gateway(sharing, upstream).await?;
    let ways = [
        Way::without_seal("direct", &format!("http://{upstream}")),
        Way::without_seal("nginx", &nginx.url),
        Way::through_gateway("gateway", &gateway.url).await?,
        Way::through_gateway("and store", &sharing.url).await?,
    ];
    let load = Load::default();
    let (small, large) = (body(SMALL_PUT), body(LARGE_PUT));

    eprintln!("JSON calls: {TURNS} turns of {SAMPLES} at {JSON_PER_SECOND} a second");
    let json = open_loop(&load, JSON_PER_SECOND, &ways.each_ref().map(Way::json)).await?;
    eprintln!("PUTs of 256 KB: {TURNS} turns of {SAMPLES} at {PUTS_PER_SECOND} a second");
    let put = ways.each_ref().map(|it| it.put(&small));
    let put = open_loop(&load, PUTS_PER_SECOND, &put).await?;
    eprintln!("PUTs of 10 MB, {CONNECTIONS} at once: {TURNS} turns of {SATURATED_FOR:?}");
    let full = saturated(&load, &ways.each_ref().map(|it| it.put(&large))).await?;

    let names = ways.each_ref().map(|it| it.name);
    print!("{}", report::table(&names, &json, &put, &full));
    Ok(())
}

/// Measures the latencies of each request, in turns.
async fn open_loop(load: &Load, per_second: u32, requests: &[Request]) -> Result<Vec<Series>> {
    let mut all = vec![Series::default(); requests.len()];
    for turn in 0..=TURNS {
        for (series, request) in all.iter_mut().zip(requests) {
            let latencies = load.open_loop(request, per_second, SAMPLES).await?;
            // The first turn opens the connections.
            if turn > 0 {
                series.extend(latencies);
            }
        }
    }
    Ok(all)
}

/// Measures the bytes a second of each request, in turns.
async fn saturated(load: &Load, requests: &[Request]) -> Result<Vec<f64>> {
    let mut all = vec![0.0; requests.len()];
    for turn in 0..=TURNS {
        for (bytes, request) in all.iter_mut().zip(requests) {
            let rate = load.saturate(request, CONNECTIONS, SATURATED_FOR).await?;
            if turn > 0 {
                *bytes += rate / TURNS as f64;
            }
        }
    }
    Ok(all)
}

//! The gateway's handler in Node beside a route written by hand: a classify call, PUTs of 10 MB, and the memory
//! that PUTs take.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::load::{Load, Request};
use crate::program::{API_KEY, Program, on_core};
use crate::report::Series;
use crate::way::Way;
use crate::{body, sink};

#[derive(Args)]
pub struct Flags {
    /// The script that serves the handler with the command line of the gateway's program
    #[arg(long)]
    handler: PathBuf,
    /// The script that serves the route written by hand
    #[arg(long)]
    by_hand: PathBuf,
    /// The core for the servers. Load and upstream run on the cores of this program
    #[arg(long, default_value_t = 1)]
    core: u32,
}

/// The turns of each server, in alternation.
const TURNS: usize = 20;
/// Turns in which V8 compiles what it has seen often. They do not count.
const WARM_UP: usize = 3;
const CONNECTIONS: usize = 4;
/// The calls of a turn.
const CALLS: usize = 1000;
const PUT: usize = 10_000_000;
const PUTS_FOR: Duration = Duration::from_secs(1);

/// The sizes of the PUTs whose memory is compared. As many bytes go through a server in either size.
const SIZES: [usize; 2] = [PUT, 200_000_000];
const MEMORY_BYTES: usize = 4_000_000_000;

/// A server under test, and the way through it.
struct Server {
    program: Program,
    way: Way,
}

impl Flags {
    /// Starts the route written by hand, and the handler.
    async fn start(&self, upstream: SocketAddr) -> Result<[Server; 2]> {
        Ok([
            self.start_by_hand(upstream).await?,
            self.start_handler(upstream).await?,
        ])
    }

    async fn start_by_hand(&self, upstream: SocketAddr) -> Result<Server> {
        let mut command = on_core(self.core, Path::new("node"));
        command
            .arg(&self.by_hand)
            .env("UPSTREAM", format!("http://{upstream}"))
            .env(API_KEY.0, API_KEY.1);
        let program = Program::start(command).await?;
        let way = Way::without_seal("by hand", &program.url);
        Ok(Server { program, way })
    }

    async fn start_handler(&self, upstream: SocketAddr) -> Result<Server> {
        let mut command = on_core(self.core, Path::new("node"));
        command.arg(&self.handler);
        let program = Program::start_gateway(command, upstream).await?;
        let way = Way::through_gateway("handler", &program.url).await?;
        Ok(Server { program, way })
    }
}

pub async fn measure(flags: &Flags) -> Result<()> {
    let upstream = sink::start().await?;
    let load = Load::default();
    let servers = flags.start(upstream).await?;

    eprintln!("Classify calls, {CONNECTIONS} at once: {TURNS} turns of {CALLS}");
    let calls = servers.each_ref().map(|it| it.way.json());
    let calls = in_turns(&calls, async |request| {
        let mut latencies = Series::default();
        latencies.extend(load.closed_loop(request, CONNECTIONS, CALLS).await?);
        Ok([latencies.percentile(0.5), latencies.percentile(0.99)])
    })
    .await?;

    eprintln!("PUTs of 10 MB, {CONNECTIONS} at once: {TURNS} turns of {PUTS_FOR:?}");
    let large = body(PUT);
    let puts = servers.each_ref().map(|it| it.way.put(&large));
    let puts = in_turns(&puts, async |request| {
        let rate = load.saturate(request, CONNECTIONS, PUTS_FOR).await?;
        Ok([rate / 1e6])
    })
    .await?;
    drop(servers);

    let mut peaks = Vec::new();
    for size in SIZES {
        eprintln!("Memory: {MEMORY_BYTES} bytes in PUTs of {size}, each server started anew");
        let body = body(size);
        for server in flags.start(upstream).await? {
            let puts = MEMORY_BYTES / size;
            load.closed_loop(&server.way.put(&body), CONNECTIONS, puts)
                .await?;
            peaks.push(server.program.peak_memory()? as f64 / 1e6);
        }
    }

    print(&calls, &puts, &peaks);
    Ok(())
}

/// The values of all turns, of the route by hand and of the handler.
struct Pair<const N: usize> {
    by_hand: Vec<[f64; N]>,
    handler: Vec<[f64; N]>,
}

/// Measures both requests in turns.
async fn in_turns<const N: usize>(
    [by_hand, handler]: &[Request; 2],
    measure: impl AsyncFn(&Request) -> Result<[f64; N]>,
) -> Result<Pair<N>> {
    let mut all = Pair {
        by_hand: Vec::new(),
        handler: Vec::new(),
    };
    for turn in 0..WARM_UP + TURNS {
        let values = (measure(by_hand).await?, measure(handler).await?);
        if turn >= WARM_UP {
            all.by_hand.push(values.0);
            all.handler.push(values.1);
        }
    }
    Ok(all)
}

impl<const N: usize> Pair<N> {
    /// Returns the medians of one value: by hand, of the handler, and of the ratio of each turn.
    fn medians(&self, nth: usize) -> [f64; 3] {
        let of = |turns: &[[f64; N]]| turns.iter().map(|it| it[nth]).collect::<Vec<_>>();
        let (by_hand, handler) = (of(&self.by_hand), of(&self.handler));
        let ratios = handler.iter().zip(&by_hand).map(|(a, b)| a / b).collect();
        [by_hand, handler, ratios].map(median)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(calls: &Pair<2>, puts: &Pair<1>, peaks: &[f64]) {
    let columns = [
        ("classify p50", "ms", 2, calls.medians(0)),
        ("classify p99", "ms", 2, calls.medians(1)),
        ("PUT, full", "MB/s", 0, puts.medians(0)),
    ];
    println!(
        "{:14} {:>12} {:>12} {:>8}",
        "", "by hand", "handler", "ratio"
    );
    for (title, unit, decimals, [by_hand, handler, ratio]) in columns {
        println!(
            "{title:14} {by_hand:7.decimals$} {unit:4} {handler:7.decimals$} {unit:4} {ratio:8.2}"
        );
    }
    for (size, peak) in SIZES.iter().zip(peaks.chunks(2)) {
        let title = format!("peak, {} MB", size / 1_000_000);
        println!(
            "{title:14} {:7.0} MB   {:7.0} MB   {:8.2}",
            peak[0],
            peak[1],
            peak[1] / peak[0]
        );
    }
    println!("\nAims: classify p99 at most 1.5 of it by hand, PUT at least 0.9 of it.");
}

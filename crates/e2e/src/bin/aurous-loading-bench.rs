//! Measures how long a first visitor waits for the SDK, and for another library, in Chromium: from the
//! start of the import until the first call could begin. In turns, each in a fresh tab, with nothing of
//! the turns before in any cache.

use std::collections::HashMap;
use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use aurous_e2e::bench::{Network, median};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::site::{Site, SiteConfig};
use serde::Deserialize;
use serde_json::Value;

const TURNS: usize = 20;
const NETWORKS: [Network; 4] = [
    network(50, 10.0),
    network(50, 1.6),
    network(150, 10.0),
    network(150, 1.6),
];

const OURS: &str = "const { init } = await import('/pkg/index.js'); await init();";
const THEIRS: &str = "await import('/uppy.js');";
const PAGE: &str = "<!doctype html><title>loading</title><link rel=icon href='data:,'>";

/// The files that a script loaded.
const LOADED: &str = "return performance.getEntriesByType('resource')
    .map(({ transferSize, encodedBodySize, decodedBodySize }) => ({ transferSize, encodedBodySize, decodedBodySize }));";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LoadedFile {
    /// 0 if a cache had it.
    transfer_size: u64,
    encoded_body_size: u64,
    decoded_body_size: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.context("name the folder to serve: pkg/, uppy.js and their .br files")?;
    let site = Site::start(SiteConfig {
        pkg: folder.join("pkg"),
        root: Some(folder),
        pages: HashMap::from([("/".to_owned(), PAGE.to_owned())]),
        ..SiteConfig::default()
    })
    .await?;
    let browser = Browser::start(Chromium).await?;
    println!("| latency | rate | aurous-web | Uppy | ratio |\n|---|---|---|---|---|");
    for network in NETWORKS {
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..=TURNS {
            for (times, script) in times.iter_mut().zip([OURS, THEIRS]) {
                let ms = load(&browser, &site, network, script).await?;
                // The first turn warms up the browser and the server.
                if turn > 0 {
                    times.push(ms);
                }
            }
        }
        let [ours, theirs] = times.map(median);
        println!(
            "| {} ms | {} Mbit/s | {ours:.0} ms | {theirs:.0} ms | {:.2} |",
            network.latency_ms,
            network.megabits_per_second.unwrap_or_default(),
            ours / theirs
        );
    }
    Ok(())
}

const fn network(latency_ms: u32, megabits_per_second: f64) -> Network {
    Network {
        latency_ms,
        megabits_per_second: Some(megabits_per_second),
    }
}

/// Runs the script in a fresh tab, and returns how long it took, in milliseconds.
async fn load(browser: &Browser, site: &Site, network: Network, script: &str) -> Result<f64> {
    let first = browser.window().await?;
    let tab = browser.new_window(true).await?.handle;
    browser.switch_to_window(tab).await?;
    browser.goto(&site.url()).await?;
    browser.emulate_network(network).await?;
    let timed =
        format!("const start = performance.now(); {script} return performance.now() - start;");
    let ms = browser.run(&timed, Value::Null).await?;
    let loaded: Vec<LoadedFile> = serde_json::from_value(browser.run(LOADED, Value::Null).await?)?;
    ensure!(
        !loaded.is_empty() && loaded.iter().all(LoadedFile::is_cold_and_compressed),
        "not every file was loaded cold and compressed: {loaded:?}"
    );
    browser.close_window().await?;
    browser.switch_to_window(first).await?;
    ms.as_f64().context("no time")
}

impl LoadedFile {
    fn is_cold_and_compressed(&self) -> bool {
        self.transfer_size > 0 && self.encoded_body_size < self.decoded_body_size
    }
}

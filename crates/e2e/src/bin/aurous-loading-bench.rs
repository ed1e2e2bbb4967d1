//! How long a page waits for the SDK, and for another library, in Chromium with a warm HTTP cache: from
//! the import until the first call could begin. In turns, each in a fresh tab.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::site::{Site, SiteConfig};
use serde_json::Value;

const TURNS: usize = 40;
const OURS: &str = "const { init } = await import('/pkg/index.js'); await init();";
const THEIRS: &str = "await import('/theirs.js');";

#[tokio::main]
async fn main() -> Result<()> {
    let theirs = env::args_os().nth(1).map(PathBuf::from);
    let theirs = theirs.context("give the other library's bundle")?;
    let pkg = env::var_os("AUROUS_PKG").map(PathBuf::from);
    let root = tempfile::tempdir()?;
    fs::copy(theirs, root.path().join("theirs.js"))?;
    fs::write(
        root.path().join("index.html"),
        "<!doctype html><title>loading</title><link rel=icon href='data:,'>",
    )?;
    let site = Site::start(SiteConfig {
        pkg: pkg.context("AUROUS_PKG names no package")?,
        root: Some(root.path().to_owned()),
        is_cached: true,
        ..SiteConfig::default()
    })
    .await?;
    let browser = Browser::start(Chromium).await?;
    let first = browser.window().await?;
    let mut times = [Vec::new(), Vec::new()];
    for turn in 0..=TURNS {
        for (times, script) in times.iter_mut().zip([OURS, THEIRS]) {
            // Of its own process, whose memory holds nothing of the turns before.
            let tab = browser.new_window(true).await?.handle;
            browser.switch_to_window(tab).await?;
            browser.goto(&site.url()).await?;
            let timed = format!(
                "const start = performance.now(); {script} return performance.now() - start;"
            );
            let ms = browser.run(&timed, Value::Null).await?;
            browser.close_window().await?;
            browser.switch_to_window(first.clone()).await?;
            // The first turn fills the cache.
            if turn > 0 {
                times.push(ms.as_f64().context("no time")?);
            }
        }
    }
    let [ours, theirs] = times.map(median);
    println!(
        "ours {ours:.1} ms, theirs {theirs:.1} ms, ratio {:.2}",
        ours / theirs
    );
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

//! The demo: serves the example page with everything that it needs on this machine, a gateway and an emulator of
//! the API. With `--headless`, a real Chromium uses the page, and the demo checks the requests that the gateway
//! and the emulator received.

mod described;
mod report;
mod verdict;
mod walk;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::picture::SamplePicture;
use aurous_e2e::site::{SiteConfig, SiteListener};
use aurous_e2e::testbed::Testbed;
use aurous_shutdown::ShutdownSignal;
use clap::Parser;
use described::Course;

/// One of each type, and one whose name has the wrong type.
const PICTURES: [&str; 4] = ["front.jpg", "portrait.png", "side.webp", "png-named.jpg"];

/// Serves the example page with all that it needs, on this machine alone.
#[derive(Debug, Parser)]
struct Flags {
    /// The built npm package
    #[arg(long)]
    pkg: PathBuf,
    /// The example page's folder
    #[arg(long)]
    site: PathBuf,
    /// The folder of sample pictures
    #[arg(long)]
    samples: PathBuf,
    /// The folder for the screenshot
    #[arg(long)]
    out: PathBuf,
    /// Walk through the page with a real Chromium, and check what the emulator received
    #[arg(long)]
    headless: bool,
    /// The page's port; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: &Flags) -> Result<()> {
    let mut shutdown = ShutdownSignal::listen()?;
    let demo = async {
        if flags.headless {
            headless(flags).await
        } else {
            serve(flags).await
        }
    };
    // A signal drops the demo, and with it the browser.
    tokio::select! {
        outcome = demo => outcome,
        () = shutdown.received() => {
            ensure!(!flags.headless, "stopped before it was done");
            // Not println!, which panics if the terminal has gone.
            let _ = writeln!(io::stdout(), "\nStopped.");
            Ok(())
        }
    }
}

/// Serves the page for a person, until stopped.
async fn serve(flags: &Flags) -> Result<()> {
    let testbed = start(flags).await?;
    println!("The example page is at\n\n    {}\n", testbed.site.url());
    println!(
        "Choose one to six photos of a person, or drop them on the page; enter a name; create."
    );
    println!("There are sample pictures in {}.", flags.samples.display());
    println!("The emulator takes a picture's pose from its file's name: front-….jpg is \"front\".");
    println!("Or describe a person: pictures of them take half a minute.");
    println!(
        "Nothing leaves this machine: the API behind the page's gateway is an emulator, which forgets"
    );
    println!("everything when it stops. Ctrl-C stops it.");
    std::future::pending().await
}

async fn headless(flags: &Flags) -> Result<()> {
    let paths = PICTURES.map(|name| flags.samples.join(name));
    let pictures = paths.iter().map(|path| SamplePicture::read(path));
    let pictures = pictures.collect::<Result<Vec<_>>>()?;
    let testbed = start(flags).await?;
    let browser = Browser::start(Engine::Chromium).await?;

    let outcome = walk::walk(&browser, &testbed.site.url(), &pictures).await;
    // Before the demo makes a request of its own.
    let mut checks = verdict::requests(&testbed.site.sent(), &testbed.emulator.log(), &pictures);
    // After a failure as well: it often shows what went wrong.
    let mut screenshots = vec![screenshot(&browser, &flags.out, "page.png").await?];
    let character = match &outcome {
        Ok(shown) => {
            let character = walk::character(&browser, &shown.id).await?;
            checks.push(verdict::character(pictures.len(), shown, &character));
            for course in Course::ALL {
                checks.push(described::walk_and_check(&browser, &testbed, course).await);
            }
            screenshots.push(screenshot(&browser, &flags.out, "described.png").await?);
            Some(character)
        }
        Err(_) => None,
    };

    eprint!("{}", report::table(&checks));
    for screenshot in screenshots {
        eprintln!("Screenshot: {}", screenshot.display());
    }
    eprintln!();
    if let Some(character) = character {
        // Not println!, which panics if the reader has gone.
        writeln!(io::stdout(), "{character:#}").context("cannot print the character")?;
    }
    let differences: Vec<_> = checks.iter().flat_map(|check| &check.differences).collect();
    for difference in &differences {
        eprintln!("  {difference}");
    }
    if outcome.is_err() {
        for line in browser.console().await? {
            eprintln!("  the console: {line}");
        }
    }
    outcome?;
    ensure!(
        differences.is_empty(),
        "{} difference(s), listed above",
        differences.len()
    );
    Ok(())
}

/// Starts the servers. The page has no sign-in, so the gateway admits visitors without a session token.
async fn start(flags: &Flags) -> Result<Testbed> {
    let page = SiteConfig {
        pkg: flags.pkg.clone(),
        root: Some(flags.site.clone()),
        ..SiteConfig::default()
    };
    Testbed::example_page_at(SiteListener::at(flags.port).await?, page).await
}

async fn screenshot(browser: &Browser, folder: &Path, name: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let picture = browser.screenshot_whole_page().await?;
    fs::write(&path, picture).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

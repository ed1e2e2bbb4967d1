//! The demo: the example page with everything it needs on this machine, the gateway and an emulator of
//! the API. For a person, or, with `--headless`, walked through by a real Chromium and verified from
//! what the gateway and the emulator received.

mod report;
mod verdict;
mod walk;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::picture::Picture;
use aurous_e2e::site::{Door, SiteConfig};
use aurous_e2e::stage::Stage;
use aurous_shutdown::ShutdownSignal;
use clap::Parser;

/// One of each type, and one whose name lies about it.
const PICTURES: [&str; 4] = ["front.jpg", "portrait.png", "side.webp", "png-named.jpg"];

/// The example page with all that it needs, on this machine alone.
#[derive(Debug, Parser)]
struct Args {
    /// The built npm package
    #[arg(long)]
    pkg: PathBuf,
    /// The example page's folder
    #[arg(long)]
    site: PathBuf,
    /// The folder of sample pictures
    #[arg(long)]
    samples: PathBuf,
    /// Where the screenshot goes
    #[arg(long)]
    out: PathBuf,
    /// Drive a real Chromium through the page, and verify what the emulator received
    #[arg(long)]
    headless: bool,
    /// Port of the page; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let mut shutdown = ShutdownSignal::listen()?;
    let demo = async {
        if args.headless {
            headless(args).await
        } else {
            serve(args).await
        }
    };
    // A signal drops the demo, and with it the browser.
    tokio::select! {
        outcome = demo => outcome,
        () = shutdown.received() => {
            ensure!(!args.headless, "stopped before it was done");
            println!("\nStopped.");
            Ok(())
        }
    }
}

/// For a person, until stopped.
async fn serve(args: &Args) -> Result<()> {
    let stage = start(args).await?;
    println!("The example page is at\n\n    {}\n", stage.site.url());
    println!(
        "Choose one to six photos of a person there, or drop them on the page; type a name; create."
    );
    println!("There are sample pictures in {}.", args.samples.display());
    println!("A picture's pose is told from its file's name: front-….jpg is \"front\".");
    println!(
        "Nothing leaves this machine: the API behind the page's gateway is an emulator, and forgets"
    );
    println!("all when it stops. Ctrl-C stops it.");
    std::future::pending().await
}

async fn headless(args: &Args) -> Result<()> {
    let paths = PICTURES.map(|name| args.samples.join(name));
    let pictures = paths.iter().map(|path| Picture::read(path));
    let pictures = pictures.collect::<Result<Vec<_>>>()?;
    let stage = start(args).await?;
    let browser = Browser::start(Engine::Chromium).await?;

    let outcome = walk::walk(&browser, &stage.site.url(), &pictures).await;
    // What the page did, before we ask something ourselves.
    let mut checks = verdict::requests(&stage.site.sent(), &stage.emulator.log(), &pictures);
    // What went wrong is often plain to see: a picture of the page either way.
    let screenshot = screenshot(&browser, &args.out).await?;
    let character = match &outcome {
        Ok(shown) => {
            let character = walk::character(&browser, &shown.id).await?;
            checks.push(verdict::character(pictures.len(), shown, &character));
            Some(character)
        }
        Err(_) => None,
    };

    eprint!("{}", report::table(&checks));
    eprintln!("The page, as it looks now: {}\n", screenshot.display());
    if let Some(character) = character {
        // Not println!, which panics where nobody listens any more.
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

/// The page has no sign-in, so the gateway lets visitors in without a session token. A page whose
/// visitors sign in has its backend make one, and gives it to `createClient`.
async fn start(args: &Args) -> Result<Stage> {
    let page = SiteConfig {
        pkg: args.pkg.clone(),
        root: Some(args.site.clone()),
        ..SiteConfig::default()
    };
    Stage::start(Door::at(args.port).await?, page, |_| {}).await
}

async fn screenshot(browser: &Browser, folder: &Path) -> Result<PathBuf> {
    let path = folder.join("page.png");
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let picture = browser.full_page().await?;
    fs::write(&path, picture).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

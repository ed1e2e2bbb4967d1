//! The program: [`aurous_live_check`] with flags.

use std::fs::File;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use aurous_contract::limits::API_ORIGIN;
use aurous_live_check::options::{self, Options};
use aurous_live_check::probes::synthesis::GENERATIONS;
use aurous_shutdown::ShutdownSignal;
use clap::Parser;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Finds out what the vendor's pages leave open about the Aurous Labs character API, by trying it. Makes
/// one character from uploads, which costs no credits, and deletes it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask live-check", version, after_long_help = KEY_HELP)]
struct Flags {
    /// The API's base URL: https, or http to a loopback address
    #[arg(long, value_name = "URL", default_value = API_ORIGIN, value_parser = options::parse_api_url)]
    api_url: Url,

    /// Also try the flow that costs credits: four generations, and one for a regenerate
    #[arg(long)]
    synthesize: bool,

    /// Do not ask before credits are spent
    #[arg(long)]
    yes: bool,

    /// The largest image to try, in megabytes (1 000 000 bytes), 1 to 200
    #[arg(long, value_name = "MB", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=200))]
    max_image_mb: u16,

    /// Also write the findings to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

const KEY_HELP: &str = "\
The key comes from the environment variable AUROUS_API_KEY, or from the file that AUROUS_API_KEY_FILE names.
docs/live-check.md says what is sent, and what to do with the findings.";

/// The exit code of clap for a command line that is wrong.
const USAGE: u8 = 2;
/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;
/// The time between two looks at a character that is being synthesized.
const POLL_INTERVAL: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> ExitCode {
    let flags = Flags::parse();
    let read = |path: &str| fs::read_to_string(path);
    let key = match options::read_key(|name| env::var(name).ok(), read) {
        Ok(key) => key,
        Err(problem) => {
            eprintln!("error: {problem}");
            return ExitCode::from(USAGE);
        }
    };
    let options = Options {
        api: flags.api_url,
        key,
        synthesize: flags.synthesize,
        max_image_bytes: usize::from(flags.max_image_mb) * 1_000_000,
        poll_interval: POLL_INTERVAL,
    };
    match run(&options, flags.yes, flags.json).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options, yes: bool, json: Option<PathBuf>) -> io::Result<ExitCode> {
    if options.synthesize && !yes && !ask()? {
        eprintln!("Nothing was sent.");
        return Ok(ExitCode::FAILURE);
    }
    // Before anything is sent: a run whose findings can't be written would be in vain.
    let json = json.map(|path| create(&path)).transpose()?;
    let stop = stop_on_signal()?;
    let report = aurous_live_check::check(options, stop).await;
    if let Some(mut file) = json {
        file.write_all(report.to_json()?.as_bytes())?;
    }
    write!(io::stdout(), "\n{}", report.to_table())?;
    Ok(match report.is_clean() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn create(path: &Path) -> io::Result<File> {
    let named = |error| io::Error::other(format!("cannot write {}: {error}", path.display()));
    File::create(path).map_err(named)
}

fn ask() -> io::Result<bool> {
    eprint!(
        "This spends {GENERATIONS} generations of your team's credits: four for a character, one to \
         regenerate a pose. Go on? [y/N] "
    );
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// Returns what Ctrl-C cancels. A second Ctrl-C ends the program at once.
fn stop_on_signal() -> io::Result<CancellationToken> {
    let mut signal = ShutdownSignal::listen()?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        signal.received().await;
        eprintln!("\nDeleting what was made. Ctrl-C again leaves it behind.");
        stopping.cancel();
        signal.received().await;
        std::process::exit(INTERRUPTED);
    });
    Ok(stop)
}

//! The check against the emulator.
//!
//! | module | what it tests |
//! |---|---|
//! | `settings` | for each setting of the emulator, the finding says what it was set to |
//! | `endings` | however a run ends, it deletes what it made, or says what it left |
//! | `secrets` | no output holds the key or a part of a signed URL |
//! | `program` | flags, the key, exit codes, Ctrl-C |

// clippy.toml allows these in test functions alone, not in the functions that they share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod endings;
mod program;
mod secrets;
mod settings;

use std::time::Duration;

use aurous_emulator::{Emulator, RuntimeSettings};
use aurous_live_check::check;
use aurous_live_check::finding::{Finding, Unknown};
use aurous_live_check::options::{Options, parse_api_url};
use aurous_live_check::report::{Report, Row};
use aurous_live_check::secret::ApiKey;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

const MB: usize = 1_000_000;

async fn start(settings: RuntimeSettings) -> Emulator {
    let started = Emulator::start(settings).await;
    started.expect("loopback has free ports")
}

/// Returns the options of a run against an emulator that costs no credits, and tries no large images.
fn options(emulator: &Emulator) -> Options {
    Options {
        api: parse_api_url(emulator.api_url()).expect("the emulator is on loopback"),
        key: ApiKey::new(emulator.api_key()),
        synthesize: false,
        max_image_bytes: MB,
        poll_interval: Duration::from_millis(20),
    }
}

async fn run(options: &Options) -> Report {
    check(options, CancellationToken::new()).await
}

/// Runs the check against an emulator with these settings, the flow that costs credits included. Asserts
/// that nothing is left behind.
async fn check_all(settings: RuntimeSettings) -> Report {
    let emulator = start(settings).await;
    let options = Options {
        synthesize: true,
        ..options(&emulator)
    };
    let report = run(&options).await;
    assert!(emulator.characters().is_empty(), "{report}");
    assert!(report.is_clean(), "{report}");
    report
}

/// Returns what was found out about an unknown.
fn found(report: &Report, unknown: Unknown) -> &Finding {
    let finding = report.finding(unknown);
    finding.unwrap_or_else(|| panic!("{unknown:?} is open:\n{report}"))
}

/// Returns why an unknown is open.
fn open(report: &Report, unknown: Unknown) -> &str {
    let reason = report.findings.iter().find_map(|row| match row {
        Row::Open {
            unknown: of,
            not_learned,
        } if *of == unknown => Some(not_learned),
        _ => None,
    });
    reason.unwrap_or_else(|| panic!("{unknown:?} is known:\n{report}"))
}

/// Waits for a condition, at most 20 s.
async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let come = async {
        while !condition() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = timeout(Duration::from_secs(20), come).await;
    waited.unwrap_or_else(|_| panic!("this did not come: {what}"));
}

//! The most detailed log, during failures.

use aurous_emulator::{Fault, Operation};

use crate::harness::stage::{JPEG, Setup, Stage};

/// Makes every call, and lets everything go wrong upstream.
fn run_into_failures(stage: &Stage) {
    stage.character();
    let ticket = stage.ticket();
    for fault in [
        Fault::ResetBeforeBody,
        Fault::ResetAfterBody { processed: false },
        Fault::Truncate,
        Fault::NotJson,
        Fault::status(401),
        Fault::status(500),
    ] {
        for step in [Operation::Init, Operation::Put] {
            stage.emulator().inject(fault.clone().on(step));
        }
        stage.send(&stage.init());
        stage.send(&stage.put(&ticket.token, JPEG));
    }
}

#[test]
fn no_log_filter_reveals_a_secret() {
    for filter in [
        "trace",
        "debug,hyper=trace",
        "hyper_util=trace,rustls=trace",
    ] {
        let stage = Stage::start(Setup {
            environment: &[("RUST_LOG", filter)],
            flags: &["--max-log-lines-per-second", "1000000"],
            ..Setup::default()
        });
        run_into_failures(&stage);
        stage.finish();
    }
}

//! What is printed at the worst of times.

use aurous_emulator::{Fault, Operation};

use crate::harness::stage::{JPEG, Setup, Stage};

/// Everything that can be asked, and everything that goes wrong upstream.
fn a_bad_day(stage: &Stage) {
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
fn no_filter_of_the_log_lets_a_secret_through() {
    for filter in [
        "trace",
        "debug,hyper=trace",
        "hyper_util=trace,rustls=trace",
    ] {
        let stage = Stage::start(Setup {
            environment: &[("RUST_LOG", filter)],
            ..Setup::default()
        });
        a_bad_day(&stage);
        stage.finish();
    }
}

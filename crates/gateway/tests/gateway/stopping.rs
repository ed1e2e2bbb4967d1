//! Signals, and clients that come while the gateway stops.

use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation};

use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::{Setup, Stage};
use crate::harness::until;

/// Longer than any test.
const LONG_MS: u64 = 600_000;

/// Sends a create that takes this long, and returns once it is running upstream.
fn begin_create(stage: &Stage, delay_ms: u64) -> (Connection, Request) {
    let create = stage.create("a-key-of-sixteen-or-more", &[&stage.uploaded()]);
    let slow = Fault::Delay(delay_ms).on(Operation::Create);
    stage.emulator().inject(slow);
    let mut connection = stage.connect();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create is running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    (connection, create)
}

fn wait_for_line(stage: &Stage, message: &str) -> serde_json::Value {
    let line = stage.program().find(|line| line["message"] == message);
    line.expect("a line in the log")
}

fn assert_drains_on(signal: &str) {
    // Whoever started the tests may ignore signals, as `nohup` does, and programs inherit that.
    let stage = Stage::start(Setup {
        shell_line: Some("exec env --default-signal \"$0\" \"$@\""),
        ..Setup::default()
    });
    let (mut connection, create) = begin_create(&stage, 1000);
    stage.program().signal(signal);
    connection.answer_to(&create).assert_status(201);
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    stage.finish();
}

#[test]
fn an_interrupt_drains() {
    assert_drains_on("INT");
}

#[test]
fn a_termination_drains() {
    assert_drains_on("TERM");
}

#[test]
fn a_hangup_drains() {
    assert_drains_on("HUP");
}

#[test]
fn a_quit_drains() {
    assert_drains_on("QUIT");
}

#[test]
fn a_second_signal_ends_the_gateway_at_once_and_the_log_says_what_it_cuts_off() {
    let stage = Stage::new();
    let (mut connection, create) = begin_create(&stage, LONG_MS);
    stage.program().terminate();
    wait_for_line(&stage, "draining");
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(1));
    assert!(connection.try_answer_to(&create).is_err());
    let line = wait_for_line(&stage, "stopped before everything was done");
    assert_eq!(
        (&line["connections"], &line["tasks"]),
        (&1.into(), &1.into())
    );
    stage.finish();
}

#[test]
fn a_drain_that_takes_too_long_ends_and_the_log_says_what_it_cuts_off() {
    let stage = Stage::with_flags(&["--drain-timeout-ms", "200"]);
    let _create = begin_create(&stage, LONG_MS);
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    let line = wait_for_line(&stage, "stopped before everything was done");
    assert_eq!(
        (&line["connections"], &line["tasks"]),
        (&1.into(), &1.into())
    );
    stage.finish();
}

#[test]
fn a_hangup_does_not_stop_what_nohup_started() {
    let stage = Stage::start(Setup {
        shell_line: Some("trap '' HUP"),
        ..Setup::default()
    });
    stage.program().signal("HUP");
    stage.uploaded();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    let lines = stage.program().lines();
    let drains = lines.iter().filter(|it| it["message"] == "draining");
    assert_eq!(drains.count(), 1);
    stage.finish();
}

#[test]
fn during_the_shutdown_delay_everything_is_served_and_the_gateway_is_not_ready() {
    let stage = Stage::with_flags(&["--shutdown-delay-ms", "600000"]);
    let mut kept = stage.connect();
    let init = stage.init().without("Connection");
    kept.exchange(&init).assert_status(201);
    stage.program().terminate();
    until("the gateway is not ready", || {
        stage.admin("/readyz").is_none().then_some(())
    });
    assert!(stage.admin("/healthz").is_some());
    kept.exchange(&init).assert_status(201);
    kept.exchange(&init).assert_status(201);
    stage.uploaded();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(1));
    stage.finish();
}

#[test]
fn the_drain_follows_the_shutdown_delay() {
    let stage = Stage::with_flags(&["--shutdown-delay-ms", "300"]);
    let begin = Instant::now();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    assert!(begin.elapsed() >= Duration::from_millis(300));
    stage.finish();
}

#[test]
fn clients_that_wait_for_a_place_are_answered_before_the_end() {
    let stage = Stage::with_flags(&["--max-connections", "1"]);
    let (mut creating, create) = begin_create(&stage, 500);
    let init = stage.init();
    let mut waiting: Vec<_> = (0..4).map(|_| stage.connect()).collect();
    for connection in &mut waiting {
        connection.send(&init.bytes()).unwrap();
    }
    stage.program().terminate();
    creating.answer_to(&create).assert_status(201);
    for connection in &mut waiting {
        connection.answer_to(&init).assert_status(201);
    }
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    stage.finish();
}

#[test]
fn a_request_that_is_on_its_way_when_the_drain_begins_is_answered() {
    let stage = Stage::new();
    let (mut creating, create) = begin_create(&stage, 500);
    let mut connection = stage.connect();
    until("both connections are open", || {
        (stage.metric("aurous_gateway_connections") == 2).then_some(())
    });
    stage.program().terminate();
    wait_for_line(&stage, "draining");
    let address = stage.program().gateway.clone();
    until("the gateway accepts nothing new", || {
        std::net::TcpStream::connect(&address).err()
    });
    connection.exchange(&stage.init()).assert_status(201);
    creating.answer_to(&create).assert_status(201);
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    stage.finish();
}

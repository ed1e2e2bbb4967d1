//! A log that is broken, stuck or flooded: it costs lines and no request, and the metrics count the lines.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::program;
use crate::harness::stage::{PAGE, Setup, Stage, command};
use crate::harness::until;

const WRITE_FAILED: &str = "aurous_gateway_log_lines_lost_total{reason=\"write_failed\"}";
const QUEUE_FULL: &str = "aurous_gateway_log_lines_lost_total{reason=\"queue_full\"}";
const OVER_RATE: &str = "aurous_gateway_log_lines_lost_total{reason=\"over_rate\"}";

/// Starts a gateway after a shell line that redirects its standard error.
fn logging_to(shell_line: &str, flags: &[&str]) -> Stage {
    Stage::start(Setup {
        shell_line: Some(shell_line),
        flags,
        ..Setup::default()
    })
}

/// Makes a pipe with a name. The file reads from it, but only when it is asked to.
fn pipe() -> (TempDir, PathBuf, File) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("log");
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let reader = OpenOptions::new().read(true).write(true).open(&path);
    (folder, path, reader.unwrap())
}

/// Asserts that the gateway serves, and that a signal ends it.
#[track_caller]
fn assert_serves_and_ends(stage: Stage) {
    stage.uploaded();
    stage
        .send(&stage.init().without("Authorization"))
        .assert_refusal(401, "gateway_session_missing");
    assert!(stage.admin("/healthz").is_some());
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    stage.finish();
}

#[test]
fn a_full_disk_costs_the_log_alone() {
    let stage = logging_to("exec 2>/dev/full", &[]);
    stage.uploaded();
    until("lost lines are counted", || {
        // "ready", and one for each request.
        (stage.metric(WRITE_FAILED) == 3).then_some(())
    });
    assert_serves_and_ends(stage);
}

#[test]
fn a_reader_that_has_gone_costs_the_log_alone() {
    let (_folder, path, reader) = pipe();
    let stage = logging_to(&format!("exec 2>'{}'", path.display()), &[]);
    stage.uploaded();
    drop(reader);
    let before = stage.metric(WRITE_FAILED);
    stage.uploaded();
    until("lost lines are counted", || {
        (stage.metric(WRITE_FAILED) >= before + 2).then_some(())
    });
    assert_serves_and_ends(stage);
}

#[test]
fn a_closed_standard_error_costs_the_log_alone() {
    assert_serves_and_ends(logging_to("exec 2>&-", &[]));
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let (_folder, path, _reader) = pipe();
    let stage = logging_to(
        &format!("exec 2>'{}'", path.display()),
        &["--max-log-lines-per-second", "1000000"],
    );
    let request = stage.bare("GET", "/nothing").without("Connection");
    let mut connection = stage.connect();
    // A pipe takes 64 KB, and the queue 4096 lines.
    for _ in 0..6000 {
        connection.exchange(&request).assert_status(404);
    }
    assert!(stage.metric(QUEUE_FULL) > 0);
    assert_serves_and_ends(stage);
}

#[test]
fn a_full_standard_output_ends_the_start_with_a_reason() {
    let mut good = command("al_live_of_this_test");
    good.args(["--origin", PAGE, "--print-addresses"]);
    good.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    let mut good = program::after_shell_line("exec >/dev/full", &good);
    let (code, output) = program::run_to_end(&mut good);
    assert_eq!(code, 1, "{output}");
    assert!(output.contains("aurous-gateway: No space left"), "{output}");
}

#[test]
fn an_error_at_the_start_has_its_exit_code_where_nobody_can_read_it() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    for (flags, expected) in [
        (&["--origin", "*"][..], 2),
        (&["--no-such-flag"], 2),
        (&["--origin", PAGE, "--listen", &taken], 1),
    ] {
        let mut wrong = command("al_live_of_this_test");
        wrong.args(flags);
        let mut wrong = program::after_shell_line("exec 2>/dev/full", &wrong);
        let (code, output) = program::run_to_end(&mut wrong);
        assert_eq!((code, output.as_str()), (expected, ""), "{flags:?}");
    }
}

/// Whether a line is of a response with this status.
fn is_answered(line: &Value, status: u16) -> bool {
    line["message"] == "answered" && line["status"] == status
}

#[test]
fn a_flood_of_refusals_is_left_out_of_the_log_and_counted() {
    const FLOOD: u64 = 2000;
    const PER_SECOND: u64 = 10;
    let stage = Stage::with_flags(&["--max-log-lines-per-second", "10"]);
    let begin = Instant::now();
    let mut connection = stage.connect();
    let refused = stage.init().without("Authorization").without("Connection");
    for _ in 0..FLOOD {
        connection.exchange(&refused).assert_status(401);
    }
    // After more refusals than a second may have, a good request still has its line.
    let answer = stage.send(&stage.init());
    stage.assert_logged(&answer, "");
    let seconds = begin.elapsed().as_secs() + 2;

    let lost = stage.metric(OVER_RATE);
    let counted = "aurous_gateway_requests_total{method=\"POST\",route=\"/aurous/v1/characters/uploads/init\",status=\"401\",code=\"gateway_session_missing\"}";
    assert_eq!(stage.metric(counted), FLOOD);
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    let lines = stage.program().lines();
    let logged = lines.iter().filter(|it| is_answered(it, 401)).count() as u64;
    assert!((1..=seconds * PER_SECOND).contains(&logged), "{logged}");
    assert_eq!(logged + lost, FLOOD);
    let left_out = lines.iter().filter_map(|it| it["over_rate"].as_u64());
    assert_eq!(left_out.sum::<u64>(), lost, "the log says how many");
    stage.finish();
}

#[test]
fn a_flood_of_preflights_is_left_out_of_the_log() {
    let stage = Stage::with_flags(&["--max-log-lines-per-second", "1"]);
    let preflight = stage
        .bare("OPTIONS", "/v1/characters")
        .without("Connection")
        .header("Access-Control-Request-Method", "POST");
    let mut connection = stage.connect();
    for _ in 0..100 {
        connection.exchange(&preflight).assert_status(204);
    }
    assert!(stage.metric(OVER_RATE) > 0);
    stage.finish();
}

#[test]
fn the_last_line_is_there_when_the_program_has_ended() {
    let stage = Stage::new();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    let lines = stage.program().lines();
    assert_eq!(lines.last().unwrap()["message"], "stopped", "{lines:?}");
    stage.finish();
}

#[test]
fn a_filter_of_the_environment_still_counts() {
    let stage = Stage::start(Setup {
        environment: &[("RUST_LOG", "aurous_gateway=warn")],
        ..Setup::default()
    });
    stage.uploaded();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    assert_eq!(stage.program().lines(), Vec::<Value>::new());
    stage.finish();
}

//! A machine whose time of day jumps: the gateway's own limits go by a clock that does not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aurous_emulator::{Operation, RuntimeSettings};
use serde_json::json;
use tempfile::TempDir;

use crate::harness::request::Request;
use crate::harness::stage::{Setup, Stage};
use crate::harness::until;

const HOUR: i64 = 60 * 60;

/// The time of day as the program sees it.
struct ShiftedClock {
    folder: TempDir,
}

impl ShiftedClock {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/clock/shift.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&folder.path().join("shift.so"), &source])
            .arg("-ldl")
            .status();
        assert!(built.unwrap().success());
        let clock = Self { folder };
        clock.shift_by(0);
        clock
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sets the program's time of day to this many seconds after the real one.
    fn shift_by(&self, seconds: i64) {
        fs::write(self.path("next"), seconds.to_string()).unwrap();
        // The program never sees half a file.
        fs::rename(self.path("next"), self.path("shift")).unwrap();
    }

    fn stage(&self, flags: &[&str]) -> Stage {
        let (library, file) = (self.path("shift.so"), self.path("shift"));
        Stage::start(Setup {
            flags,
            environment: &[
                ("LD_PRELOAD", library.to_str().unwrap()),
                ("CLOCK_SHIFT_FILE", file.to_str().unwrap()),
            ],
            emulator: RuntimeSettings {
                rate_limits: false,
                ..RuntimeSettings::default()
            },
            ..Setup::default()
        })
    }
}

/// Makes a request without a session token, whose times are the backend's.
fn anonymous(request: Request) -> Request {
    request.without("Authorization")
}

/// Asserts that the shift reaches the program: a session token has expired an hour later.
#[track_caller]
fn assert_shifted(stage: &Stage) {
    let answer = stage.send(&stage.init());
    stage.assert_refused(&answer, 401, "gateway_session_expired");
}

#[test]
fn a_clock_that_jumps_ahead_and_back_refuses_nobody() {
    let clock = ShiftedClock::new();
    let stage = clock.stage(&[
        "--allow-anonymous",
        "--subject-share",
        "1/1",
        // A token comes back each second.
        "--team-limit",
        "characters_post=60/3",
    ]);
    let init = anonymous(stage.init());
    stage.send(&init).assert_status(201);
    clock.shift_by(HOUR);
    assert_shifted(&stage);
    while stage.send(&init).status == 201 {}
    clock.shift_by(0);
    until("a token after the clock went back", || {
        (stage.send(&init).status == 201).then_some(())
    });
    stage.finish();
}

#[test]
fn a_jump_of_a_day_fills_no_bucket_and_forgets_no_create() {
    let clock = ShiftedClock::new();
    let stage = clock.stage(&[
        "--allow-anonymous",
        "--enable",
        "generate",
        "--subject-share",
        "1/1",
        "--team-limit",
        "characters_post=1/3",
    ]);
    let synthesis = json!({ "name": "A", "generate": true, "attributes": { "age": 28 } });
    let create = anonymous(stage.create_of("a-key-of-more-than-16", &synthesis));
    let made = stage.send(&create);
    made.assert_status(201);
    let init = anonymous(stage.init());
    while stage.send(&init).status == 201 {}
    clock.shift_by(25 * HOUR);
    assert_shifted(&stage);
    stage.send(&init).assert_status(429);
    let again = stage.send(&create);
    assert_eq!(again.assert_status(201).body, made.body);
    assert_eq!(again.header("aurous-idempotent-replayed"), "true");
    let mut seen = stage.upstream();
    seen.retain(|it| it.operation == Operation::Create);
    assert_eq!(seen.len(), 1);
    stage.finish();
}

//! Few open files: the connections that there are can be served, and the admin address answers.

use aurous_emulator::{Fault, Operation, RuntimeSettings};

use crate::harness::program;
use crate::harness::stage::{PAGE, Setup, Stage, command};
use crate::harness::until;

const REDUCED: &str = "fewer connections than --max-connections, since this process may not have more open files: raise that limit (ulimit -n, or LimitNOFILE of systemd)";

#[test]
fn with_all_places_taken_every_request_reaches_upstream_and_the_admin_address_answers() {
    // 128 of the files are for all else, and each connection has two.
    const PLACES: usize = 64;
    let stage = Stage::start(Setup {
        shell_line: Some("ulimit -n 256"),
        flags: &[
            "--max-connections-per-address",
            "1024",
            "--subject-share",
            "1/1",
            "--team-limit",
            "characters_post=100000/100000",
        ],
        emulator: RuntimeSettings {
            rate_limits: false,
            ..RuntimeSettings::default()
        },
        ..Setup::default()
    });
    let line = stage.program().find(|it| it["message"] == REDUCED).unwrap();
    assert_eq!(line["open_files"], 256);
    assert_eq!(line["connections"], PLACES);

    let mut connections: Vec<_> = (0..PLACES).map(|_| stage.connect()).collect();
    until("all places are taken", || {
        (stage.metric("aurous_gateway_connections") == PLACES as u64).then_some(())
    });
    for _ in 0..PLACES {
        stage
            .emulator()
            .inject(Fault::Delay(500).on(Operation::Init));
    }
    let init = stage.init();
    for connection in &mut connections {
        connection.send(&init.bytes()).unwrap();
    }
    stage.until_upstream("all requests are upstream", |seen| seen.len() >= PLACES);
    assert!(stage.admin("/readyz").is_some());
    // There is no place for one more: it waits.
    let mut waiting = stage.connect();
    waiting.send(&init.bytes()).unwrap();
    connections.push(waiting);
    for connection in &mut connections {
        connection.answer_to(&init).assert_status(201);
    }
    stage.finish();
}

#[test]
fn the_soft_limit_is_raised() {
    let stage = Stage::start(Setup {
        shell_line: Some("ulimit -S -n 256"),
        ..Setup::default()
    });
    let limits = format!("/proc/{}/limits", stage.program().pid());
    let limits = std::fs::read_to_string(limits).unwrap();
    let line = limits.lines().find(|it| it.starts_with("Max open files"));
    let soft = line.unwrap().split_whitespace().nth(3).unwrap();
    assert_eq!(
        soft, "2176",
        "two for each of the 1024 connections, and 128"
    );
    let reduced = stage.program().lines();
    assert!(reduced.iter().all(|it| it["message"] != REDUCED));
    stage.finish();
}

#[test]
fn with_too_few_files_the_gateway_refuses_to_start() {
    let mut good = command("al_live_of_this_test");
    good.args(["--origin", PAGE, "--listen", "127.0.0.1:0"]);
    good.args(["--admin-listen", "127.0.0.1:0"]);
    let mut few = program::after_shell_line("ulimit -n 100", &good);
    let (code, output) = program::run_to_end(&mut few);
    assert_eq!(code, 1, "{output}");
    let sentence = "this process may have 100 open files, and needs at least 160";
    assert!(output.contains(sentence), "{output}");
}

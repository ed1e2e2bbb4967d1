//! Many at once, clients that stop, kills and drains; settings that are none.

use std::thread;
use std::time::{Duration, Instant};

use aurous_emulator::{EmulatorConfig, Fault, Step};

use crate::harness::program;
use crate::harness::stage::{JPEG, PAGE, Setup, Stage, Ticket, command};
use crate::harness::{sha256, until};

const LARGE: usize = 10_000_000;
const MANY: usize = 200;

/// No limit of a visitor's in the way.
const ROOMY: [&str; 6] = [
    "--max-uploads-per-subject",
    "1000",
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=100000/100000",
];

fn roomy() -> Stage {
    Stage::start(Setup {
        flags: &ROOMY,
        emulator: EmulatorConfig {
            rate_limits: false,
            ..EmulatorConfig::default()
        },
        ..Setup::default()
    })
}

/// Bytes that are nobody else's.
fn bytes(nth: usize, length: usize) -> Vec<u8> {
    let mut state = nth as u64 + 1;
    let mut bytes = vec![0; length];
    for eight in bytes.chunks_mut(8) {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        eight.copy_from_slice(&state.to_le_bytes()[..eight.len()]);
    }
    bytes
}

#[test]
fn two_hundred_uploads_at_once_arrive_whole_in_little_memory() {
    let stage = roomy();
    let tickets: Vec<Ticket> = (0..MANY).map(|_| stage.ticket()).collect();
    stage.forget_upstream();
    let mut puts: Vec<_> = tickets
        .iter()
        .map(|ticket| {
            let length = LARGE.to_string();
            let head = stage.put(&ticket.token, "").with("Content-Length", &length);
            (stage.connect(), head)
        })
        .collect();
    // All are open before the first has ended: a slice of each in turn.
    thread::scope(|scope| {
        for (nth, (connection, head)) in puts.iter_mut().enumerate() {
            scope.spawn(move || {
                let body = bytes(nth, LARGE);
                connection.send(&head.bytes()).unwrap();
                for slice in body.chunks(64 * 1024) {
                    connection.send(slice).unwrap();
                }
                connection.answer_to(head).assert_status(200);
            });
        }
    });
    let peak = stage.program().peak_memory();
    let mut arrived: Vec<_> = stage
        .upstream()
        .into_iter()
        .filter_map(|it| it.body_sha256)
        .collect();
    let mut expected: Vec<_> = (0..MANY).map(|nth| sha256(&bytes(nth, LARGE))).collect();
    arrived.sort();
    expected.sort();
    assert_eq!(arrived, expected);
    println!("{MANY} uploads of {LARGE} bytes: at most {peak} bytes resident");
    assert!(peak < 64 * 1024 * 1024, "{peak} bytes");
    stage.finish();
}

#[test]
fn a_client_that_stops_ends_its_upload_upstream() {
    let stage = roomy();
    let ticket = stage.ticket();
    let length = LARGE.to_string();
    let head = stage.put(&ticket.token, "").with("Content-Length", &length);
    let mut connection = stage.connect();
    connection.send(&head.bytes()).unwrap();
    connection.send(&bytes(1, LARGE / 2)).unwrap();
    let uploads = |stage: &Stage| {
        let metrics = stage.admin("/metrics").unwrap();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("aurous_gateway_uploads "))
            .unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    until("the upload goes on", || {
        (uploads(&stage) == "1").then_some(())
    });
    let stopped = Instant::now();
    drop(connection);
    until("the upload has ended", || {
        (uploads(&stage) == "0").then_some(())
    });
    stage.until_upstream("it has ended upstream", |seen| {
        seen.iter()
            .any(|it| it.step == Step::Put && it.status.is_none() && it.body_sha256.is_none())
    });
    assert!(stopped.elapsed() < Duration::from_secs(1));
    stage.finish();
}

#[test]
fn a_kill_loses_no_upload_that_was_acknowledged() {
    let stage = roomy();
    let tickets: Vec<Ticket> = (0..20).map(|_| stage.ticket()).collect();
    stage.forget_upstream();
    let acknowledged: Vec<usize> = thread::scope(|scope| {
        let puts: Vec<_> = tickets
            .iter()
            .enumerate()
            .map(|(nth, ticket)| {
                let put = stage.put(&ticket.token, bytes(nth, 1_000_000));
                let mut connection = stage.connect();
                scope.spawn(move || {
                    let _ = connection.send(&put.bytes());
                    let answer = connection.try_answer_to(&put);
                    answer.is_ok_and(|it| it.status == 200).then_some(nth)
                })
            })
            .collect();
        stage.until_upstream("some have arrived", |seen| seen.len() >= 3);
        stage.program().kill();
        puts.into_iter()
            .filter_map(|it| it.join().unwrap())
            .collect()
    });
    let seen = stage.upstream();
    for nth in acknowledged {
        let sha256 = sha256(&bytes(nth, 1_000_000));
        let arrived = |it: &aurous_emulator::LoggedRequest| {
            it.status == Some(200) && it.body_sha256.as_deref() == Some(&sha256)
        };
        assert!(seen.iter().any(arrived), "upload {nth} was acknowledged");
    }
    stage.finish();
}

#[test]
fn a_drain_finishes_what_runs_and_takes_nothing_new() {
    let stage = roomy();
    let create = stage.create("a-key-of-sixteen-or-more", &[&stage.uploaded()]);
    let ticket = stage.ticket();
    let put = stage.put(&ticket.token, JPEG);
    stage.emulator().inject(Fault::Delay(300).on(Step::Create));
    let (mut creating, mut putting) = (stage.connect(), stage.connect());
    creating.send(&create.bytes()).unwrap();
    let whole = put.bytes();
    let (first, rest) = whole.split_at(whole.len() - 100);
    putting.send(first).unwrap();
    stage.until_upstream("both go on", |seen| {
        seen.iter().any(|it| it.step == Step::Create)
            && seen.iter().filter(|it| it.step == Step::Put).count() == 2
    });
    stage.program().terminate();
    until("it is not ready", || {
        stage.admin("/readyz").is_none().then_some(())
    });
    let address = stage.program().gateway.clone();
    until("nothing new is taken", || {
        std::net::TcpStream::connect(&address).err().map(|_| ())
    });
    putting.send(rest).unwrap();
    putting.answer_to(&put).assert_status(200);
    creating.answer_to(&create).assert_status(201);
    let status = stage.program().ended();
    assert_eq!(status.code(), Some(0));
    stage.finish();
}

#[test]
fn a_drain_finishes_a_create_whose_visitor_has_gone() {
    let stage = roomy();
    let create = stage.create("a-key-of-sixteen-or-more", &[&stage.uploaded()]);
    stage.emulator().inject(Fault::Delay(300).on(Step::Create));
    let mut connection = stage.connect();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create goes on", |seen| {
        seen.iter().any(|it| it.step == Step::Create)
    });
    drop(connection);
    stage.program().terminate();
    assert_eq!(stage.program().ended().code(), Some(0));
    let seen = stage.upstream();
    let create = seen.iter().find(|it| it.step == Step::Create).unwrap();
    assert_eq!(create.status, Some(201));
    stage.finish();
}

#[test]
fn what_is_no_configuration_is_said_and_nothing_is_served() {
    for (key, flags, setting) in [
        ("", &["--origin", PAGE][..], "AUROUS_API_KEY"),
        ("al_live_1", &[], "--origin"),
        ("al_live_1", &["--origin", "*"], "--origin"),
        (
            "al_live_1",
            &["--origin", PAGE, "--api-url", "http://api.example"],
            "--api-url",
        ),
    ] {
        let mut command = command(key);
        command.args(flags);
        let (code, said) = program::refused(&mut command);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(setting), "{said}");
    }
    let mut open = command("al_live_1");
    open.env_remove("AUROUS_SESSION_SECRETS")
        .args(["--origin", PAGE]);
    let (code, said) = program::refused(&mut open);
    assert_eq!(code, 2);
    assert!(said.contains("--allow-anonymous"), "{said}");
}

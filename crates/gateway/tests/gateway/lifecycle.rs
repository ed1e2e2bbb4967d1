//! Many uploads at once, clients that stop, kills and drains, wrong settings.

use std::thread;

use aurous_emulator::{Fault, LoggedRequest, Operation, RequestOutcome, RuntimeSettings};

use crate::harness::connection::Connection;
use crate::harness::program;
use crate::harness::request::Request;
use crate::harness::stage::{JPEG, PAGE, Setup, Stage, Ticket, command};
use crate::harness::{sha256, until};

const LARGE: usize = 10_000_000;
const MANY: usize = 200;
const UPLOADS: &str = "aurous_gateway_uploads";

/// Flags that lift the limits of a visitor.
const ROOMY: [&str; 10] = [
    "--max-uploads-per-subject",
    "1000",
    "--subject-share",
    "1/1",
    "--team-limit",
    "characters_post=100000/100000",
    // How slow a body may be is another test's subject: 200 clients share this machine's cores.
    "--body-idle-timeout-ms",
    "600000",
    "--body-min-bytes-per-second",
    "1",
];

fn roomy() -> Stage {
    Stage::start(Setup {
        flags: &ROOMY,
        emulator: RuntimeSettings {
            rate_limits: false,
            ..RuntimeSettings::default()
        },
        ..Setup::default()
    })
}

/// Makes bytes that differ for each `nth`.
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

/// Sends the head and the first bytes of an upload.
fn begin_upload(
    stage: &Stage,
    ticket: &Ticket,
    first: &[u8],
    length: usize,
) -> (Connection, Request) {
    let head = stage.put(&ticket.token, "");
    let head = head.with("Content-Length", &length.to_string());
    let mut connection = stage.connect();
    connection.send(&head.bytes()).unwrap();
    connection.send(first).unwrap();
    (connection, head)
}

#[test]
fn two_hundred_uploads_at_once_arrive_whole_in_little_memory() {
    const FIRST: usize = 100_000;
    let stage = roomy();
    let tickets: Vec<Ticket> = (0..MANY).map(|_| stage.ticket()).collect();
    stage.forget_upstream();
    let mut puts: Vec<_> = (0..)
        .zip(&tickets)
        .map(|(nth, ticket)| begin_upload(&stage, ticket, &bytes(nth, FIRST), LARGE))
        .collect();
    until("all uploads are running", || {
        (stage.metric(UPLOADS) == MANY as u64).then_some(())
    });
    thread::scope(|scope| {
        for (nth, (connection, head)) in puts.iter_mut().enumerate() {
            scope.spawn(move || {
                connection.send(&bytes(nth, LARGE)[FIRST..]).unwrap();
                connection.answer_to(head).assert_status(200);
            });
        }
    });
    let peak = stage.program().peak_memory();
    let seen = stage.upstream();
    let mut arrived: Vec<_> = seen.into_iter().filter_map(|it| it.body_sha256).collect();
    let mut expected: Vec<_> = (0..MANY).map(|nth| sha256(&bytes(nth, LARGE))).collect();
    arrived.sort();
    expected.sort();
    assert_eq!(arrived, expected);
    println!("{MANY} uploads of {LARGE} bytes: at most {peak} bytes resident");
    assert!(peak < 64 * 1024 * 1024, "{peak} bytes");
    stage.finish();
}

#[test]
fn an_upload_ends_upstream_when_its_client_stops() {
    let stage = roomy();
    let (connection, _) = begin_upload(&stage, &stage.ticket(), &bytes(1, LARGE / 2), LARGE);
    stage.until_upstream("bytes flow", |seen| {
        seen.iter()
            .any(|it| it.operation == Operation::Put && it.body_length > 0)
    });
    // No limit on time ends it: those of a body are ten minutes here.
    drop(connection);
    stage.until_upstream("the upload has ended upstream", |seen| {
        seen.iter().any(|it| {
            it.operation == Operation::Put && it.outcome == Some(RequestOutcome::ClientGone)
        })
    });
    until("the upload's slot is free", || {
        (stage.metric(UPLOADS) == 0).then_some(())
    });
    stage.finish();
}

#[test]
fn a_kill_loses_no_acknowledged_upload() {
    const LENGTH: usize = 1_000_000;
    let stage = roomy();
    let tickets: Vec<Ticket> = (0..20).map(|_| stage.ticket()).collect();
    stage.forget_upstream();
    let (done, cut) = tickets.split_at(10);
    let mut going: Vec<_> = (10..)
        .zip(cut)
        .map(|(nth, ticket)| begin_upload(&stage, ticket, &bytes(nth, LENGTH / 2), LENGTH))
        .collect();
    for (nth, ticket) in (0..).zip(done) {
        let put = stage.put(&ticket.token, bytes(nth, LENGTH));
        stage.send(&put).assert_status(200);
    }
    stage.until_upstream("all uploads are running", |seen| {
        seen.len() == tickets.len()
    });
    stage.program().kill();
    for (connection, head) in &mut going {
        assert!(
            connection.try_answer_to(head).is_err(),
            "half an upload was acknowledged"
        );
    }
    let seen = stage.upstream();
    for nth in 0..done.len() {
        let sha256 = sha256(&bytes(nth, LENGTH));
        let whole = |it: &LoggedRequest| {
            it.status == Some(200) && it.body_sha256.as_deref() == Some(&sha256)
        };
        assert!(seen.iter().any(whole), "upload {nth} was acknowledged");
    }
    stage.finish();
}

#[test]
fn a_drain_finishes_running_requests_and_accepts_no_new_ones() {
    let stage = roomy();
    let create = stage.create("a-key-of-sixteen-or-more", &[&stage.uploaded()]);
    let ticket = stage.ticket();
    let put = stage.put(&ticket.token, JPEG);
    stage
        .emulator()
        .inject(Fault::Delay(300).on(Operation::Create));
    let (mut creating, mut putting) = (stage.connect(), stage.connect());
    creating.send(&create.bytes()).unwrap();
    let whole = put.bytes();
    let (first, rest) = whole.split_at(whole.len() - 100);
    putting.send(first).unwrap();
    stage.until_upstream("both requests are running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
            && seen
                .iter()
                .filter(|it| it.operation == Operation::Put)
                .count()
                == 2
    });
    stage.program().terminate();
    until("the gateway is not ready", || {
        stage.admin("/readyz").is_none().then_some(())
    });
    let address = stage.program().gateway.clone();
    until("the gateway accepts nothing new", || {
        std::net::TcpStream::connect(&address).err().map(|_| ())
    });
    putting.send(rest).unwrap();
    putting.answer_to(&put).assert_status(200);
    creating.answer_to(&create).assert_status(201);
    let status = stage.program().wait_for_end();
    assert_eq!(status.code(), Some(0));
    stage.finish();
}

#[test]
fn a_drain_finishes_a_create_whose_visitor_has_gone() {
    let stage = roomy();
    let create = stage.create("a-key-of-sixteen-or-more", &[&stage.uploaded()]);
    stage
        .emulator()
        .inject(Fault::Delay(300).on(Operation::Create));
    let mut connection = stage.connect();
    connection.send(&create.bytes()).unwrap();
    stage.until_upstream("the create is running", |seen| {
        seen.iter().any(|it| it.operation == Operation::Create)
    });
    drop(connection);
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    let seen = stage.upstream();
    let create = seen
        .iter()
        .find(|it| it.operation == Operation::Create)
        .unwrap();
    assert_eq!(create.status, Some(201));
    stage.finish();
}

#[test]
fn a_wrong_setting_is_named_and_nothing_is_served() {
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
        let (code, output) = program::run_to_end(&mut command);
        assert_eq!(code, 2, "{output}");
        assert!(output.contains(setting), "{output}");
    }
    let mut open = command("al_live_1");
    open.env_remove("AUROUS_SESSION_SECRETS")
        .args(["--origin", PAGE]);
    let (code, output) = program::run_to_end(&mut open);
    assert_eq!(code, 2);
    assert!(output.contains("--allow-anonymous"), "{output}");
}

//! Connections that send nothing, half a head or too much, or that read nothing: they are closed, and
//! good requests are served.

use std::time::{Duration, Instant};

use aurous_emulator::{Fault, Operation};

use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage};
use crate::harness::until;

/// More than a test takes on a busy machine, and less than the default time of a client that reads nothing.
const SOON: Duration = Duration::from_secs(20);

const CONNECTIONS: &str = "aurous_gateway_connections";

#[test]
fn a_connection_beyond_the_limit_waits() {
    let stage = Stage::with_flags(&["--max-connections", "1"]);
    let init = stage.init();
    let mut first = stage.connect();
    first.send(&init.bytes()[..20]).unwrap();
    until("the first connection is read", || {
        (stage.metric(CONNECTIONS) == 1).then_some(())
    });
    let mut second = stage.connect();
    second.send(&init.bytes()).unwrap();
    // The first connection has the only place and half a head, so the second waits.
    let silent = second.is_silent_for(Duration::from_millis(200));
    assert!(silent);
    // The limit does not apply to the admin address.
    assert!(stage.admin("/healthz").is_some());
    first.send(&init.bytes()[20..]).unwrap();
    first.answer_to(&init).assert_status(201);
    second.answer_to(&init).assert_status(201);
    stage.finish();
}

#[test]
fn a_burst_of_visitors_waits_while_the_gateway_is_busy() {
    let stage = Stage::with_flags(&["--max-connections-per-address", "1024"]);
    stage.program().signal("STOP");
    let mut burst: Vec<_> = (0..300).map(|_| stage.connect()).collect();
    stage.program().signal("CONT");
    let last = burst.last_mut().unwrap();
    last.exchange(&stage.init()).assert_status(201);
    stage.finish();
}

#[test]
fn one_address_has_a_part_of_the_connections_and_others_are_served() {
    let flags = [
        "--max-connections",
        "8",
        "--max-connections-per-address",
        "2",
    ];
    let stage = Stage::with_flags(&flags);
    let silent = [stage.connect(), stage.connect()];
    // The third one is closed at once.
    assert!(stage.connect().is_closed());
    let mut other = Connection::open_from("127.0.0.2", &stage.program().gateway, &stage.spill);
    other.exchange(&stage.init()).assert_status(201);
    assert_eq!(stage.metric("aurous_gateway_refused_connections_total"), 1);
    drop(silent);
    until("a free connection", || {
        let mut connection = stage.connect();
        let init = stage.init();
        let _ = connection.send(&init.bytes());
        connection.try_answer_to(&init).ok()
    });
    stage.finish();
}

#[test]
fn a_trusted_proxy_may_have_all_connections() {
    let flags = [
        "--max-connections-per-address",
        "1",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    let stage = Stage::with_flags(&flags);
    let _silent = [stage.connect(), stage.connect()];
    stage.send(&stage.init()).assert_status(201);
    stage.finish();
}

#[test]
fn connections_that_send_nothing_are_closed_and_a_good_request_is_served() {
    let flags = [
        "--max-connections",
        "4",
        "--max-connections-per-address",
        "4",
        "--header-timeout-ms",
        "1000",
    ];
    let stage = Stage::with_flags(&flags);
    let mut silent: Vec<_> = (0..4).map(|_| stage.connect()).collect();
    stage.send(&stage.init()).assert_status(201);
    for connection in &mut silent {
        assert!(connection.is_closed());
    }
    stage.finish();
}

#[test]
fn a_connection_between_requests_is_kept_for_the_keep_alive_timeout() {
    let flags = [
        "--keep-alive-timeout-ms",
        "5000",
        "--header-timeout-ms",
        "1000",
    ];
    let stage = Stage::with_flags(&flags);
    let init = stage.init().with("Connection", "keep-alive");
    let mut connection = stage.connect();
    connection.exchange(&init).assert_status(201);
    // Longer than a head may take.
    assert!(connection.is_silent_for(Duration::from_millis(1500)));
    connection.exchange(&init).assert_status(201);
    assert!(connection.is_closed());
    stage.finish();
}

/// Waits until this many connections have been closed for this reason.
#[track_caller]
fn assert_closed(stage: &Stage, reason: &str, count: u64) {
    let metric = format!("aurous_gateway_closed_connections_total{{reason=\"{reason}\"}}");
    until(&metric, || (stage.metric(&metric) == count).then_some(()));
}

fn keeping_alive(request: Request) -> Request {
    request.with("Connection", "keep-alive")
}

/// Asserts that a connection is closed after a request with these bytes behind it, all in one piece.
#[track_caller]
fn assert_closed_after(stage: &Stage, request: &Request, rest: &[u8]) {
    let mut connection = stage.connect();
    connection.send(&[&request.bytes(), rest].concat()).unwrap();
    let answer = connection.answer_to(request);
    assert!((200..300).contains(&answer.status), "{answer:?}");
    // Without the time of a head, it would be kept for ten minutes.
    assert!(connection.is_closed());
    assert_closed(stage, "head_timeout", 1);
}

macro_rules! closed_after {
    ($($name:ident: $request:expr, $rest:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = Stage::with_flags(&["--header-timeout-ms", "1000"]);
            let request: fn(&Stage) -> Request = $request;
            let request = keeping_alive(request(&stage));
            let rest: fn(&Stage) -> Vec<u8> = $rest;
            assert_closed_after(&stage, &request, &rest(&stage));
            stage.finish();
        }
    )+};
}

closed_after! {
    half_a_head_in_one_piece_with_a_request_has_the_time_of_a_head:
        |stage| stage.init(), |stage| stage.init().head()[..50].to_vec();
    all_but_the_last_byte_of_a_head_in_one_piece_with_a_request_has_the_time_of_a_head:
        |stage| stage.init(), |stage| {
            let head = stage.init().head();
            head[..head.len() - 1].to_vec()
        };
    one_byte_in_one_piece_with_a_request_has_the_time_of_a_head:
        |stage| stage.init(), |_| b"P".to_vec();
    an_empty_line_in_one_piece_with_a_request_has_the_time_of_a_head:
        |stage| stage.init(), |_| b"\r\n".to_vec();
    half_a_head_behind_a_request_without_a_body_has_the_time_of_a_head:
        |stage| stage.get(&stage.character()), |_| b"GET /aurous/".to_vec();
    half_a_head_behind_a_put_has_the_time_of_a_head:
        |stage| stage.put(&stage.ticket().token, JPEG), |_| b"PUT /aurous/".to_vec();
    half_a_head_behind_a_large_put_has_the_time_of_a_head:
        |stage| stage.put(&stage.ticket().token, vec![7; 1_000_000]), |_| b"PUT /aurous/".to_vec();
}

#[test]
fn half_a_head_behind_a_put_that_waits_for_its_answer_has_the_time_of_a_head() {
    let stage = Stage::with_flags(&["--header-timeout-ms", "1000"]);
    let put = keeping_alive(stage.put(&stage.ticket().token, JPEG));
    stage
        .emulator()
        .inject(Fault::Delay(1500).on(Operation::Put));
    let mut connection = stage.connect();
    connection.send(&put.bytes()).unwrap();
    stage.until_upstream("the PUT", |seen| seen.len() == 2);
    connection.send(b"PUT /aurous/").unwrap();
    // The time of a head does not begin while a request is being answered.
    connection.answer_to(&put).assert_status(200);
    assert!(connection.is_closed());
    assert_closed(&stage, "head_timeout", 1);
    stage.finish();
}

#[test]
fn requests_in_one_piece_are_answered_and_their_connection_is_kept() {
    let stage = Stage::with_flags(&["--header-timeout-ms", "1000"]);
    let init = keeping_alive(stage.init());
    let mut connection = stage.connect();
    connection
        .send(&[init.bytes(), init.bytes()].concat())
        .unwrap();
    connection.answer_to(&init).assert_status(201);
    connection.answer_to(&init).assert_status(201);
    assert!(connection.is_silent_for(Duration::from_millis(1500)));
    connection.exchange(&init).assert_status(201);
    stage.finish();
}

#[test]
fn a_second_head_of_a_byte_now_and_then_is_given_up() {
    let stage = Stage::with_flags(&["--header-timeout-ms", "1000"]);
    let init = keeping_alive(stage.init());
    let mut connection = stage.connect();
    connection.exchange(&init).assert_status(201);
    let mut bytes = init.head().into_iter();
    while connection.is_silent_for(Duration::from_millis(20)) {
        let byte = bytes.next().expect("the gateway lets it crawl");
        if connection.send(&[byte]).is_err() {
            break;
        }
    }
    assert!(connection.is_closed());
    stage.finish();
}

#[test]
fn where_all_places_are_taken_the_connection_that_has_waited_longest_is_closed() {
    let stage = Stage::with_flags(&[
        "--max-connections",
        "3",
        "--max-connections-per-address",
        "9",
    ]);
    let init = keeping_alive(stage.init());
    let mut waiting: Vec<_> = (0..3).map(|_| stage.connect()).collect();
    for nth in [1, 0, 2] {
        waiting[nth].exchange(&init).assert_status(201);
        // The gateway begins to wait a moment after the answer has arrived.
        assert!(waiting[nth].is_silent_for(Duration::from_millis(200)));
    }
    stage.send(&stage.init()).assert_status(201);
    assert!(waiting[1].is_closed());
    waiting[0].exchange(&init).assert_status(201);
    waiting[2].exchange(&init).assert_status(201);
    assert_closed(&stage, "no_room", 1);
    stage.finish();
}

#[test]
fn a_connection_in_the_middle_of_a_request_is_not_closed_for_another() {
    let stage = Stage::with_flags(&[
        "--max-connections",
        "3",
        "--max-connections-per-address",
        "9",
    ]);
    let put = stage.put(&stage.ticket().token, JPEG);
    let init = keeping_alive(stage.init());
    let (mut putting, mut heading) = (stage.connect(), stage.connect());
    putting.send(&put.bytes()[..put.head().len() + 10]).unwrap();
    stage.until_upstream("the PUT", |seen| seen.len() == 2);
    heading.send(&init.bytes()[..20]).unwrap();
    let mut waiting = stage.connect();
    waiting.exchange(&init).assert_status(201);
    stage.send(&stage.init()).assert_status(201);
    assert!(waiting.is_closed());
    putting.send(&put.bytes()[put.head().len() + 10..]).unwrap();
    putting.answer_to(&put).assert_status(200);
    heading.send(&init.bytes()[20..]).unwrap();
    heading.answer_to(&init).assert_status(201);
    stage.finish();
}

#[test]
fn connections_that_have_sent_nothing_give_way_at_once() {
    let stage = Stage::with_flags(&[
        "--max-connections",
        "4",
        "--max-connections-per-address",
        "9",
        "--header-timeout-ms",
        "600000",
    ]);
    let _silent: Vec<_> = (0..4).map(|_| stage.connect()).collect();
    for _ in 0..10 {
        stage.send(&stage.init()).assert_status(201);
    }
    stage.finish();
}

#[test]
fn connections_that_keep_coming_do_not_shut_out_a_request() {
    let stage = Stage::with_flags(&[
        "--max-connections",
        "8",
        "--max-connections-per-address",
        "99",
        "--header-timeout-ms",
        "600000",
    ]);
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.extend((0..3).map(|_| stage.connect()));
        stage.send(&stage.init()).assert_status(201);
    }
    stage.finish();
}

/// Opens a connection that sends requests until the gateway takes no more of them, and that reads none
/// of the answers.
fn stuck(stage: &Stage) -> Connection {
    let address = stage.program().gateway.clone();
    let mut connection = Connection::open_with_small_buffer(&address, &stage.spill);
    let request = keeping_alive(stage.bare("GET", "/nothing"));
    connection.send_until_stuck(&request.bytes().repeat(50));
    connection
}

#[test]
fn a_client_that_reads_no_answers_is_closed() {
    let stage = Stage::with_flags(&["--write-idle-timeout-ms", "1000"]);
    let _stuck = stuck(&stage);
    let start = Instant::now();
    assert_closed(&stage, "slow_reader", 1);
    assert!(start.elapsed() < SOON);
    stage.send(&stage.init()).assert_status(201);
    stage.finish();
}

#[test]
fn a_client_that_reads_a_little_now_and_then_is_closed() {
    let flags = [
        "--write-idle-timeout-ms",
        "2000",
        "--body-min-bytes-per-second",
        "10000000",
    ];
    let stage = Stage::with_flags(&flags);
    let mut stuck = stuck(&stage);
    let start = Instant::now();
    while stuck.read_a_little().is_ok() {
        assert!(start.elapsed() < SOON, "the gateway lets it crawl");
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_closed(&stage, "slow_reader", 1);
    stage.finish();
}

#[test]
fn a_client_that_reads_slowly_and_fast_enough_is_served() {
    let stage = Stage::with_flags(&["--write-idle-timeout-ms", "4000"]);
    let mut stuck = stuck(&stage);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(6) {
        stuck.read_a_little().unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    stage.finish();
}

#[test]
fn a_client_that_reads_no_answers_does_not_hold_a_drain() {
    let stage = Stage::with_flags(&["--write-idle-timeout-ms", "2000"]);
    let _stuck = stuck(&stage);
    assert_eq!(stage.metric(CONNECTIONS), 1);
    let start = Instant::now();
    stage.program().terminate();
    assert_eq!(stage.program().wait_for_end().code(), Some(0));
    assert!(start.elapsed() < SOON);
    stage.finish();
}

#[test]
fn a_head_that_is_no_head_is_counted_and_logged_without_its_text() {
    let stage = Stage::new();
    let large = format!("GET /aurous HTTP/1.1\r\nX: {}", "secretish".repeat(5000));
    for (bytes, status, reason) in [
        ("secretish\r\n\r\n", 400, "bad_head"),
        (large.as_str(), 431, "head_too_large"),
    ] {
        let mut connection = stage.connect();
        let _ = connection.send(bytes.as_bytes());
        assert_eq!(connection.next().unwrap().status, status);
        assert_closed(&stage, reason, 1);
        let is_it = |line: &serde_json::Value| line["reason"] == reason;
        let line = stage.program().find(is_it).unwrap();
        assert_eq!(line["message"], "the head of a request was refused");
    }
    let lines = format!("{:?}", stage.program().lines());
    assert!(!lines.contains("secretish"), "{lines}");
    stage.finish();
}

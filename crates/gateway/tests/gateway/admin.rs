//! The admin address: the names that it answers for, and its limits.

use std::time::Duration;

use crate::harness::connection::Connection;
use crate::harness::request::Request;
use crate::harness::stage::Stage;

/// The most connections of the admin address.
const MAX_CONNECTIONS: usize = 32;

fn connect(stage: &Stage) -> Connection {
    let address = stage.program().admin.clone();
    Connection::open(&address, &stage.spill).unwrap()
}

fn health(host: &str) -> Request {
    Request::new("GET", "/healthz").header("Host", host)
}

#[track_caller]
fn assert_status(stage: &Stage, request: &Request, status: u16) {
    let answer = connect(stage).exchange(request);
    answer.assert_status(status);
}

#[test]
fn a_literal_address_localhost_and_a_listed_name_are_answered() {
    let stage = Stage::with_flags(&["--admin-host", "gateway.internal,Metrics.Example"]);
    for host in [
        "127.0.0.1",
        "127.0.0.1:8081",
        "10.2.3.4:8081",
        "[::1]:8081",
        "[fd00::7]",
        "localhost",
        "LocalHost:8081",
        "gateway.internal:8081",
        "metrics.example",
    ] {
        assert_status(&stage, &health(host), 200);
    }
    // Probes of HTTP/1.0 name no host. A browser always does.
    let mut connection = connect(&stage);
    connection.send(b"GET /readyz HTTP/1.0\r\n\r\n").unwrap();
    connection.next().unwrap().assert_status(200);
    stage.finish();
}

#[test]
fn a_name_that_is_not_listed_is_refused_with_what_to_do() {
    let stage = Stage::new();
    for host in [
        "evil.example",
        "evil.example:8081",
        "app.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example@127.0.0.1",
        "",
    ] {
        let request = health(host).to("/metrics");
        let answer = connect(&stage).exchange(&request);
        answer.assert_status(403);
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains("--admin-host"), "{text}");
        assert!(!text.contains("evil"), "{text}");
    }
    let two = health("127.0.0.1").header("Host", "evil.example");
    assert_status(&stage, &two, 403);
    let absolute = health("127.0.0.1").to("http://evil.example/healthz");
    assert_status(&stage, &absolute, 403);
    stage.finish();
}

#[test]
fn a_connection_that_sends_nothing_or_half_a_head_is_closed() {
    let stage = Stage::with_flags(&["--header-timeout-ms", "1000"]);
    let mut silent = connect(&stage);
    let mut half = connect(&stage);
    half.send(b"GET /healthz HTTP/1.1\r\n").unwrap();
    assert!(silent.is_closed());
    assert!(half.is_closed());
    stage.finish();
}

#[test]
fn an_idle_connection_is_closed() {
    let stage = Stage::with_flags(&["--keep-alive-timeout-ms", "300"]);
    let mut idle = connect(&stage);
    idle.exchange(&health("127.0.0.1")).assert_status(200);
    assert!(idle.is_closed());
    stage.finish();
}

#[test]
fn idle_connections_do_not_shut_out_a_probe() {
    let stage = Stage::new();
    let mut idle: Vec<_> = (0..MAX_CONNECTIONS).map(|_| connect(&stage)).collect();
    for connection in &mut idle {
        connection.exchange(&health("127.0.0.1")).assert_status(200);
    }
    assert_status(&stage, &health("127.0.0.1"), 200);
    // One of them made room, and no other.
    let is_open = |connection: &mut Connection| {
        let probe = health("127.0.0.1");
        let _ = connection.send(&probe.bytes());
        connection.try_answer_to(&probe).is_ok()
    };
    let open = idle.iter_mut().filter_map(|it| is_open(it).then_some(()));
    assert_eq!(open.count(), MAX_CONNECTIONS - 1);
    stage.finish();
}

#[test]
fn a_connection_beyond_the_limit_waits() {
    let stage = Stage::new();
    let waits_its_turn = || {
        let mut half: Vec<_> = (0..MAX_CONNECTIONS).map(|_| connect(&stage)).collect();
        for connection in &mut half {
            connection.send(b"GET /healthz HTTP/1.1\r\n").unwrap();
        }
        let mut waiting = connect(&stage);
        let probe = health("127.0.0.1");
        waiting.send(&probe.bytes()).unwrap();
        if !waiting.is_silent_for(Duration::from_millis(300)) {
            return false;
        }
        drop(half);
        waiting.answer_to(&probe).assert_status(200);
        true
    };
    // On a busy machine, the gateway may not have seen the first byte of a connection yet. Such a connection
    // makes room.
    assert!((0..10).any(|_| waits_its_turn()));
    stage.finish();
}

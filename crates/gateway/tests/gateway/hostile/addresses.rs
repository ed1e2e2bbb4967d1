//! Whose limits a visitor without a session counts against, behind a proxy on this machine.

use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage};

/// Flags for six tokens in all. A share is two of the six, and two more are left to the first visitor
/// who wants them.
const BEHIND_A_PROXY: [&str; 5] = [
    "--team-limit",
    "characters_post=1/6",
    "--allow-anonymous",
    "--trusted-proxy",
    "127.0.0.1",
];

/// What the proxy adds at the end of each request's `X-Forwarded-For`.
const VISITOR: &str = "198.51.100.1";

fn init(stage: &Stage, headers: &[(&str, &str)]) -> Request {
    headers.iter().fold(
        stage.init().without("Authorization"),
        |init, (name, value)| init.header(name, value),
    )
}

/// Returns how often a request of these bytes passes before the rate limit refuses it.
fn burst(stage: &Stage, bytes: &[u8]) -> usize {
    for nth in 0..100 {
        let mut connection = stage.connect();
        connection.send(bytes).unwrap();
        let answer = connection.next().unwrap();
        if answer.status == 429 {
            answer.assert_refusal(429, "gateway_too_many_requests");
            return nth;
        }
        answer.assert_status(201);
    }
    panic!("there is no limit");
}

#[test]
fn nothing_that_a_visitor_writes_before_its_address_gives_it_another_share() {
    let stage = Stage::with_flags(&BEHIND_A_PROXY);
    let of = |headers: &[(&str, &str)]| init(&stage, headers).bytes();
    let seen = of(&[("X-Forwarded-For", VISITOR)]);
    assert_eq!(burst(&stage, &seen), 4);
    for forged in [
        "203.0.113.5",
        "203.0.113.5, 127.0.0.1",
        "unknown",
        "\u{e9}",
        "\"203.0.113.5, 127.0.0.1\"",
        "\"203.0.113.5, ",
        "[2001:db8::1",
        ",,,",
        &["203.0.113.5"; 1000].join(","),
        &["127.0.0.1"; 1000].join(","),
    ] {
        let one_line = format!("{forged}, {VISITOR}");
        let one_line = of(&[("X-Forwarded-For", &one_line)]);
        assert_eq!(burst(&stage, &one_line), 0, "{forged}");
        let two_lines = of(&[("X-Forwarded-For", forged), ("x-forwarded-for", VISITOR)]);
        assert_eq!(burst(&stage, &two_lines), 0, "{forged}");
    }
    // A byte that is no text in UTF-8.
    let marked = of(&[("X-Forwarded-For", &format!("~, {VISITOR}"))]);
    let no_text: Vec<u8> = marked
        .iter()
        .map(|byte| if *byte == b'~' { 0xff } else { *byte })
        .collect();
    assert_ne!(no_text, marked);
    assert_eq!(burst(&stage, &no_text), 0);
    for other in ["Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP"] {
        let claim = [(other, "203.0.113.5"), ("X-Forwarded-For", VISITOR)];
        assert_eq!(burst(&stage, &of(&claim)), 0, "{other}");
    }
    let newcomer = of(&[("X-Forwarded-For", "198.51.100.2")]);
    assert_eq!(burst(&stage, &newcomer), 2);
    stage.finish();
}

#[test]
fn the_addresses_of_one_ipv6_prefix_share_one_limit() {
    let prefix = ["--ipv6-prefix", "56"];
    for (flags, neighbour) in [(&[][..], 2), (&prefix, 0)] {
        let stage = Stage::with_flags(&[&BEHIND_A_PROXY, flags].concat());
        for (address, calls) in [
            ("2001:db8:1:200::1", 4),
            ("2001:db8:1:200:ffff::2", 0),
            // In the same /56, and in another /64.
            ("2001:db8:1:2ff::1", neighbour),
            ("2001:db8:1:300::1", 2 - neighbour),
        ] {
            let init = init(&stage, &[("X-Forwarded-For", address)]);
            assert_eq!(burst(&stage, &init.bytes()), calls, "{flags:?} {address}");
        }
        stage.finish();
    }
}

#[test]
fn the_uploads_of_one_ipv6_prefix_share_one_limit() {
    let flags = [
        "--allow-anonymous",
        "--trusted-proxy",
        "127.0.0.1",
        "--ipv6-prefix",
        "48",
        "--max-uploads-per-subject",
        "1",
    ];
    let stage = Stage::with_flags(&flags);
    let put = |address: &str| {
        let ticket = stage.ticket_by(&init(&stage, &[]));
        let put = stage.put(&ticket.token, JPEG);
        put.header("X-Forwarded-For", address)
    };
    let _going = stage.begin_put(stage.connect(), &put("2001:db8:1:200::1"));
    let neighbour = stage.send(&put("2001:db8:1:300::1"));
    neighbour.assert_refusal(429, "gateway_too_many_uploads");
    let other = stage.send(&put("2001:db8:2:200::1"));
    other.assert_status(200);
    stage.finish();
}

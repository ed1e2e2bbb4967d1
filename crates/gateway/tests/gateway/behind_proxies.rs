//! The program behind nginx and Caddy, which run with the files of `deploy/` and the test's ports.

use aurous_emulator::Operation;
use aurous_gateway::session::{CHARACTERS_MAX, SUBJECT_MAX_CHARS};
use serde_json::json;

use crate::harness::connection::Connection;
use crate::harness::proxy::{Proxy, free_port, replace_all};
use crate::harness::request::Request;
use crate::harness::stage::{CHARACTERS, HOST, JPEG, Stage};
use crate::harness::visitor::{claims, signed};

const NGINX: &str = include_str!("../../../../deploy/nginx.conf");
const CADDY: &str = include_str!("../../../../deploy/Caddyfile");

#[derive(Clone, Copy)]
enum Prefix {
    Kept,
    Stripped,
}

impl Prefix {
    fn mount(self) -> &'static str {
        match self {
            Self::Kept => "/aurous",
            Self::Stripped => "/",
        }
    }
}

fn nginx(gateway: &str, prefix: Prefix) -> Proxy {
    let port = free_port();
    let upstream = match prefix {
        Prefix::Kept => format!("proxy_pass http://{gateway};"),
        Prefix::Stripped => format!("proxy_pass http://{gateway}/;"),
    };
    let listen = format!("listen 127.0.0.1:{port};");
    let config = replace_all(
        NGINX,
        &[
            ("proxy_pass http://127.0.0.1:8080;", &upstream),
            ("listen 80;", &listen),
        ],
    );
    Proxy::start_nginx(&config, port)
}

fn caddy(gateway: &str, prefix: Prefix) -> Proxy {
    let port = free_port();
    let site = format!("{{\n\tadmin off\n}}\nhttp://{HOST}:{port} {{\n\tbind 127.0.0.1");
    let handle = match prefix {
        Prefix::Kept => "handle /aurous/*",
        Prefix::Stripped => "handle_path /aurous/*",
    };
    let config = replace_all(
        CADDY,
        &[
            ("127.0.0.1:8080", gateway),
            (&format!("{HOST} {{"), &site),
            ("handle /aurous/*", handle),
        ],
    );
    let arguments = ["run", "--adapter", "caddyfile", "--config"];
    Proxy::start("caddy", &config, port, &arguments)
}

/// Asserts that the whole flow works through a proxy, and that refusals reach the client.
fn assert_flow_works(start: fn(&str, Prefix) -> Proxy, prefix: Prefix) {
    let stage = Stage::with_flags(&[
        "--mount",
        prefix.mount(),
        "--trusted-proxy",
        "127.0.0.1",
        "--max-uploads-per-subject",
        "4",
    ]);
    let gateway = stage.program().gateway.clone();
    let proxy = start(&gateway, prefix);
    let connect = || Connection::open(&proxy.address, &stage.spill).unwrap();
    let send = |request: &Request| connect().exchange(request);

    let ticket = send(&stage.init());
    ticket.assert_status(201);
    let token = ticket.text("/upload_url").replace("uploads/", "");
    let upload_id = ticket.text("/upload_id");

    // The first half must arrive before the second half is sent: the proxy streams.
    let put = stage.put(&token, JPEG.repeat(40));
    let whole = put.bytes();
    let (first, rest) = whole.split_at(whole.len() / 2);
    let mut connection = connect();
    connection.send(first).unwrap();
    stage.until_upstream("the first half arrives", |seen| {
        seen.iter().any(|it| it.operation == Operation::Put)
    });
    connection.send(rest).unwrap();
    connection.answer_to(&put).assert_status(200);

    send(&stage.classify(&upload_id)).assert_status(200);
    let create = stage.create("a-key-of-sixteen-or-more", &[&upload_id]);
    let character = send(&create);
    character.assert_status(201);
    let id = character.text("/id");
    send(&stage.request("GET", &format!("{CHARACTERS}/{id}"))).assert_status(200);

    // The longest session token that a backend can need.
    let ids = vec!["char_01HXMQ7Z3K8Y2NABCDEFGHJKMR"; CHARACTERS_MAX];
    let mut claims = claims(&"\u{1f600}".repeat(SUBJECT_MAX_CHARS));
    claims["characters"] = json!(ids);
    let bearer = stage.bearing(&signed(&claims));
    send(&stage.init().with("Authorization", &bearer)).assert_status(201);

    let elsewhere = stage.init().with("Origin", "https://evil.example");
    send(&elsewhere).assert_refusal(403, "gateway_origin_refused");
    send(&stage.put(&token, vec![0; 10_000_001])).assert_refusal(413, "gateway_body_too_large");
    send(&stage.get("char_1")).assert_refusal(404, "gateway_id_not_found");
    send(&stage.put("forged", JPEG)).assert_refusal(404, "gateway_upload_url_expired");

    let written = proxy.written();
    assert!(
        !written.contains(&token) && !written.contains("/uploads/"),
        "{written}"
    );
    drop(proxy);
    stage.finish();
}

#[test]
fn the_flow_works_behind_nginx_with_the_prefix_kept() {
    assert_flow_works(nginx, Prefix::Kept);
}

#[test]
fn the_flow_works_behind_nginx_with_the_prefix_stripped() {
    assert_flow_works(nginx, Prefix::Stripped);
}

#[test]
fn the_flow_works_behind_caddy_with_the_prefix_kept() {
    assert_flow_works(caddy, Prefix::Kept);
}

#[test]
fn the_flow_works_behind_caddy_with_the_prefix_stripped() {
    assert_flow_works(caddy, Prefix::Stripped);
}

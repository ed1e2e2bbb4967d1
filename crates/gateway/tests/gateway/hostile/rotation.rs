//! The rotation of sealing secrets, over gateways that run at the same time.

use aurous_emulator::Operation;

use crate::harness::connection::Connection;
use crate::harness::program::Program;
use crate::harness::request::Request;
use crate::harness::stage::{JPEG, Stage, Ticket};
use crate::harness::visitor::SEALING_SECRETS;

const NEW: &str = SEALING_SECRETS[0];
const OLD: &str = SEALING_SECRETS[1];

/// The lists of secrets, in the order in which several processes get them.
const STEPS: [&[&str]; 4] = [&[OLD], &[OLD, NEW, OLD], &[NEW, OLD], &[NEW]];

fn gateway(stage: &Stage, secrets: &[&str], flags: &[&str]) -> Program {
    let secrets = secrets.join(",");
    stage.start_another(flags, &[("AUROUS_SEALING_SECRETS", &secrets)])
}

fn connect(stage: &Stage, gateway: &Program) -> Connection {
    Connection::open(&gateway.gateway, &stage.spill).unwrap()
}

fn ticket(stage: &Stage, gateway: &Program, init: &Request) -> Ticket {
    let answer = connect(stage, gateway).exchange(init);
    stage.read_ticket(&answer)
}

/// Uploads a file at one gateway with a ticket of another.
fn upload(stage: &Stage, minting: &Program, receiving: &Program) -> String {
    let ticket = ticket(stage, minting, &stage.init());
    let put = stage.put(&ticket.token, JPEG);
    connect(stage, receiving).exchange(&put).assert_status(200);
    ticket.upload_id
}

fn begin_put(stage: &Stage, gateway: &Program, put: &Request) -> Connection {
    stage.begin_put(connect(stage, gateway), put)
}

#[test]
fn gateways_at_neighbouring_steps_accept_each_others_urls_and_ids() {
    let stage = Stage::new();
    for (nth, steps) in STEPS.windows(2).enumerate() {
        let gateways = [
            gateway(&stage, steps[0], &[]),
            gateway(&stage, steps[1], &[]),
        ];
        for (here, there) in [(0, 1), (1, 0)] {
            let key = format!("the-key-of-the-create-{nth}-{here}");
            let (here, there) = (&gateways[here], &gateways[there]);
            let id = upload(&stage, here, there);
            let create = connect(&stage, there).exchange(&stage.create(&key, &[&id]));
            let character = create.assert_status(201).text("/id");
            let read = connect(&stage, here).exchange(&stage.get(&character));
            read.assert_status(200);
        }
    }
    stage.finish();
}

#[test]
fn a_repeated_create_has_the_same_key_upstream_until_the_old_secret_is_dropped() {
    let stage = Stage::new();
    let mut keys = Vec::new();
    let first = gateway(&stage, STEPS[0], &[]);
    let id = upload(&stage, &first, &first);
    for secrets in &STEPS[..3] {
        let gateway = gateway(&stage, secrets, &[]);
        stage.forget_upstream();
        let create = stage.create("the-key-of-the-character", &[&id]);
        connect(&stage, &gateway).exchange(&create);
        stage.assert_upstream(&[Operation::Create]);
        let key = stage.upstream()[0]
            .header("idempotency-key")
            .map(str::to_owned);
        keys.push(key.expect("a key"));
    }
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    stage.finish();
}

#[test]
fn the_uploads_of_a_visitor_are_counted_together_whichever_secret_sealed_them() {
    let stage = Stage::new();
    let old = gateway(&stage, &[OLD], &[]);
    let rotated = gateway(&stage, &[NEW, OLD], &["--max-uploads-per-subject", "2"]);
    let tickets = [
        ticket(&stage, &old, &stage.init()),
        ticket(&stage, &rotated, &stage.init()),
        ticket(&stage, &rotated, &stage.init()),
    ];
    let puts = tickets.map(|ticket| stage.put(&ticket.token, JPEG));
    let _first = begin_put(&stage, &rotated, &puts[0]);
    let _second = begin_put(&stage, &rotated, &puts[1]);
    let answer = connect(&stage, &rotated).exchange(&puts[2]);
    answer.assert_refusal(429, "gateway_too_many_uploads");
    stage.finish();
}

#[test]
fn visitors_without_a_session_have_the_limit_of_their_address_at_each_step() {
    let flags = [
        "--allow-anonymous",
        "--max-uploads-per-subject",
        "1",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    let stage = Stage::new();
    for steps in STEPS.windows(2) {
        let minting = gateway(&stage, steps[0], &flags);
        let receiving = gateway(&stage, steps[1], &flags);
        let put = |address: &str| {
            let init = stage.init().without("Authorization");
            let ticket = ticket(&stage, &minting, &init);
            let put = stage.put(&ticket.token, JPEG);
            put.header("X-Forwarded-For", address)
        };
        let _one = begin_put(&stage, &receiving, &put("198.51.100.1"));
        let another = connect(&stage, &receiving).exchange(&put("198.51.100.2"));
        another.assert_status(200);
        let again = connect(&stage, &receiving).exchange(&put("198.51.100.1"));
        again.assert_refusal(429, "gateway_too_many_uploads");
    }
    stage.finish();
}

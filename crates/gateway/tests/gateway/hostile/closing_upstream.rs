//! An API that closes an idle connection at the moment a call is sent on it.

use std::io::{Read as _, Write as _};

use serde_json::{Value, json};

use crate::harness::request::Request;
use crate::harness::rogue::{Rogue, answer};
use crate::harness::stage::{CHARACTERS, Stage};

const FLAGS: [&str; 2] = ["--enable", "generate,regenerate,resynthesize"];

/// Starts an API that answers the first call of each connection, keeps the connection, and closes it
/// when the next call begins to arrive.
fn closing() -> Rogue {
    Rogue::start(|_, stream| {
        let character = json!({ "id": "char_1", "status": "ready", "refs": [] }).to_string();
        stream.write_all(answer(201, "", &character).as_bytes())?;
        stream.read_exact(&mut [0]).map(|_| ())
    })
}

fn character(stage: &Stage) -> String {
    let id = aurous_gateway::seal::VendorId::parse("char_1").unwrap();
    let alice = crate::harness::visitor::alice();
    stage.sealing().sign_character_id(&id, &alice)
}

fn posting(stage: &Stage, path: &str, body: &Value) -> Request {
    let path = format!("{CHARACTERS}/{}{path}", character(stage));
    stage
        .request("POST", &path)
        .header("Idempotency-Key", "a-key-of-sixteen-or-more")
        .json(body)
}

// A worker has no say in which connection a call goes out on.
not_in_workerd! {
    #[test]
    fn a_create_or_a_call_that_costs_credits_is_never_sent_on_a_connection_that_may_be_closing() {
        let rogue = closing();
        let stage = Stage::before(&rogue.url, &FLAGS);
        let synthesis = json!({ "name": "A", "generate": true, "attributes": { "age": 28 } });
        let calls = [
            stage.create_of("the-key-of-an-upload", &json!({ "name": "A" })),
            stage.create_of("the-key-of-the-first", &synthesis),
            stage.create_of("the-key-of-the-second", &synthesis),
            posting(&stage, "/refs/regenerate", &json!({ "pose": "front" })),
            posting(&stage, "/resynthesize", &json!({})),
        ];
        for (nth, call) in calls.iter().enumerate() {
            // Leaves an idle connection behind, which this call must not use.
            stage
                .send(&stage.get(&character(&stage)))
                .assert_status(201);
            stage.send(call).assert_status(201);
            assert_eq!(rogue.seen().len(), 2 * (nth + 1));
            // Uses up the idle connection.
            let lost = stage.send(&stage.get(&character(&stage)));
            stage.assert_refused(&lost, 502, "gateway_upstream_unreachable");
        }
        stage.finish();
    }
}

//! Creates whose answers are lost at random, through a gateway: none is made twice, none is reported
//! wrongly, and none stays unknown, since the API tells the `client_reference_id` by which a character is found.
//! The API honours no idempotency key on creates here, as the vendor's documentation leaves open.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::Engine;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{Fault, Operation};
use aurous_gateway::config::Feature;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;
use serde_json::json;

const CREATES: u32 = 200;
const SEED: u64 = 1;

/// How long the API may be silent. A create whose answer stands still was carried out.
const ANSWER_TIMEOUT_MS: u32 = 500;

/// How a create ended, as the page saw it.
#[derive(Debug, Deserialize)]
struct End {
    name: String,
    id: Option<String>,
    code: Option<String>,
}

#[tokio::test]
async fn creates_whose_answers_are_lost_are_made_once_and_found() -> Result<()> {
    let testbed = Testbed::blank_page_without_limits(|it| {
        it.enable = vec![Feature::Generate];
        it.answer_timeout_ms = ANSWER_TIMEOUT_MS;
    })
    .await?;
    testbed.emulator.change_settings(|it| {
        it.honour_idempotency_key_on_create = false;
        it.credits = 100_000;
    });
    let browser = testbed.visit(Engine::Chromium).await?;
    // One character with a reference, by which the gateway sees that the API tells references.
    let first = browser.run(MAKE, json!({ "from": 0, "to": 1 })).await?;
    let random = &mut StdRng::seed_from_u64(SEED);
    // One for each request, in their order. Some creates are sent twice.
    for _ in 0..2 * CREATES {
        let fault = if random.random() {
            fault(random)
        } else {
            Fault::Delay(0)
        };
        testbed.emulator.inject(fault.on(Operation::Create));
    }
    let rest = browser
        .run(MAKE, json!({ "from": 1, "to": CREATES }))
        .await?;
    let mut ends: Vec<End> = serde_json::from_value(first)?;
    ends.extend(serde_json::from_value::<Vec<End>>(rest)?);
    ensure!(ends.len() == CREATES as usize, "{} ended", ends.len());

    let mut made: HashMap<String, Vec<String>> = HashMap::new();
    for character in testbed.emulator.characters() {
        made.entry(character.name).or_default().push(character.id);
    }
    for end in ends {
        let id = end.id.as_deref();
        let id = id.with_context(|| format!("{} failed with {:?}", end.name, end.code))?;
        let api_id = id.split('.').next().unwrap_or_default();
        ensure!(
            made.remove(&end.name).as_deref() == Some(&[api_id.to_owned()]),
            "{} was reported as {api_id}",
            end.name
        );
    }
    ensure!(made.is_empty(), "nobody was told of {made:?}");
    let sent = testbed.seen(Operation::Create).len();
    ensure!(sent > CREATES as usize, "no create was sent again");
    Ok(())
}

/// Returns a way to lose the answer to a create, whether it was carried out or not.
fn fault(random: &mut StdRng) -> Fault {
    let processed = random.random();
    match random.random_range(0..6) {
        0 => Fault::ResetBeforeBody,
        1 | 2 => Fault::ResetAfterBody { processed },
        3 => Fault::HangAfterHeaders,
        4 => Fault::Truncate,
        _ => Fault::status(if processed { 500 } else { 504 }),
    }
}

/// Makes characters, ten at a time, each of its own name, of a description.
const MAKE: &str = "
    const { createClient } = await import('/pkg/index.js');
    const { createCharacter } = createClient();
    const ends = [];
    let next = args.from;
    const work = async () => {
        while (next < args.to) {
            const name = `create ${next++}`;
            const request = { name, generate: true, attributes: { age: 28 } };
            ends.push(await createCharacter(request).then(({ id }) => ({ name, id }), ({ code, attempts }) => ({ name, code: `${code} after ${attempts} attempts` })));
        }
    };
    await Promise.all(Array.from({ length: 10 }, work));
    return ends;";

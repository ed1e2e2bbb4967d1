//! Whole flows, of 1 to 6 real files to a character, under random faults, cancellations and changed
//! files. Each is made of a seed, by which it can be run again: `cargo xtask soak --seed 7 --flows 1`.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::stage::{Stage, sample};
use aurous_emulator::{Fault, Operation, ScriptedFault};
use fantoccini::Locator;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Flows of a run that nobody asked for more of.
const FLOWS: u64 = 40;
/// Flows in one browser, before one gateway: it remembers 1000 creates of a visitor.
const FLOWS_AT_A_TIME: u64 = 250;

#[tokio::test]
async fn every_flow_ends_and_every_character_holds_the_bytes_that_were_meant_once() -> Result<()> {
    let seed = asked_for("AUROUS_SOAK_SEED")?.unwrap_or(1);
    let flows = asked_for("AUROUS_SOAK_FLOWS")?.unwrap_or(FLOWS);
    let mut ends = HashMap::new();
    let mut seeds = seed..seed + flows;
    while !seeds.is_empty() {
        let some: Vec<_> = seeds.by_ref().take(FLOWS_AT_A_TIME as usize).collect();
        let table = Table::set().await?;
        for seed in some {
            let flow = Flow::of(seed);
            let end = table.run(&flow).await;
            let end = end.with_context(|| {
                format!("run it again with `cargo xtask soak --seed {seed} --flows 1`: {flow:?}")
            })?;
            *ends.entry(end).or_insert(0) += 1;
        }
    }
    println!("{flows} flows from seed {seed}: {ends:?}");
    ensure!(
        flows < FLOWS || ends.get("made") > Some(&(flows / 4)),
        "hardly any flow came to a character: {ends:?}"
    );
    Ok(())
}

fn asked_for(name: &str) -> Result<Option<u64>> {
    match env::var(name) {
        Ok(text) => Ok(Some(text.parse().with_context(|| name.to_owned())?)),
        Err(_) => Ok(None),
    }
}

/// What one seed stands for.
#[derive(Debug)]
struct Flow {
    seed: u64,
    through_gateway: bool,
    files: Vec<PickedFile>,
    faults: Vec<ScriptedFault>,
    /// The requests that reach nobody, from the first on.
    lost: u32,
    /// Whether the browser says that it is offline meanwhile.
    offline: bool,
    /// Turns of the page's event loop, after which all is cancelled.
    cancelled_after: Option<u32>,
}

#[derive(Debug)]
struct PickedFile {
    name: String,
    /// What stands behind the picture's own bytes.
    tail: Vec<u8>,
    change: Change,
    /// Whether it is sent from the disk instead of from memory.
    from_disk: bool,
    classify: bool,
    progress: bool,
}

/// What becomes of a file after it was picked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    None,
    Written,
    Deleted,
}

impl Flow {
    fn of(seed: u64) -> Self {
        let random = &mut StdRng::seed_from_u64(seed);
        let files = (0..random.random_range(1..=6)).map(|index| PickedFile::of(random, index));
        let files = files.collect();
        let faults = (0..random.random_range(0..=4)).map(|_| fault(random));
        Self {
            seed,
            files,
            faults: faults.collect(),
            through_gateway: random.random(),
            lost: if random.random_ratio(1, 4) {
                random.random_range(1..=4)
            } else {
                0
            },
            offline: random.random(),
            cancelled_after: random
                .random_ratio(1, 5)
                .then(|| random.random_range(0..200)),
        }
    }

    fn name(&self) -> String {
        format!("Flow {}", self.seed)
    }
}

impl PickedFile {
    fn of(random: &mut StdRng, index: u32) -> Self {
        let pose = ["front", "side", "back", "me"]
            .choose(random)
            .unwrap_or(&"me");
        let mut tail = vec![0; random.random_range(0..200_000)];
        random.fill_bytes(&mut tail);
        Self {
            name: format!("{pose}-{index}.png"),
            tail,
            change: match random.random_range(0..12) {
                0 => Change::Written,
                1 => Change::Deleted,
                _ => Change::None,
            },
            from_disk: random.random_ratio(1, 3),
            classify: random.random(),
            progress: random.random(),
        }
    }
}

fn fault(random: &mut StdRng) -> ScriptedFault {
    let steps = [
        Operation::Init,
        Operation::Put,
        Operation::Classify,
        Operation::Create,
    ];
    let step = *steps.choose(random).unwrap_or(&Operation::Put);
    let statuses = [403, 408, 429, 500, 502, 503, 504];
    let status = *statuses.choose(random).unwrap_or(&503);
    let processed = random.random();
    let fault = match random.random_range(0..10) {
        0 => Fault::ResetBeforeBody,
        1 => Fault::ResetDuringBody,
        2 => Fault::ResetAfterBody { processed },
        3 => Fault::HangAfterHeaders,
        4 => Fault::Hang,
        5 => Fault::Truncate,
        6 => Fault::NotJson,
        7 => Fault::Delay(random.random_range(0..50)),
        _ => Fault::status(status),
    };
    fault
        .on(step)
        .nth(random.random_range(1..=4))
        .times(random.random_range(1..=3))
}

/// A browser before a stage.
struct Table {
    stage: Stage,
    browser: Browser,
    folder: TempDir,
    picture: Vec<u8>,
}

/// What a page tells of a flow.
#[derive(Debug, Deserialize)]
struct Told {
    uploads: Vec<Settled>,
    /// The order in which the files went into the character.
    used: Vec<usize>,
    create: Option<Settled>,
    leftovers: i64,
}

/// How a promise was settled.
#[derive(Debug, Deserialize)]
struct Settled {
    /// What it was rejected with: an `AurousError`'s code, `cancelled` for the signal's own reason.
    code: Option<String>,
    id: Option<String>,
}

impl Table {
    async fn set() -> Result<Self> {
        let stage = Stage::blank_page_without_limits(|_| {}).await?;
        let browser = stage.visit(Engine::Chromium).await?;
        browser.load_test_support().await?;
        let input = "document.body.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true }));";
        browser.execute(input, Vec::new()).await?;
        Ok(Self {
            stage,
            browser,
            folder: tempfile::tempdir()?,
            picture: fs::read(sample("portrait.png"))?,
        })
    }

    /// Gives in a word how the flow ended.
    ///
    /// # Errors
    /// What is not as it should be.
    async fn run(&self, flow: &Flow) -> Result<String> {
        let emulator = &self.stage.emulator;
        emulator.reset();
        emulator.change_settings(|it| {
            it.cors = true;
            it.rate_limits = false;
        });
        self.pick(flow).await?;
        for fault in &flow.faults {
            emulator.inject(fault.clone());
        }
        let client = if flow.through_gateway {
            json!({})
        } else {
            let (url, key) = (emulator.api_url(), emulator.api_key());
            json!({ "baseUrl": url, "apiKey": key, "dangerouslyAllowBrowser": true })
        };
        let files = flow.files.iter().map(|it| {
            let snapshot = if it.from_disk { json!(0) } else { Value::Null };
            json!({ "classify": it.classify, "progress": it.progress, "snapshotBytes": snapshot })
        });
        let args = json!({
            "client": client,
            "files": files.collect::<Vec<_>>(),
            "name": flow.name(),
            "lost": flow.lost,
            "offline": flow.offline,
            "cancelledAfter": flow.cancelled_after,
        });
        let told = self.browser.run(RUN, args).await?;
        emulator.clear_faults();
        let told: Told = serde_json::from_value(told)?;
        self.check(flow, &told).with_context(|| format!("{told:?}"))
    }

    /// Puts the files on the disk, picks them, and changes those that are to be.
    async fn pick(&self, flow: &Flow) -> Result<()> {
        for file in &flow.files {
            fs::write(self.path(file), self.bytes(file))?;
        }
        self.browser
            .execute("document.querySelector('input').value = ''", Vec::new())
            .await?;
        let paths = flow.files.iter().map(|it| self.path(it));
        let paths: Vec<_> = paths.map(|it| it.to_string_lossy().into_owned()).collect();
        let input = self.browser.find(Locator::Css("input")).await?;
        input.send_keys(&paths.join("\n")).await?;
        for file in &flow.files {
            match file.change {
                Change::None => {}
                Change::Written => fs::write(self.path(file), "something else")?,
                Change::Deleted => fs::remove_file(self.path(file))?,
            }
        }
        Ok(())
    }

    fn path(&self, file: &PickedFile) -> PathBuf {
        self.folder.path().join(&file.name)
    }

    fn bytes(&self, file: &PickedFile) -> Vec<u8> {
        [&self.picture[..], &file.tail].concat()
    }

    fn check(&self, flow: &Flow, told: &Told) -> Result<String> {
        ensure!(told.leftovers == 0, "something is left behind");
        for (file, upload) in flow.files.iter().zip(&told.uploads) {
            let code = upload.code.as_deref();
            if file.change != Change::None {
                let is_told = matches!(code, Some("file_unreadable" | "cancelled"));
                ensure!(
                    is_told,
                    "{} changed, and its upload ended in {code:?}",
                    file.name
                );
            }
            ensure!(
                code != Some("cancelled") || flow.cancelled_after.is_some(),
                "nobody cancelled"
            );
        }
        let characters = self.stage.emulator.characters();
        let made: Vec<_> = characters
            .iter()
            .filter(|it| it.name == flow.name())
            .collect();
        ensure!(made.len() <= 1, "{} characters were made", made.len());
        if let [character] = made[..] {
            let meant: Vec<_> = told
                .used
                .iter()
                .map(|it| self.bytes(&flow.files[*it]))
                .collect();
            ensure!(
                character.images == meant,
                "it holds other bytes than those meant"
            );
        }
        let Some(create) = &told.create else {
            ensure!(made.is_empty(), "a character of nothing");
            return Ok("nothing arrived".to_owned());
        };
        match create.code.as_deref() {
            None => {
                let id = made.first().map(|it| it.id.as_str());
                let told = create.id.as_deref().unwrap_or_default();
                // A gateway's ids are marked.
                ensure!(
                    id.is_some_and(|id| told.starts_with(id)),
                    "{told} was not made"
                );
                Ok("made".to_owned())
            }
            Some(code @ ("create_outcome_unknown" | "cancelled")) => Ok(code.to_owned()),
            Some(code) => {
                ensure!(
                    made.is_empty(),
                    "it was reported as failed ({code}), and was made"
                );
                Ok(code.to_owned())
            }
        }
    }
}

/// The flow, as a page would have it.
const RUN: &str = "
    const { createClient, isAurousError } = await import('/pkg/index.js');
    const clock = testSupport.fastClock();
    const aurous = createClient(args.client);
    const controller = testSupport.countedController();
    const { signal } = controller;
    const limits = { signal, timeoutMs: 20000, stallTimeoutMs: 20000 };
    const settled = (promise) => promise.then(
        (value) => ({ id: value.id ?? value.ticket.upload_id }),
        (error) => ({ code: error === signal.reason ? 'cancelled' : isAurousError(error) ? error.code : `not ours: ${error}` }));
    testSupport.loseRequests(args.lost);
    if (args.lost && args.offline) testSupport.sayOnline(false);
    let ended = false;
    const world = (async () => {
        for (let turn = 0; !ended; turn++) {
            if (turn === args.cancelledAfter) controller.abort();
            if (testSupport.isWaitingForNetwork()) testSupport.sayOnline(true);
            await testSupport.nextTurn();
        }
    })();
    const picked = [...document.querySelector('input').files];
    const uploads = await Promise.all(picked.map((file, index) => {
        const { classify, progress, snapshotBytes } = args.files[index];
        return settled(aurous.upload(file, {
            ...limits, classify, ...(snapshotBytes === 0 && { snapshotBytes }), ...(progress && { onProgress() {} }),
        }));
    }));
    const used = [...picked.keys()].filter((index) => uploads[index].id);
    const upload_ids = used.map((index) => uploads[index].id);
    const create = used.length ? await settled(aurous.createCharacter({ name: args.name, upload_ids }, limits)) : null;
    ended = true;
    await world;
    testSupport.loseRequests(0);
    testSupport.sayOnline(true);
    return { uploads, used, create, leftovers: testSupport.leftovers(clock, controller) };";

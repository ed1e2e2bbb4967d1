//! Random flows, from 1 to 6 real files to a character, with faults, cancellations and changed files. A flow is
//! made from its seed, with which it can be repeated: `cargo xtask soak flows --seed 7 --flows 1`.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::picture::file_input_keys;
use aurous_e2e::testbed::{Testbed, sample};
use aurous_emulator::{Fault, Operation, ScriptedFault};
use fantoccini::Locator;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The default number of flows.
const FLOWS: u64 = 40;
/// The number of flows with the same browser and gateway: a gateway remembers 1000 creates of a visitor.
const FLOWS_PER_GATEWAY: u64 = 250;

#[tokio::test]
async fn every_flow_ends_and_every_character_has_exactly_the_bytes_of_its_files() -> Result<()> {
    let seed = number_from_environment("AUROUS_SOAK_SEED")?.unwrap_or(1);
    let flows = number_from_environment("AUROUS_SOAK_FLOWS")?.unwrap_or(FLOWS);
    let mut ends = HashMap::new();
    let mut seeds = seed..seed + flows;
    while !seeds.is_empty() {
        let some: Vec<_> = seeds.by_ref().take(FLOWS_PER_GATEWAY as usize).collect();
        let page = SoakPage::open().await?;
        for seed in some {
            let flow = Flow::of(seed);
            let end = page.run(&flow).await;
            let end = end.with_context(|| {
                format!(
                    "run it again with `cargo xtask soak flows --seed {seed} --flows 1`: {flow:?}"
                )
            })?;
            *ends.entry(end).or_insert(0) += 1;
        }
    }
    println!("{flows} flows from seed {seed}: {ends:?}");
    ensure!(
        flows < FLOWS || ends.get("made") > Some(&(flows / 4)),
        "too few flows made a character: {ends:?}"
    );
    Ok(())
}

fn number_from_environment(name: &str) -> Result<Option<u64>> {
    match env::var(name) {
        Ok(text) => Ok(Some(text.parse().with_context(|| name.to_owned())?)),
        Err(_) => Ok(None),
    }
}

/// A random flow.
#[derive(Debug)]
struct Flow {
    seed: u64,
    through_gateway: bool,
    files: Vec<PickedFile>,
    faults: Vec<ScriptedFault>,
    /// The number of requests, from the first on, that go to a closed port.
    lost: u32,
    /// Whether the browser says that it is offline during that time.
    offline: bool,
    /// After how many turns of the page's event loop the flow is cancelled.
    cancelled_after: Option<u32>,
}

#[derive(Debug)]
struct PickedFile {
    name: String,
    /// Random bytes after those of the picture.
    tail: Vec<u8>,
    change: Change,
    /// Whether the SDK sends it without a snapshot, from the disk.
    from_disk: bool,
    classify: bool,
    progress: bool,
}

/// What happens to a file after it was picked.
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

/// A page that runs flows.
struct SoakPage {
    testbed: Testbed,
    browser: Browser,
    folder: TempDir,
    picture: Vec<u8>,
}

/// The page's report on a flow.
#[derive(Debug, Deserialize)]
struct FlowReport {
    uploads: Vec<Settled>,
    /// The indices of the files in the character, in order.
    used: Vec<usize>,
    create: Option<Settled>,
    leftovers: i64,
}

/// How a promise was settled.
#[derive(Debug, Deserialize)]
struct Settled {
    /// The reason of a rejection: an `AurousError`'s code, or `cancelled` for the signal's own reason.
    code: Option<String>,
    id: Option<String>,
}

impl SoakPage {
    async fn open() -> Result<Self> {
        let testbed = Testbed::blank_page_without_limits(|_| {}).await?;
        let browser = testbed.visit(Engine::Chromium).await?;
        browser.load_test_support().await?;
        let input = "document.body.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true }));";
        browser.execute(input, Vec::new()).await?;
        Ok(Self {
            testbed,
            browser,
            folder: tempfile::tempdir()?,
            picture: fs::read(sample("portrait.png"))?,
        })
    }

    /// Runs a flow, and returns in a word how it ended.
    ///
    /// # Errors
    /// A check failed.
    async fn run(&self, flow: &Flow) -> Result<String> {
        let emulator = &self.testbed.emulator;
        self.testbed.reset();
        self.pick(flow).await?;
        for fault in &flow.faults {
            emulator.inject(fault.clone());
        }
        let client = if flow.through_gateway {
            json!({})
        } else {
            self.testbed.direct_client()
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
        let report = self.browser.run(RUN, args).await?;
        emulator.clear_faults();
        let report: FlowReport = serde_json::from_value(report)?;
        self.check(flow, &report)
            .with_context(|| format!("{report:?}"))
    }

    /// Writes the files to the disk, picks them, and changes those that the flow changes.
    async fn pick(&self, flow: &Flow) -> Result<()> {
        for file in &flow.files {
            fs::write(self.path(file), self.bytes(file))?;
        }
        self.browser
            .execute("document.querySelector('input').value = ''", Vec::new())
            .await?;
        let keys = file_input_keys(flow.files.iter().map(|it| self.path(it)))?;
        let input = self.browser.find(Locator::Css("input")).await?;
        input.send_keys(&keys).await?;
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

    fn check(&self, flow: &Flow, report: &FlowReport) -> Result<String> {
        ensure!(
            report.leftovers == 0,
            "{} timers or listeners remain",
            report.leftovers
        );
        for (file, upload) in flow.files.iter().zip(&report.uploads) {
            let code = upload.code.as_deref();
            if file.change != Change::None {
                let is_reported = matches!(code, Some("file_unreadable" | "cancelled"));
                ensure!(
                    is_reported,
                    "{} changed, and its upload ended in {code:?}",
                    file.name
                );
            }
            ensure!(
                code != Some("cancelled") || flow.cancelled_after.is_some(),
                "it was cancelled by no one"
            );
        }
        let characters = self.testbed.emulator.characters();
        let made: Vec<_> = characters
            .iter()
            .filter(|it| it.name == flow.name())
            .collect();
        ensure!(made.len() <= 1, "{} characters were made", made.len());
        if let [character] = made[..] {
            let expected: Vec<_> = report
                .used
                .iter()
                .map(|it| self.bytes(&flow.files[*it]))
                .collect();
            ensure!(
                character.images == expected,
                "it has other bytes than its files"
            );
        }
        let Some(create) = &report.create else {
            ensure!(made.is_empty(), "a character was made of no file");
            return Ok("nothing arrived".to_owned());
        };
        match create.code.as_deref() {
            None => {
                let id = made.first().map(|it| it.id.as_str());
                let id_on_page = create.id.as_deref().unwrap_or_default();
                // A gateway appends a MAC to the API's ids.
                ensure!(
                    id.is_some_and(|id| id_on_page.starts_with(id)),
                    "{id_on_page} was not made"
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

/// Runs a flow, as a page would.
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

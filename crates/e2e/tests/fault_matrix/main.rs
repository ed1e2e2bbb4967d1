//! Each step × each fault × once, three times and for ever × through a gateway and without, in the three
//! engines: [`rows::ROWS`] says how each ends. `docs/errors.md` shows the same table.
//!
//! Time runs a hundred times as fast on the page, so that no wait is slept through.

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::stage::Stage;
use aurous_emulator::Operation;
use serde_json::{Value, json};

mod rows;
use rows::Cause;
use rows::End::{self, Again, Error, Success};
use rows::{ROWS, Row, UNKNOWN};

/// What the page does. With `progress`, the PUT goes over XMLHttpRequest.
const CALLS: [(&str, Operation, bool); 5] = [
    ("init", Operation::Init, false),
    ("put", Operation::Put, false),
    ("put", Operation::Put, true),
    ("classify", Operation::Classify, false),
    ("create", Operation::Create, false),
];

/// How often the fault befalls; `None` is for ever.
const TIMES: [Option<u32>; 3] = [Some(1), Some(3), None];

/// As often as a call is sent at most: once, and six retries.
const MOST: u32 = 7;

/// How many times as fast time runs on the page.
const SPEED: u32 = 100;
/// Of a call, in milliseconds of the page's; for seven attempts that get no answer.
const DEADLINE_MS: u32 = 240_000;
/// Of an attempt, where none comes.
const SILENCE_MS: u32 = 20_000;

#[tokio::test]
async fn in_chromium_each_fault_ends_as_the_table_says() -> Result<()> {
    matrix(Engine::Chromium).await
}

#[tokio::test]
async fn in_firefox_each_fault_ends_as_the_table_says() -> Result<()> {
    matrix(Engine::Firefox).await
}

#[tokio::test]
async fn in_webkit_each_fault_ends_as_the_table_says() -> Result<()> {
    matrix(Engine::WebKit).await
}

async fn matrix(engine: Engine) -> Result<()> {
    let mut wrong = Vec::new();
    for silence in [false, true] {
        let page = Page::visit(engine, silence).await?;
        for row in ROWS.iter().filter(|it| it.is_silence() == silence) {
            for through_gateway in [false, true] {
                for call in CALLS {
                    for times in TIMES {
                        let cell = Cell {
                            row,
                            through_gateway,
                            call,
                            times,
                        };
                        if let Err(why) = page.holds(&cell).await {
                            wrong.push(format!("{}: {why:#}", cell.name()));
                        }
                    }
                }
            }
        }
    }
    ensure!(wrong.is_empty(), "in {engine}:\n{}", wrong.join("\n"));
    Ok(())
}

struct Page {
    stage: Stage,
    browser: Browser,
}

struct Cell<'a> {
    row: &'a Row,
    through_gateway: bool,
    call: (&'static str, Operation, bool),
    times: Option<u32>,
}

impl Cell<'_> {
    fn name(&self) -> String {
        let (call, _, progress) = self.call;
        let progress = if progress { " with progress" } else { "" };
        let door = if self.through_gateway {
            "through a gateway"
        } else {
            "direct"
        };
        let times = self
            .times
            .map_or("for ever".to_owned(), |it| format!("{it} ×"));
        format!("{}, {times}, {call}{progress}, {door}", self.row.fault)
    }

    /// Of one attempt, in milliseconds of the page's: short where it is reached, and long where a busy
    /// machine must not.
    fn limit_ms(&self) -> u32 {
        if self.row.is_silence() {
            SILENCE_MS
        } else {
            DEADLINE_MS
        }
    }

    fn end(&self) -> End {
        let ends = if self.through_gateway {
            self.row.gateway
        } else {
            self.row.direct
        };
        match self.call.1 {
            Operation::Put => ends[1],
            Operation::Create => ends[2],
            _ => ends[0],
        }
    }
}

impl Page {
    /// A page, and a gateway that loses its patience with the API before the page does.
    async fn visit(engine: Engine, silence: bool) -> Result<Self> {
        let stage = Stage::blank_page_without_limits(|it| {
            if silence {
                it.answer_timeout_ms = SILENCE_MS / SPEED / 2;
            }
        })
        .await?;
        let browser = stage.visit(engine).await?;
        browser.load_test_support().await?;
        Ok(Self { stage, browser })
    }

    /// # Errors
    /// What is not as the table says.
    async fn holds(&self, cell: &Cell<'_>) -> Result<()> {
        let emulator = &self.stage.emulator;
        emulator.reset();
        emulator.change_settings(|it| {
            it.cors = true;
            it.rate_limits = false;
        });
        let client = if cell.through_gateway {
            json!({})
        } else {
            let (url, key) = (emulator.api_url(), emulator.api_key());
            json!({ "baseUrl": url, "apiKey": key, "dangerouslyAllowBrowser": true })
        };
        let (call, step, progress) = cell.call;
        let mut args = json!({ "client": client, "call": call, "progress": progress, "times": cell.times, "limit": cell.limit_ms(), "deadline": DEADLINE_MS, "speed": SPEED });
        self.browser.run(PREPARE, args.clone()).await?;
        emulator.clear_log();
        match &cell.row.cause {
            Cause::Upstream(fault) => {
                let fault = fault().on(step);
                emulator.inject(match cell.times {
                    Some(times) => fault.times(times),
                    None => fault.for_ever(),
                });
            }
            Cause::Refused => args["lost"] = json!(true),
            Cause::Offline => {
                args["lost"] = json!(true);
                args["offline"] = json!(true);
            }
        }
        let told = self.browser.run(ACT, args).await;
        emulator.clear_faults();
        self.check(cell, &told?)
    }

    fn check(&self, cell: &Cell<'_>, told: &Value) -> Result<()> {
        let code = told["code"].as_str();
        let (wanted, times) = match (cell.end(), cell.times) {
            (Success, _) => (None, 0),
            (Again(_), Some(times)) => (None, times),
            (Again(code), None) => (Some(code), MOST - 1),
            (Error(code), _) => (Some(code), 0),
        };
        ensure!(
            code == wanted,
            "it ended in {code:?}, should in {wanted:?}: {told}"
        );
        // Browsers send a request again by themselves where its connection is reset, or after a 408.
        let by_itself = cell.row.fault.starts_with("reset") || cell.row.fault == "408";
        // On a busy machine a good attempt, too, may outlast limits this short.
        let tries = if cell.row.is_silence() {
            MOST
        } else {
            times + 1
        };
        let most = tries * if by_itself { 2 } else { 1 };
        let seen = self.stage.seen(cell.call.1).len();
        ensure!(seen <= most as usize, "{seen} requests arrived, {most} may");
        let made = self.stage.emulator.characters().len();
        match (cell.call.0, code) {
            ("create", None) => ensure!(made == 1, "{made} characters were made"),
            ("create", Some(UNKNOWN)) => ensure!(made <= 1, "{made} characters were made"),
            _ => ensure!(made == 0, "{made} characters were made"),
        }
        let left = &told["leftovers"];
        ensure!(*left == 0, "{left} timers or listeners are left");
        let elapsed = told["elapsed"].as_f64().context("no time")?;
        // What the machine takes is a hundred times as long on the page.
        ensure!(
            elapsed < 2.0 * f64::from(DEADLINE_MS),
            "it took {elapsed} ms"
        );
        Ok(())
    }
}

/// What a call needs before it.
const PREPARE: &str = "
    const { createClient } = await import('/pkg/index.js');
    testSupport.realClock();
    globalThis.client = createClient(args.client);
    globalThis.picture ??= await paint('image/png', 'front.png');
    if (args.call !== 'init') globalThis.ticket = await client.initUpload(picture);
    if (args.call === 'classify' || args.call === 'create') await client.putFile(ticket, picture);";

/// The call, and what it left behind.
const ACT: &str = "
    const clock = testSupport.startClock(args.speed);
    const controller = testSupport.countedController();
    const options = { signal: controller.signal, timeoutMs: args.limit, stallTimeoutMs: args.limit, deadlineMs: args.deadline };
    const calls = {
        init: () => client.initUpload(picture, options),
        put: () => client.putFile(ticket, picture, { ...options, ...(args.progress && { onProgress() {} }) }),
        classify: () => client.classify(ticket, options),
        create: () => client.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] }, options),
    };
    if (args.lost) testSupport.loseRequests(args.times ?? Infinity);
    if (args.offline) testSupport.sayOnline(false);
    const began = Date.now();
    let settled = false;
    const outcome = calls[args.call]().then(() => ({}), (error) => error.toJSON()).finally(() => (settled = true));
    while (args.offline && args.times && !settled) {
        if (testSupport.isWaitingForNetwork()) testSupport.sayOnline(true), testSupport.sayOnline(false);
        await testSupport.nextTurn();
    }
    const told = await outcome;
    testSupport.loseRequests(0);
    testSupport.sayOnline(true);
    return { ...told, elapsed: Date.now() - began, leftovers: testSupport.leftovers(clock, controller) };";

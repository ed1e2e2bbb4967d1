//! Each step × each fault × once, three times and for ever × through a gateway and without, in the three
//! engines: [`rows::ROWS`] has the expected end of each call. `docs/errors.md` shows the same table.
//!
//! Time runs a hundred times as fast on the page, so that the tests don't wait for retries.

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::interceptor::Interception;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{FakeResponse, Fault, Operation};
use aurous_gateway::config::Feature;
use serde_json::{Value, json};

mod rows;
use rows::CallEnd::{self, Fails, IsRetried, IsRetriedOnce, Succeeds};
use rows::Cause;
use rows::{ROWS, Row, UNKNOWN, UNKNOWN_PICTURES};

/// The calls, the steps in which they fail, and whether they report progress. A PUT with progress goes over
/// XMLHttpRequest.
const CALLS: [(&str, Operation, bool); 7] = [
    ("init", Operation::Init, false),
    ("put", Operation::Put, false),
    ("put", Operation::Put, true),
    ("classify", Operation::Classify, false),
    ("create", Operation::Create, false),
    ("delete", Operation::Delete, false),
    ("regenerate", Operation::Regenerate, false),
];

/// How often the fault happens; `None` is for ever.
const TIMES: [Option<u32>; 3] = [Some(1), Some(3), None];

/// The most attempts of a call: the first, and six retries.
const MAX_ATTEMPTS: u32 = 7;

/// The factor by which time on the page is faster.
const SPEED: u32 = 100;
/// The deadline of a call, in milliseconds of page time. Seven attempts without an answer fit into it.
const DEADLINE_MS: u32 = 240_000;
/// The time limit of an attempt, for faults without an answer.
const SILENCE_LIMIT_MS: u32 = 20_000;

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
        let page = MatrixPage::visit(engine, silence).await?;
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
                        if let Err(why) = page.check_cell(&cell).await {
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

struct MatrixPage {
    testbed: Testbed,
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

    fn is_asked_to_wait_for_ever(&self) -> bool {
        self.row.is_asked_to_wait() && self.times.is_none()
    }

    fn is_delete_without_its_answer(&self) -> bool {
        let rows = ["reset in place of the answer", "a body that breaks off"];
        self.call.1 == Operation::Delete && rows.contains(&self.row.fault)
    }

    /// Returns the time limit of an attempt, in milliseconds of page time. It is short for faults that reach
    /// it, and long for others, so that a busy machine does not.
    fn limit_ms(&self) -> u32 {
        if self.row.is_silence() {
            SILENCE_LIMIT_MS
        } else {
            DEADLINE_MS
        }
    }

    fn expected_end(&self) -> CallEnd {
        let ends = if self.through_gateway {
            self.row.gateway
        } else {
            self.row.direct
        };
        match self.call.1 {
            Operation::Put => ends[1],
            Operation::Create => ends[2],
            Operation::Regenerate => ends[2].of_a_regeneration(),
            _ => ends[0],
        }
    }
}

impl MatrixPage {
    /// Opens a page. With `silence`, the gateway's time limit for the API is shorter than the page's.
    async fn visit(engine: Engine, silence: bool) -> Result<Self> {
        let testbed = Testbed::blank_page_without_limits(|it| {
            it.enable = vec![Feature::Delete, Feature::Regenerate];
            if silence {
                it.answer_timeout_ms = SILENCE_LIMIT_MS / SPEED / 2;
            }
        })
        .await?;
        let browser = testbed.visit(engine).await?;
        browser.load_test_support().await?;
        Ok(Self { testbed, browser })
    }

    /// Makes the call under the fault, and checks its end.
    ///
    /// # Errors
    /// It differs from the table.
    async fn check_cell(&self, cell: &Cell<'_>) -> Result<()> {
        let emulator = &self.testbed.emulator;
        self.testbed.reset();
        // A lost create would be found, and the table is about those that are not: see `lost_creates`.
        emulator.change_settings(|it| it.echo_client_reference_id = false);
        let client = if cell.through_gateway {
            json!({})
        } else {
            self.testbed.direct_client()
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
            Cause::InBetween(status) if cell.through_gateway => {
                self.testbed.site.intercept(Some(Interception {
                    operation: step,
                    status: *status,
                    times: cell.times,
                }));
            }
            Cause::InBetween(status) => {
                let response = FakeResponse::new(*status)
                    .with_header("location", &self.testbed.site.url())
                    .with_content_type("text/html")
                    .with_body("<h1>Something in between</h1>");
                let fault = Fault::Status(response).on(step);
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
        let report = self.browser.run(ACT, args).await;
        emulator.clear_faults();
        self.testbed.site.intercept(None);
        self.check(cell, &report?)
    }

    fn check(&self, cell: &Cell<'_>, report: &Value) -> Result<()> {
        let code = report["code"].as_str();
        let (expected, retries) = match (cell.expected_end(), cell.times) {
            (Succeeds, _) => (None, 0),
            (IsRetried(_), Some(times)) => (None, times),
            (IsRetriedOnce(_), Some(1)) => (None, 1),
            (IsRetriedOnce(code), _) => (Some(code), 1),
            (IsRetried(code), None) => (Some(code), MAX_ATTEMPTS - 1),
            // An XMLHttpRequest does not tell a redirect to another origin from a failed connection.
            (Fails("redirected"), Some(1)) if cell.call.2 && !cell.through_gateway => (None, 1),
            (Fails(code), _) => (Some(code), 0),
        };
        // A deadline that is spent on waits may come in the middle of an attempt.
        let expected = match code {
            Some("timeout") if cell.is_asked_to_wait_for_ever() => code,
            Some(UNKNOWN | UNKNOWN_PICTURES) if cell.is_asked_to_wait_for_ever() => code,
            // An upload URL takes 32 PUTs of a gateway.
            Some("upload_url_expired")
                if cell.is_asked_to_wait_for_ever()
                    && cell.call.1 == Operation::Put
                    && cell.through_gateway =>
            {
                code
            }
            // Browsers send a request again by themselves, and show the second answer alone. And a 404 that breaks
            // off is nobody's word.
            Some("resource_not_found" | "invalid_response")
                if cell.is_delete_without_its_answer() =>
            {
                code
            }
            _ => expected,
        };
        ensure!(
            code == expected,
            "it ended with {code:?}, should with {expected:?}: {report}"
        );
        // Browsers send a request again by themselves after a reset connection or a 408.
        // So does the SDK once where an XMLHttpRequest was redirected to another origin.
        let is_sent_twice = cell.row.fault.starts_with("reset")
            || cell.row.fault == "408"
            || (cell.expected_end() == Fails("redirected") && cell.call.2);
        // With limits this short, attempts without a fault may time out on a busy machine as well.
        let attempts = if cell.row.is_silence() {
            MAX_ATTEMPTS
        } else if cell.is_asked_to_wait_for_ever() {
            // Such waits spend the deadline, not the retries. Each takes two seconds.
            DEADLINE_MS / 2_000
        } else {
            retries + 1
        };
        let most = attempts * if is_sent_twice { 2 } else { 1 };
        let seen = self.testbed.seen(cell.call.1).len();
        ensure!(
            seen <= most as usize,
            "{seen} requests arrived, at most {most} should"
        );
        let made = self.testbed.emulator.characters().len();
        match (cell.call.0, code) {
            ("create", None) => ensure!(made == 1, "{made} characters were made"),
            ("create", Some(UNKNOWN)) => ensure!(made <= 1, "{made} characters were made"),
            ("delete", None | Some("resource_not_found")) => {
                ensure!(made == 0, "{made} characters are left")
            }
            ("delete", Some(_)) => {}
            ("regenerate", _) => ensure!(made == 1, "{made} characters are left"),
            _ => ensure!(made == 0, "{made} characters were made"),
        }
        let left = &report["leftovers"];
        ensure!(*left == 0, "{left} timers or listeners remain");
        let elapsed = report["elapsed"].as_f64().context("no time")?;
        // Time that the machine takes is a hundred times as long on the page.
        ensure!(
            elapsed < 2.0 * f64::from(DEADLINE_MS),
            "it took {elapsed} ms"
        );
        Ok(())
    }
}

/// Makes what the call needs.
const PREPARE: &str = "
    const { createClient } = await import('/pkg/index.js');
    testSupport.realClock();
    globalThis.client = createClient(args.client);
    globalThis.picture ??= await paint('image/png', 'front.png');
    if (args.call !== 'init') globalThis.ticket = await client.initUpload(picture);
    if (args.call !== 'init' && args.call !== 'put') await client.putFile(ticket, picture);
    if (args.call === 'delete' || args.call === 'regenerate')
        globalThis.character = await client.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] });";

/// Makes the call under the fault, and counts what remains.
const ACT: &str = "
    const clock = testSupport.startClock(args.speed);
    const controller = testSupport.countedController();
    const options = { signal: controller.signal, timeoutMs: args.limit, stallTimeoutMs: args.limit, deadlineMs: args.deadline };
    const calls = {
        init: () => client.initUpload(picture, options),
        put: () => client.putFile(ticket, picture, { ...options, ...(args.progress && { onProgress() {} }) }),
        classify: () => client.classify(ticket, options),
        create: () => client.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] }, options),
        delete: () => client.deleteCharacter(character, options),
        regenerate: () => client.regenerateRef(character, { pose: 'front' }, options),
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
    const report = await outcome;
    testSupport.loseRequests(0);
    testSupport.sayOnline(true);
    return { ...report, elapsed: Date.now() - began, leftovers: testSupport.leftovers(clock, controller) };";

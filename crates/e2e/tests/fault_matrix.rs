//! Each step × each fault × once, three times and for ever × through a gateway and without, in the three
//! engines: [`ROWS`] says how each ends. `docs/errors.md` shows the same table.
//!
//! Time runs a hundred times as fast on the page, so that no wait is slept through.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::script::HURRY;
use aurous_e2e::site::Door;
use aurous_e2e::stage::Stage;
use aurous_emulator::{FakeAnswer, Fault, Step};
use serde_json::{Value, json};

/// What goes wrong.
enum Cause {
    /// At the API, or the upload host.
    Upstream(fn() -> Fault),
    /// The browser's request reaches nobody.
    Refused,
    /// Likewise, while the browser says that it is offline; then it is back.
    Offline,
}

/// How a call ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// It is sent again, and succeeds once the fault is over; where it lasts, it is this error.
    Again(&'static str),
    /// It is this error, at once.
    Error(&'static str),
    /// It succeeds: the fault makes no difference.
    Success,
}
use End::{Again, Error, Success};

struct Row {
    fault: &'static str,
    cause: Cause,
    /// init and classify, PUT, create; straight to the API.
    direct: [End; 3],
    /// Through a gateway.
    gateway: [End; 3],
}

const UNKNOWN: &str = "create_outcome_unknown";

static ROWS: [Row; 21] = [
    Row {
        fault: "403",
        cause: Cause::Upstream(|| Fault::status(403)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "408",
        cause: Cause::Upstream(|| Fault::status(408)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "409, the key is in use",
        cause: Cause::Upstream(|| in_flight()),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "413",
        cause: Cause::Upstream(|| Fault::status(413)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "429 with seconds",
        cause: Cause::Upstream(|| limited("2")),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "429 with a date",
        cause: Cause::Upstream(|| limited(DATE)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "429 without",
        cause: Cause::Upstream(|| Fault::status(429)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "500",
        cause: Cause::Upstream(|| Fault::status(500)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "502",
        cause: Cause::Upstream(|| Fault::status(502)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "503",
        cause: Cause::Upstream(|| Fault::status(503)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "504",
        cause: Cause::Upstream(|| Fault::status(504)),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "reset before the body",
        cause: Cause::Upstream(|| Fault::ResetBeforeBody),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "reset during the body",
        cause: Cause::Upstream(|| Fault::ResetDuringBody),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "reset after the body",
        cause: Cause::Upstream(|| Fault::ResetAfterBody { processed: false }),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "answer lost in a reset",
        cause: Cause::Upstream(|| Fault::ResetAfterBody { processed: true }),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "headers, then silence",
        cause: Cause::Upstream(|| Fault::HangAfterHeaders),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "no answer",
        cause: Cause::Upstream(|| Fault::Hang),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "a body that breaks off",
        cause: Cause::Upstream(|| Fault::Truncate),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "a body that is no JSON",
        cause: Cause::Upstream(|| Fault::NotJson),
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "connection refused",
        cause: Cause::Refused,
        direct: [Success; 3],
        gateway: [Success; 3],
    },
    Row {
        fault: "offline, then online",
        cause: Cause::Offline,
        direct: [Success; 3],
        gateway: [Success; 3],
    },
];

/// Whose date has passed: a page whose clock runs fast is sent none that hasn't.
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn limited(retry_after: &str) -> Fault {
    Fault::Status(FakeAnswer::new(429).with_header("retry-after", retry_after))
}

fn in_flight() -> Fault {
    let body = r#"{"error":{"type":"invalid_request","code":"idempotency_key_in_use","message":"Later.","param":null,"doc_url":"","request_id":"req_1"}}"#;
    Fault::Status(FakeAnswer::new(409).with_body(body))
}

/// What the page does. With `progress`, the PUT goes over XMLHttpRequest.
const CALLS: [(&str, Step, bool); 5] = [
    ("init", Step::Init, false),
    ("put", Step::Put, false),
    ("put", Step::Put, true),
    ("classify", Step::Classify, false),
    ("create", Step::Create, false),
];

/// How often the fault befalls; `None` is for ever.
const TIMES: [Option<u32>; 3] = [Some(1), Some(3), None];

/// As often as a call is sent at most: once, and six retries.
const MOST: u32 = 7;

/// Of a call to the API, in milliseconds of the page's.
const DEADLINE_MS: f64 = 60_000.0;

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
    let stage = Stage::blank_page_with(|it| {
        it.team_limits = vec!["characters_post=60000/60000".to_owned()];
    })
    .await?;
    let browser = stage.visit(engine).await?;
    browser.run(HURRY, Value::Null).await?;
    let closed_port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let page = Page {
        stage,
        browser,
        closed_port,
    };
    let mut wrong = Vec::new();
    for row in &ROWS {
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
    ensure!(wrong.is_empty(), "in {engine}:\n{}", wrong.join("\n"));
    Ok(())
}

struct Page {
    stage: Stage,
    browser: Browser,
    closed_port: u16,
}

struct Cell<'a> {
    row: &'a Row,
    through_gateway: bool,
    call: (&'static str, Step, bool),
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

    fn end(&self) -> End {
        let ends = if self.through_gateway {
            self.row.gateway
        } else {
            self.row.direct
        };
        match self.call.1 {
            Step::Put => ends[1],
            Step::Create => ends[2],
            _ => ends[0],
        }
    }
}

impl Page {
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
        let mut args =
            json!({ "client": client, "call": call, "progress": progress, "times": cell.times });
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
            Cause::Refused => args["lost"] = json!(self.closed_port),
            Cause::Offline => {
                args["lost"] = json!(self.closed_port);
                args["offline"] = json!(true);
            }
        }
        let told = self.browser.run(ACT, args).await?;
        let seen = self.stage.seen(step).len();
        emulator.clear_faults();
        println!(
            "{} => {} after {} seen {seen} made {} left {}",
            cell.name(),
            told["code"],
            told["attempts"],
            emulator.characters().len(),
            told["leftovers"]
        );
        Ok(())
    }
}

/// What a call needs before it.
const PREPARE: &str = "
    const { createClient } = await import('/pkg/index.js');
    hurry.by(1);
    globalThis.client = createClient(args.client);
    globalThis.picture ??= await paint('image/png', 'front.png');
    if (args.call !== 'init') globalThis.ticket = await client.initUpload(picture);
    if (args.call === 'classify' || args.call === 'create') await client.putFile(ticket, picture);";

/// The call, and what it left behind.
const ACT: &str = "
    hurry.by(100);
    const controller = hurry.countedController();
    const options = { signal: controller.signal, timeoutMs: 8000, stallTimeoutMs: 8000, deadlineMs: 60000 };
    const calls = {
        init: () => client.initUpload(picture, options),
        put: () => client.putFile(ticket, picture, { ...options, ...(args.progress && { onProgress() {} }) }),
        classify: () => client.classify(ticket, options),
        create: () => client.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] }, options),
    };
    if (args.lost) hurry.lose(args.times ?? Infinity, args.lost);
    if (args.offline) hurry.sayOnline(false);
    const began = Date.now();
    let settled = false;
    const outcome = calls[args.call]().then(() => ({}), (error) => error.toJSON()).finally(() => (settled = true));
    while (args.offline && args.times && !settled) {
        if (hurry.waitsForOnline) hurry.sayOnline(true), hurry.sayOnline(false);
        await hurry.turn();
    }
    const told = await outcome;
    hurry.lose(0, 9);
    hurry.sayOnline(true);
    return { ...told, elapsed: Date.now() - began, leftovers: hurry.leftovers() + controller.listeners };";

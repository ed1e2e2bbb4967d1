//! Measures what the SDK adds to the requests of a whole flow, in Chromium: six pictures, three at a time,
//! to one character. Once by the four functions, once by `upload()`, and once by a hand-written `fetch` that
//! makes the same requests; in turns, in one page.
//!
//! The page talks to the emulator's open mode. With a gateway in between, what the SDK adds would be a
//! smaller part of the whole.

use anyhow::{Context, Result, ensure};
use aurous_e2e::bench::{Network, median};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::testbed::Testbed;
use serde_json::{Value, json};

const TURNS: usize = 20;
const LATENCIES_MS: [u32; 3] = [0, 50, 200];
/// In the order of the columns; the ratios are to the first.
const FLOWS: [&str; 3] = ["fetch", "functions", "upload"];

const PICTURES: usize = 6;
const PICTURE_BYTES: usize = 3_000_000;

/// Gives the page `flows`, and the pictures for each run: files that no earlier run has read.
const PREPARE: &str = r#"
    const { init, initUpload, putFile, classify, upload, createCharacter } = await import("/pkg/index.js");
    await init();
    const jpeg = await paint("image/jpeg");
    // All pictures share its bytes, so that Chromium doesn't run out of room for them.
    const padding = new Blob([new Uint8Array(args.bytes - jpeg.size)]);
    globalThis.makePictures = () =>
        Array.from({ length: args.pictures }, (_, index) => new File([jpeg, padding], `front-${index}.jpg`));

    const threeAtATime = async (files, send) => {
        const uploadIds = [];
        const queue = files.entries();
        const worker = async () => {
            for (const [index, file] of queue) uploadIds[index] = await send(file);
        };
        await Promise.all([worker(), worker(), worker()]);
        return uploadIds;
    };

    const request = async (url, options) => {
        const answer = await fetch(url, options);
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
        return answer;
    };
    const post = async (path, body, headers) => {
        const answer = await request(`/aurous/v1/characters${path}`, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...headers },
            body: JSON.stringify(body),
        });
        return answer.json();
    };
    const byFetch = async (file) => {
        const type = "image/jpeg";
        const ticket = await post("/uploads/init", { filename: file.name, extension: "jpg", content_type: type });
        const url = new URL(ticket.upload_url, `${location.origin}/aurous/`);
        await request(url, { method: "PUT", headers: { "Content-Type": type }, body: file, credentials: "omit" });
        await post("/uploads/classify", { upload_id: ticket.upload_id });
        return ticket.upload_id;
    };
    const byFunctions = async (file) => {
        const ticket = await initUpload(file);
        await putFile(ticket, file);
        await classify(ticket);
        return ticket.upload_id;
    };
    const byUpload = async (file) => (await upload(file, { classify: true })).ticket.upload_id;

    const name = "Aurora";
    globalThis.flows = {
        fetch: async (files) =>
            post("", { name, upload_ids: await threeAtATime(files, byFetch) }, { "Idempotency-Key": crypto.randomUUID() }),
        functions: async (files) => createCharacter({ name, upload_ids: await threeAtATime(files, byFunctions) }),
        upload: async (files) => createCharacter({ name, upload_ids: await threeAtATime(files, byUpload) }),
    };"#;

/// Returns how long a flow took, in milliseconds.
const RUN: &str = "
    const files = makePictures();
    const start = performance.now();
    await flows[args](files);
    return performance.now() - start;";

#[tokio::main]
async fn main() -> Result<()> {
    let testbed = Testbed::without_gateway().await?;
    testbed.reset();
    let browser = testbed.visit(Engine::Chromium).await?;
    let sizes = json!({ "pictures": PICTURES, "bytes": PICTURE_BYTES });
    browser.run(PREPARE, sizes).await?;
    println!(
        "| latency | `fetch` | four functions | ratio | `upload()` | ratio |\n|---|---|---|---|---|---|"
    );
    for latency_ms in LATENCIES_MS {
        browser
            .emulate_network(Network {
                latency_ms,
                megabits_per_second: None,
            })
            .await?;
        let mut times = [const { Vec::new() }; FLOWS.len()];
        for turn in 0..=TURNS {
            for (times, flow) in times.iter_mut().zip(FLOWS) {
                let ms = run(&testbed, &browser, flow).await?;
                // The first turn opens the connections.
                if turn > 0 {
                    times.push(ms);
                }
            }
        }
        let [fetch, functions, upload] = times.map(median);
        println!(
            "| {latency_ms} ms | {fetch:.0} ms | {functions:.0} ms | {:.2} | {upload:.0} ms | {:.2} |",
            functions / fetch,
            upload / fetch
        );
    }
    Ok(())
}

async fn run(testbed: &Testbed, browser: &Browser, flow: &str) -> Result<f64> {
    let ms = browser.run(RUN, Value::from(flow)).await?;
    let characters = testbed.emulator.characters();
    let pictures = characters.iter().map(|it| it.images.len());
    ensure!(
        pictures.eq([PICTURES]),
        "{flow} did not make one character of all pictures"
    );
    // Frees the copies of the pictures: Chromium fails a read once there are about a gigabyte of them.
    browser
        .devtools("HeapProfiler.collectGarbage", json!({}))
        .await?;
    testbed.reset();
    ms.as_f64().context("no time")
}

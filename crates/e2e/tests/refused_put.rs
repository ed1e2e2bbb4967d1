//! A PUT that is refused is told as such, not as a network error: twenty times in a row, with 10 MB on
//! their way, in each engine, by the gateway as a program on an origin of its own. Where a server
//! answers and closes before it has read the body, a browser often sees a reset connection and no
//! answer; and where an answer lacks CORS headers, it shows the page none.

use anyhow::{Context, Result};
use aurous_e2e::apart::Apart;
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::stage::Stage;
use aurous_emulator::{Fault, Operation, RequestOutcome};
use serde_json::{Value, json};

const BYTES: u64 = 10_000_000;
const TIMES: usize = 20;

/// A real picture's bytes, and more behind them; and what `putFile` says of it.
const LARGE: &str = "
    const { createClient } = await import('/pkg/index.js');
    const { initUpload, putFile } = createClient({ baseUrl: args.gateway });
    const picture = await paint('image/jpeg');
    const file = new File([picture, new Uint8Array(args.bytes - picture.size)], 'large.jpg');
    // Every other one over XMLHttpRequest. Tried once: what is told is of interest.
    let count = 0;
    const refusal = async (target) => {
        const onProgress = count++ % 2 ? () => {} : undefined;
        try {
            await putFile(target, file, { onProgress, maxRetries: 0 });
            return ['it was taken'];
        } catch (error) {
            return [error.status ?? error.message, error.code, error.kind];
        }
    };
";

/// A ticket for each PUT.
const MINT: &str = "const target = await initUpload(file);";

#[tokio::test]
async fn a_page_that_is_not_listed_is_told_so() -> Result<()> {
    for engine in Engine::ALL {
        // Of the gateway's own origin, or the browser would keep the answer to itself.
        let stage = Stage::blank_page_with(|it| {
            it.hosts = it.origins[..].iter().map(|origin| host(origin)).collect();
            it.origins = vec!["https://another.example".to_owned()];
        })
        .await?;
        let told = json!([403, "gateway_origin_refused", "gateway"]);
        // Such a page is given no ticket.
        let target = "const target = 'uploads/of-nobody';";
        let browser = stage.visit(engine).await?;
        refused_in(&browser, "/aurous", BYTES, target, &told).await?;
        assert_eq!(stage.puts_sent().len(), TIMES, "{engine} sent one again");
        assert_eq!(stage.emulator.log(), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn an_expired_url_is_told_as_expired() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|_| {}).await?;
        apart
            .emulator
            .change_settings(|it| it.upload_url_ttl_ms = 0);
        let told = json!([404, "upload_url_expired", "upload"]);
        refused(&apart, engine, BYTES, MINT, &told).await?;
        assert_eq!(apart.seen(Operation::Put), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_forged_url_is_told_as_expired() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|_| {}).await?;
        let forge = "const target = await initUpload(file);
            target.upload_url = target.upload_url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));";
        let told = json!([404, "upload_url_expired", "upload"]);
        refused(&apart, engine, BYTES, forge, &told).await?;
        assert_eq!(apart.seen(Operation::Put), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_url_that_the_upload_host_refuses_is_told_as_expired() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|_| {}).await?;
        apart
            .emulator
            .inject(Fault::status(403).on(Operation::Put).for_ever());
        let told = json!([403, "upload_url_expired", "upload"]);
        refused(&apart, engine, BYTES, MINT, &told).await?;
        arrived_whole(&apart, engine, 403);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_for_the_upload_host_is_told_as_too_large() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|_| {}).await?;
        apart
            .emulator
            .change_settings(|it| it.upload_max_bytes = 1_000_000);
        let told = json!([413, "upload_too_large", "upload"]);
        refused(&apart, engine, BYTES, MINT, &told).await?;
        arrived_whole(&apart, engine, 413);
    }
    Ok(())
}

#[tokio::test]
async fn an_upload_host_that_asks_for_patience_is_told_as_such() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|_| {}).await?;
        apart
            .emulator
            .inject(Fault::status(429).on(Operation::Put).for_ever());
        let told = json!([503, "upload_failed", "upload"]);
        refused(&apart, engine, BYTES, MINT, &told).await?;
        arrived_whole(&apart, engine, 429);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_for_the_gateway_is_told_as_too_large() -> Result<()> {
    for engine in Engine::ALL {
        for bytes in [BYTES + 1, 2 * BYTES] {
            let apart = Apart::start(|_| {}).await?;
            let told = json!([413, "upload_too_large", "upload"]);
            refused(&apart, engine, bytes, MINT, &told).await?;
            assert_eq!(apart.seen(Operation::Put), [], "{engine}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn one_upload_too_many_at_once_is_told_so() -> Result<()> {
    for engine in Engine::ALL {
        let apart = Apart::start(|it| it.max_uploads_per_subject = 1).await?;
        apart.emulator.inject(Fault::Hang.on(Operation::Put));
        let browser = apart.visit(engine).await?;
        let hang = format!("{LARGE} {MINT} refusal(target);");
        browser
            .run(
                &hang,
                json!({ "gateway": apart.gateway.url(), "bytes": 100_000 }),
            )
            .await?;
        while apart.seen(Operation::Put).is_empty() {
            tokio::task::yield_now().await;
        }
        let told = json!([429, "gateway_too_many_uploads", "gateway"]);
        refused_in(&browser, apart.gateway.url(), BYTES, MINT, &told).await?;
        assert_eq!(apart.seen(Operation::Put).len(), 1, "{engine}");
    }
    Ok(())
}

async fn refused(
    apart: &Apart,
    engine: Engine,
    bytes: u64,
    target: &str,
    told: &Value,
) -> Result<()> {
    let browser = apart.visit(engine).await?;
    refused_in(&browser, apart.gateway.url(), bytes, target, told).await
}

async fn refused_in(
    browser: &Browser,
    gateway: &str,
    bytes: u64,
    target: &str,
    told: &Value,
) -> Result<()> {
    let script = format!(
        "{LARGE}
         const found = [];
         for (let i = 0; i < args.times; i++) {{
             {target}
             found.push(await refusal(target));
         }}
         return found;"
    );
    let args = json!({ "gateway": gateway, "times": TIMES, "bytes": bytes });
    let found = browser
        .run(&script, args)
        .await
        .with_context(|| browser.engine.to_string())?;
    let all = Value::Array(vec![told.clone(); TIMES]);
    assert_eq!(found, all, "{} with {bytes} bytes", browser.engine);
    Ok(())
}

/// The upload host saw each PUT to its end.
fn arrived_whole(apart: &Apart, engine: Engine, status: u16) {
    let puts = apart.seen(Operation::Put);
    assert_eq!(puts.len(), TIMES, "{engine}");
    for put in puts {
        let end = (put.status, put.outcome);
        assert_eq!(
            end,
            (Some(status), Some(RequestOutcome::Answered)),
            "{engine}"
        );
        assert_eq!(put.body_length, BYTES, "{engine}");
    }
}

fn host(origin: &str) -> String {
    origin.trim_start_matches("http://").to_owned()
}

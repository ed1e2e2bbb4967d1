//! A refused PUT of 10 MB is reported as refused, not as a network error: twenty times in a row, in the three
//! engines, with the gateway on an origin of its own. If a server answers and closes the connection before it
//! has read the body, a browser often reports a reset connection; if an answer lacks CORS headers, the browser
//! withholds it from the page.

use anyhow::{Context, Result};
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{Fault, Operation, RequestOutcome};
use serde_json::{Value, json};

const BYTES: u64 = 10_000_000;
const TIMES: usize = 20;

/// Makes `file`, a picture with padding, and defines `refusal`, which returns the error of a PUT.
const PREPARE: &str = "
    const { createClient } = await import('/pkg/index.js');
    const { initUpload, putFile } = createClient({ baseUrl: args.gateway });
    const picture = await paint('image/jpeg');
    const file = new File([picture, new Uint8Array(args.bytes - picture.size)], 'large.jpg');
    // Every other PUT goes over XMLHttpRequest. Without retries, since only the error is of interest.
    let count = 0;
    const refusal = async (target) => {
        const onProgress = count++ % 2 ? () => {} : undefined;
        try {
            await putFile(target, file, { onProgress, maxRetries: 0 });
            return ['it succeeded'];
        } catch (error) {
            return [error.status ?? error.message, error.code, error.kind];
        }
    };
";

/// Gets a ticket for each PUT.
const MINT: &str = "const target = await initUpload(file);";

#[tokio::test]
async fn a_put_of_a_page_that_is_not_listed_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        // On the gateway's own origin: on another, the browser would withhold the answer.
        let testbed = Testbed::blank_page_with(|it| {
            it.hosts = it.origins[..].iter().map(|origin| host(origin)).collect();
            it.origins = vec!["https://another.example".to_owned()];
        })
        .await?;
        let expected = json!([403, "gateway_origin_refused", "gateway"]);
        // Such a page gets no ticket.
        let target = "const target = 'uploads/of-nobody';";
        let browser = testbed.visit(engine).await?;
        refused_in(&browser, "/aurous", BYTES, target, &expected).await?;
        assert_eq!(
            testbed.puts_sent().len(),
            TIMES,
            "{engine} sent a PUT again"
        );
        assert_eq!(testbed.emulator.log(), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_put_to_an_expired_url_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|_| {}).await?;
        testbed
            .emulator
            .change_settings(|it| it.upload_url_ttl_ms = 0);
        let expected = json!([404, "upload_url_expired", "upload"]);
        refused(&testbed, engine, BYTES, MINT, &expected).await?;
        assert_eq!(testbed.seen(Operation::Put), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_put_to_a_forged_url_is_reported_as_expired() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|_| {}).await?;
        let forge = "const target = await initUpload(file);
            target.upload_url = target.upload_url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));";
        let expected = json!([404, "upload_url_expired", "upload"]);
        refused(&testbed, engine, BYTES, forge, &expected).await?;
        assert_eq!(testbed.seen(Operation::Put), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn a_url_that_the_upload_host_refuses_is_reported_as_expired() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|_| {}).await?;
        testbed
            .emulator
            .inject(Fault::status(403).on(Operation::Put).for_ever());
        let expected = json!([403, "upload_url_expired", "upload"]);
        refused(&testbed, engine, BYTES, MINT, &expected).await?;
        assert_arrived_whole(&testbed, engine, 403);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_for_the_upload_host_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|_| {}).await?;
        testbed
            .emulator
            .change_settings(|it| it.upload_max_bytes = 1_000_000);
        let expected = json!([413, "upload_too_large", "upload"]);
        refused(&testbed, engine, BYTES, MINT, &expected).await?;
        assert_arrived_whole(&testbed, engine, 413);
    }
    Ok(())
}

#[tokio::test]
async fn a_busy_upload_host_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|_| {}).await?;
        testbed
            .emulator
            .inject(Fault::status(429).on(Operation::Put).for_ever());
        let expected = json!([503, "upload_failed", "upload"]);
        refused(&testbed, engine, BYTES, MINT, &expected).await?;
        assert_arrived_whole(&testbed, engine, 429);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_for_the_gateway_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        for bytes in [BYTES + 1, 2 * BYTES] {
            let testbed = Testbed::cross_origin(|_| {}).await?;
            let expected = json!([413, "upload_too_large", "upload"]);
            // A ticket that tells neither side the size: otherwise nothing would be sent.
            let unaware = "const target = await initUpload({ filename: 'large.jpg', extension: 'jpg', content_type: 'image/jpeg' });
                delete target.max_size;";
            refused(&testbed, engine, bytes, unaware, &expected).await?;
            assert_eq!(testbed.seen(Operation::Put), [], "{engine}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn one_upload_too_many_at_once_is_reported_as_such() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::cross_origin(|it| it.max_uploads_per_subject = 1).await?;
        testbed.emulator.inject(Fault::Hang.on(Operation::Put));
        let browser = testbed.visit(engine).await?;
        let hang = format!("{PREPARE} {MINT} refusal(target);");
        browser
            .run(
                &hang,
                json!({ "gateway": testbed.gateway_url(), "bytes": 100_000 }),
            )
            .await?;
        while testbed.seen(Operation::Put).is_empty() {
            tokio::task::yield_now().await;
        }
        let expected = json!([429, "gateway_too_many_uploads", "gateway"]);
        refused_in(&browser, testbed.gateway_url(), BYTES, MINT, &expected).await?;
        assert_eq!(testbed.seen(Operation::Put).len(), 1, "{engine}");
    }
    Ok(())
}

async fn refused(
    testbed: &Testbed,
    engine: Engine,
    bytes: u64,
    target: &str,
    expected: &Value,
) -> Result<()> {
    let browser = testbed.visit(engine).await?;
    refused_in(&browser, testbed.gateway_url(), bytes, target, expected).await
}

async fn refused_in(
    browser: &Browser,
    gateway: &str,
    bytes: u64,
    target: &str,
    expected: &Value,
) -> Result<()> {
    let script = format!(
        "{PREPARE}
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
    let all = Value::Array(vec![expected.clone(); TIMES]);
    assert_eq!(found, all, "{} with {bytes} bytes", browser.engine);
    Ok(())
}

/// Asserts that the upload host received each PUT whole.
fn assert_arrived_whole(testbed: &Testbed, engine: Engine, status: u16) {
    let puts = testbed.seen(Operation::Put);
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

//! A PUT that the upload host refuses is told as such, not as a network error: ten times in a row,
//! with 10 MB on their way, in both engines. Where a server answers and closes before it has read the
//! body, a browser often sees a reset connection and no answer.

use anyhow::Result;
use aurous_e2e::browser::Engine::{self, Chromium, Firefox};
use aurous_e2e::stage::Stage;
use aurous_emulator::{Outcome, Step};
use serde_json::{Value, json};

const BYTES: u64 = 10_000_000;
const TIMES: usize = 10;

/// A real picture's bytes, and more behind them: 10 MB.
const LARGE: &str = "
    const { initUpload, putFile } = await import('/pkg/index.js');
    const picture = await paint('image/jpeg');
    const file = new File([picture, new Uint8Array(10_000_000 - picture.size)], 'large.jpg');
    const refusal = async (ticket) => {
        try {
            await putFile(ticket, file);
            return ['it was taken'];
        } catch (error) {
            return [error.status, error.code, error.kind];
        }
    };
";

#[tokio::test]
async fn in_chromium_an_expired_url_is_told_as_expired() -> Result<()> {
    expired(Chromium).await
}

#[tokio::test]
async fn in_firefox_an_expired_url_is_told_as_expired() -> Result<()> {
    expired(Firefox).await
}

#[tokio::test]
async fn in_chromium_a_forged_url_is_told_as_expired() -> Result<()> {
    forged(Chromium).await
}

#[tokio::test]
async fn in_firefox_a_forged_url_is_told_as_expired() -> Result<()> {
    forged(Firefox).await
}

#[tokio::test]
async fn in_chromium_a_file_that_is_too_large_is_told_as_too_large() -> Result<()> {
    too_large(Chromium).await
}

#[tokio::test]
async fn in_firefox_a_file_that_is_too_large_is_told_as_too_large() -> Result<()> {
    too_large(Firefox).await
}

async fn expired(engine: Engine) -> Result<()> {
    let stage = Stage::blank_page().await?;
    stage
        .emulator
        .change_settings(|it| it.upload_url_ttl_ms = 0);
    refused(&stage, engine, "", 403, "upload_url_expired").await
}

async fn forged(engine: Engine) -> Result<()> {
    let stage = Stage::blank_page().await?;
    let forge = "ticket.upload_url = ticket.upload_url.replace(/.$/, (last) => (last === '0' ? '1' : '0'));";
    refused(&stage, engine, forge, 403, "upload_url_expired").await
}

async fn too_large(engine: Engine) -> Result<()> {
    let stage = Stage::blank_page().await?;
    stage
        .emulator
        .change_settings(|it| it.upload_max_bytes = 1_000_000);
    refused(&stage, engine, "", 413, "upload_too_large").await
}

async fn refused(
    stage: &Stage,
    engine: Engine,
    change: &str,
    status: u16,
    code: &str,
) -> Result<()> {
    let browser = stage.visit(engine).await?;
    let script = format!(
        "{LARGE}
         const found = [];
         for (let i = 0; i < args; i++) {{
             const ticket = await initUpload(file);
             {change}
             found.push(await refusal(ticket));
         }}
         return found;"
    );
    let found = browser.run(&script, json!(TIMES)).await?;
    let expected = json!([status, code, "upload"]);
    assert_eq!(found, Value::Array(vec![expected; TIMES]));

    let puts = stage.seen(Step::Put);
    assert_eq!(puts.len(), TIMES, "the browser sent one again");
    for put in puts {
        assert_eq!(
            (put.status, put.outcome),
            (Some(status), Some(Outcome::Answered))
        );
        assert_eq!(put.body_length, BYTES, "it was not read to its end");
    }
    Ok(())
}

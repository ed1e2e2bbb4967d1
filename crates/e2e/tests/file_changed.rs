//! A file that was changed or deleted after it was picked, in Chromium. `fetch` reports it as a network error;
//! the SDK has to distinguish the two.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use anyhow::{Context, Result};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::picture::sha256;
use aurous_e2e::testbed::{Testbed, sample};
use aurous_emulator::Operation;
use fantoccini::Locator;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Defines `codeOf`, which returns the `code` that a promise rejects with, and `file`.
const PREPARE: &str = "
    const { init, initUpload, putFile, upload } = await import('/pkg/index.js');
    const codeOf = (promise) => promise.then(() => 'done', (error) => error.code ?? String(error));
    const [file] = document.querySelector('input').files;
";

#[tokio::test]
async fn a_file_deleted_before_it_is_read_is_unreadable_and_nothing_is_sent() -> Result<()> {
    let (testbed, browser, folder) = picked().await?;
    fs::remove_file(folder.path().join("front.jpg"))?;
    let code = browser
        .run(
            &format!("{PREPARE} return codeOf(initUpload(file));"),
            Value::Null,
        )
        .await?;
    assert_eq!(code, "file_unreadable");
    assert_eq!(testbed.emulator.log().len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_file_changed_between_its_ticket_and_its_put_is_unreadable() -> Result<()> {
    let (testbed, browser, folder) = picked().await?;
    let mint = format!("{PREPARE} globalThis.ticket = await initUpload(file);");
    browser.run(&mint, Value::Null).await?;
    fs::copy(
        sample("front-progressive.jpeg"),
        folder.path().join("front.jpg"),
    )?;
    let put = format!("{PREPARE} return codeOf(putFile(ticket, file));");
    assert_eq!(browser.run(&put, Value::Null).await?, "file_unreadable");
    assert_eq!(testbed.puts_sent(), []);
    Ok(())
}

#[tokio::test]
async fn a_file_deleted_when_its_put_begins_is_unreadable_and_not_a_network_error() -> Result<()> {
    let (testbed, browser, folder) = picked().await?;
    // Delays the PUT in `fetch`, after every check of the file that the SDK makes before it.
    let begin = format!(
        "{PREPARE}
         const ticket = await initUpload(file);
         const real = globalThis.fetch;
         const held = new Promise((begun) => {{
             globalThis.fetch = async (...all) => {{
                 globalThis.fetch = real;
                 begun();
                 await new Promise((go) => (globalThis.go = go));
                 return real(...all);
             }};
         }});
         globalThis.outcome = putFile(ticket, file).catch((error) => [error.code, error.attempts]);
         await held;"
    );
    browser.run(&begin, Value::Null).await?;
    fs::remove_file(folder.path().join("front.jpg"))?;
    let outcome = browser.run("go(); return outcome;", Value::Null).await?;
    assert_eq!(outcome, json!(["file_unreadable", 1]));
    let arrived = testbed
        .seen(Operation::Put)
        .iter()
        .filter(|it| it.status == Some(200))
        .count();
    assert_eq!(arrived, 0);
    Ok(())
}

#[tokio::test]
async fn an_upload_of_a_file_that_changed_is_unreadable_and_nothing_is_sent() -> Result<()> {
    for change in [fs::remove_file::<PathBuf>, overwrite] {
        let (testbed, browser, folder) = picked().await?;
        change(folder.path().join("front.jpg"))?;
        for options in ["{}", "{ snapshotBytes: 0 }", "{ onProgress() {} }"] {
            let upload = format!("{PREPARE} return codeOf(upload(file, {options}));");
            let code = browser.run(&upload, Value::Null).await?;
            assert_eq!(code, "file_unreadable", "{options}");
        }
        assert_eq!(testbed.emulator.log(), []);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_with_a_snapshot_may_change_during_its_upload_and_one_without_is_unreadable()
-> Result<()> {
    for (options, code) in [
        ("{}", "done"),
        ("{ onProgress() {} }", "done"),
        ("{ snapshotBytes: 0 }", "file_unreadable"),
        ("{ snapshotBytes: 0, onProgress() {} }", "file_unreadable"),
    ] {
        let (testbed, browser, folder) = picked().await?;
        // The file changes after the upload got its ticket, before the PUT begins.
        let begin = format!(
            "{PREPARE}
             await init(); // the next fetch is the SDK's
             const real = globalThis.fetch;
             const minted = new Promise((done) => {{
                 globalThis.fetch = async (...all) => {{
                     globalThis.fetch = real;
                     const answer = await real(...all);
                     done();
                     await new Promise((go) => (globalThis.go = go));
                     return answer;
                 }};
             }});
             globalThis.outcome = codeOf(upload(file, {options}));
             await minted;"
        );
        browser.run(&begin, Value::Null).await?;
        let meant = fs::read(sample("front.jpg"))?;
        overwrite(folder.path().join("front.jpg"))?;
        let found = browser.run("go(); return outcome;", Value::Null).await?;
        assert_eq!(found, code, "{options}");
        let arrived = testbed.seen(Operation::Put);
        let arrived: Vec<_> = arrived.iter().map(|it| it.body_sha256.clone()).collect();
        match code {
            "done" => assert_eq!(arrived, [Some(sha256(&meant))], "{options}"),
            _ => assert_eq!(arrived, [], "{options}"),
        }
    }
    Ok(())
}

/// Chromium considers a file changed if its modification time is in another second.
fn overwrite(path: PathBuf) -> io::Result<()> {
    fs::copy(sample("front-progressive.jpeg"), &path)?;
    let later = SystemTime::now() + Duration::from_secs(60);
    File::options().write(true).open(path)?.set_modified(later)
}

/// Picks a copy of a sample with a file input.
async fn picked() -> Result<(Testbed, Browser, TempDir)> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("front.jpg");
    fs::copy(sample("front.jpg"), &file).context("cannot copy the sample")?;
    let input =
        "document.body.append(Object.assign(document.createElement('input'), { type: 'file' }));";
    browser.execute(input, Vec::new()).await?;
    let path = file.to_string_lossy();
    browser
        .find(Locator::Css("input"))
        .await?
        .send_keys(&path)
        .await?;
    Ok((testbed, browser, folder))
}

//! A file that changed or vanished after it was picked, in Chromium. To `fetch` that looks like a dead
//! connection; the SDK has to tell the two apart.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use anyhow::{Context, Result};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::picture::sha256;
use aurous_e2e::stage::{Stage, sample};
use aurous_emulator::Operation;
use fantoccini::Locator;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The function's outcome: what `code` it rejected with.
const CODE_OF: &str = "
    const { init, initUpload, putFile, upload } = await import('/pkg/index.js');
    const codeOf = (promise) => promise.then(() => 'done', (error) => error.code ?? String(error));
    const [file] = document.querySelector('input').files;
";

#[tokio::test]
async fn a_file_deleted_before_it_is_read_is_unreadable_and_nothing_is_sent() -> Result<()> {
    let (stage, browser, folder) = picked().await?;
    fs::remove_file(folder.path().join("front.jpg"))?;
    let code = browser
        .run(
            &format!("{CODE_OF} return codeOf(initUpload(file));"),
            Value::Null,
        )
        .await?;
    assert_eq!(code, "file_unreadable");
    assert_eq!(stage.emulator.log().len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_file_changed_between_its_ticket_and_its_put_is_unreadable() -> Result<()> {
    let (stage, browser, folder) = picked().await?;
    let mint = format!("{CODE_OF} globalThis.ticket = await initUpload(file);");
    browser.run(&mint, Value::Null).await?;
    fs::copy(
        sample("front-progressive.jpeg"),
        folder.path().join("front.jpg"),
    )?;
    let put = format!("{CODE_OF} return codeOf(putFile(ticket, file));");
    assert_eq!(browser.run(&put, Value::Null).await?, "file_unreadable");
    assert_eq!(stage.puts_sent(), []);
    Ok(())
}

#[tokio::test]
async fn a_file_deleted_when_its_put_begins_is_unreadable_and_no_network_error() -> Result<()> {
    let (stage, browser, folder) = picked().await?;
    // The PUT is held back at `fetch`, past every look that the SDK takes at the file before it.
    let begin = format!(
        "{CODE_OF}
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
    let told = browser.run("go(); return outcome;", Value::Null).await?;
    assert_eq!(told, json!(["file_unreadable", 1]));
    let arrived = stage
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
        let (stage, browser, folder) = picked().await?;
        change(folder.path().join("front.jpg"))?;
        for options in ["{}", "{ snapshotBytes: 0 }", "{ onProgress() {} }"] {
            let upload = format!("{CODE_OF} return codeOf(upload(file, {options}));");
            let code = browser.run(&upload, Value::Null).await?;
            assert_eq!(code, "file_unreadable", "{options}");
        }
        assert_eq!(stage.emulator.log(), []);
    }
    Ok(())
}

#[tokio::test]
async fn a_small_file_may_change_while_it_is_uploaded_and_a_large_one_is_told() -> Result<()> {
    for (options, code) in [
        ("{}", "done"),
        ("{ onProgress() {} }", "done"),
        ("{ snapshotBytes: 0 }", "file_unreadable"),
        ("{ snapshotBytes: 0, onProgress() {} }", "file_unreadable"),
    ] {
        let (stage, browser, folder) = picked().await?;
        // It changes when the upload has its ticket, before the PUT begins.
        let begin = format!(
            "{CODE_OF}
             await init(); // whose fetch is not the one to hold back
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
        let arrived = stage.seen(Operation::Put);
        let arrived: Vec<_> = arrived.iter().map(|it| it.body_sha256.clone()).collect();
        match code {
            "done" => assert_eq!(arrived, [Some(sha256(&meant))], "{options}"),
            _ => assert_eq!(arrived, [], "{options}"),
        }
    }
    Ok(())
}

/// To Chromium a file has changed whose modification falls into another second.
fn overwrite(path: PathBuf) -> io::Result<()> {
    fs::copy(sample("front-progressive.jpeg"), &path)?;
    let later = SystemTime::now() + Duration::from_secs(60);
    File::options().write(true).open(path)?.set_modified(later)
}

/// A copy of a sample, picked by a person into a file input.
async fn picked() -> Result<(Stage, Browser, TempDir)> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
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
    Ok((stage, browser, folder))
}

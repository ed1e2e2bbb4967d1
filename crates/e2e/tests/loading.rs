//! When and where from the package loads its wasm, in Chromium.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::stage::Stage;
use serde_json::{Value, json};

const WASM: &str = "/pkg/aurous_web_bg.wasm";

#[tokio::test]
async fn importing_loads_no_wasm_and_many_first_calls_load_it_once() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    let loaded = || {
        stage
            .site
            .paths()
            .iter()
            .filter(|path| *path == WASM)
            .count()
    };
    browser
        .run(
            "globalThis.aurous = await import('/pkg/index.js'); aurous.createClient({});",
            Value::Null,
        )
        .await?;
    assert_eq!(loaded(), 0);
    browser
        .run(
            "await Promise.allSettled([1, 2, 3].map(() => aurous.classify('upl_of_nobody')));",
            Value::Null,
        )
        .await?;
    assert_eq!(loaded(), 1);
    Ok(())
}

#[tokio::test]
async fn a_wasm_that_does_not_load_is_an_error_and_the_next_call_tries_again() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    stage.site.lose_once(WASM);
    let call = "const { initUpload } = await import('/pkg/index.js');
                return initUpload(await paint('image/png'));";
    let error = browser.refused(call, Value::Null).await?;
    assert_eq!(
        (
            &error["code"],
            &error["kind"],
            &error["step"],
            &error["retryable"]
        ),
        (
            &json!("wasm_load_failed"),
            &json!("config"),
            &json!("load"),
            &json!(true)
        )
    );
    let ticket = browser.run(call, Value::Null).await?;
    ensure!(ticket["upload_id"].is_string(), "no ticket: {ticket}");
    Ok(())
}

#[tokio::test]
async fn init_takes_the_wasm_from_wherever_it_is_and_the_first_caller_wins() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    for source in [
        "undefined",
        "wasm",
        "new URL(wasm, location.href)",
        "new Request(wasm)",
        "await (await fetch(wasm)).arrayBuffer()",
        "new Uint8Array(await (await fetch(wasm)).arrayBuffer())",
        "await WebAssembly.compileStreaming(fetch(wasm))",
        "await fetch(wasm)",
        "fetch(wasm)",
    ] {
        browser.goto(&stage.site.url()).await?;
        let script = format!(
            "const wasm = '{WASM}';
             const {{ init, initUpload }} = await import('/pkg/index.js');
             await init({source});
             await init('/nothing-is-here.wasm');
             return initUpload(await paint('image/png'));"
        );
        let ticket = browser.run(&script, Value::Null).await?;
        ensure!(ticket["upload_id"].is_string(), "{source}: {ticket}");
    }
    Ok(())
}

#[tokio::test]
async fn init_with_something_that_is_no_wasm_says_so_and_may_be_called_again() -> Result<()> {
    let stage = Stage::blank_page().await?;
    let browser = stage.visit(Chromium).await?;
    for source in [
        "7",
        "{}",
        "'/nothing-is-here.wasm'",
        "new Uint8Array(8)",
        "Promise.reject(7)",
    ] {
        let script = format!("return (await import('/pkg/index.js')).init({source});");
        let error = browser.refused(&script, Value::Null).await?;
        assert_eq!(error["code"], "wasm_load_failed", "{source}");
    }
    browser
        .run("await (await import('/pkg/index.js')).init();", Value::Null)
        .await?;
    Ok(())
}

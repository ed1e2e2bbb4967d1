//! When and from where the package loads its wasm, and what its error says when that fails. Every source
//! and every fault is in `tests/javascript/load.test.mjs`; here is what browsers decide.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::browser::{Browser, Engine};
use aurous_e2e::site::{Site, SiteConfig};
use aurous_e2e::testbed::{Testbed, blank, package};
use fantoccini::Locator;
use serde_json::{Value, json};

const WASM: &str = "/pkg/aurous_web_bg.wasm";

#[tokio::test]
async fn importing_loads_no_wasm_and_many_first_calls_load_it_once() -> Result<()> {
    for (entry, requests) in [("index.js", 0), ("external.js", 1)] {
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(Chromium).await?;
        let requested = || {
            let paths = testbed.site.paths();
            paths.iter().filter(|path| path.ends_with(".wasm")).count()
        };
        let script = format!(
            "globalThis.compiled = 0;
             const {{ compile }} = WebAssembly;
             WebAssembly.compile = (it) => ((compiled += 1), compile(it));
             globalThis.aurous = await import('/pkg/{entry}');
             aurous.createClient({{}});
             return compiled;"
        );
        assert_eq!(browser.run(&script, Value::Null).await?, 0, "{entry}");
        assert_eq!(requested(), 0, "{entry}");
        let calls =
            "await Promise.allSettled([1, 2, 3].map(() => aurous.classify('upl_of_nobody')));
                     return compiled;";
        assert_eq!(browser.run(calls, Value::Null).await?, 1, "{entry}");
        assert_eq!(requested(), requests, "{entry}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wasm_that_does_not_load_is_an_error_and_the_next_call_tries_again() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    testbed.site.lose_once(WASM);
    let call = "const { initUpload } = await import('/pkg/external.js');
                return initUpload(await paint('image/png'));";
    let error = browser.refused(call, Value::Null).await?;
    assert_eq!(
        (&error["code"], &error["status"], &error["retryable"]),
        (&json!("wasm_load_failed"), &json!(404), &json!(true))
    );
    let ticket = browser.run(call, Value::Null).await?;
    ensure!(ticket["upload_id"].is_string(), "no ticket: {ticket}");
    Ok(())
}

#[tokio::test]
async fn init_takes_the_wasm_from_wherever_it_is_and_the_first_caller_wins() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
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
        browser.goto(&testbed.site.url()).await?;
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
async fn init_with_a_wrong_source_says_so_and_may_be_called_again() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    for (source, expected) in [
        ("'/nothing-is-here.wasm'", "answered 404"),
        (
            "fetch('/nothing-is-here.wasm?signature=secret')",
            "/nothing-is-here.wasm answered 404",
        ),
        (
            "new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 99])",
            "is damaged, or of another version",
        ),
        ("'http://'", "no answer came"),
    ] {
        let script = format!("return (await import('/pkg/index.js')).init({source});");
        let error = browser.refused(&script, Value::Null).await?;
        assert_eq!(error["code"], "wasm_load_failed", "{source}");
        ensure_says(&error, expected)?;
    }
    browser
        .run("await (await import('/pkg/index.js')).init();", Value::Null)
        .await?;
    Ok(())
}

#[tokio::test]
async fn what_a_server_gives_for_any_path_is_told_from_wasm() -> Result<()> {
    let mut pages = blank();
    pages.insert(WASM.to_owned(), "<!doctype html>".to_owned());
    let error = refused_by_a_page(pages, "external.js", "").await?;
    ensure_says(
        &error,
        "/pkg/aurous_web_bg.wasm is not WebAssembly but text/html",
    )?;
    ensure_says(&error, "import `aurous-web`, which has it inside")
}

#[tokio::test]
async fn a_policy_without_wasm_unsafe_eval_is_named_in_every_engine() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::blank_page().await?;
        testbed.site.add_page("/strict", STRICT);
        let browser = Browser::start(engine).await?;
        browser
            .goto(&format!("{}strict", testbed.site.url()))
            .await?;
        let output = browser
            .wait()
            .for_element(Locator::Css("output:not(:empty)"));
        let error = serde_json::from_str(&output.await?.text().await?)?;
        ensure_says(&error, "Add 'wasm-unsafe-eval' to its script-src")?;
        assert_eq!(error["retryable"], json!(false), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_device_that_is_offline_and_an_address_that_is_silent_are_told_apart() -> Result<()> {
    let offline = "Object.defineProperty(navigator, 'onLine', { value: false });";
    for (online, expected) in [("", "no answer came"), (offline, "this device is offline")] {
        let silent = format!("globalThis.fetch = () => Promise.reject(new TypeError()); {online}");
        let error = refused_by_a_page(blank(), "external.js", &silent).await?;
        ensure_says(&error, expected)?;
        assert_eq!(error["retryable"], true);
    }
    Ok(())
}

#[tokio::test]
async fn a_browser_without_webassembly_is_told_so() -> Result<()> {
    let error = refused_by_a_page(blank(), "index.js", "delete globalThis.WebAssembly;").await?;
    ensure_says(&error, "there is no WebAssembly here")
}

#[tokio::test]
async fn the_entry_asks_for_no_file_and_knows_the_errors_of_the_external_one() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(engine).await?;
        let known = browser
            .run(
                "const entry = await import('/pkg/index.js');
                 const ticket = await entry.initUpload(await paint('image/png'));
                 const fetched = performance.getEntriesByType('resource');
                 const wasm = fetched.filter((it) => it.name.endsWith('.wasm')).length;
                 const other = await import('/pkg/external.js');
                 const error = await other.initUpload(new Blob([])).catch((error) => error);
                 return [typeof ticket.upload_id, wasm, error instanceof other.AurousError,
                     entry.isAurousError(error), other.isAurousError(error)];",
                Value::Null,
            )
            .await?;
        assert_eq!(known, json!(["string", 0, true, true, true]), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_development_entry_has_names_and_does_the_same() -> Result<()> {
    for (entry, has_names) in [("index.js", false), ("development.js", true)] {
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(Chromium).await?;
        let script = format!(
            "const {{ compile, Module }} = WebAssembly;
             let sections;
             WebAssembly.compile = async (it) => {{
                 const module = await compile(it);
                 sections = Module.customSections(module, 'name').length;
                 return module;
             }};
             const {{ initUpload }} = await import('/pkg/{entry}');
             const ticket = await initUpload(await paint('image/png'));
             const source = await (await fetch('/pkg/{entry}')).text();
             return [typeof ticket.upload_id, source.includes('function decode('), sections === 1];"
        );
        let found = browser.run(&script, Value::Null).await?;
        assert_eq!(found, json!(["string", has_names, has_names]), "{entry}");
    }
    Ok(())
}

/// Allows scripts, but no WebAssembly and no `eval`, by which other tests run theirs.
const STRICT: &str = "<!doctype html><title>strict</title><meta http-equiv=Content-Security-Policy \
    content=\"default-src 'none'; connect-src 'self'; script-src 'self' 'nonce-a'\">\
    <script type=module nonce=a>\
        import { classify } from '/pkg/index.js';\
        const error = await classify('upl_of_nobody').catch((error) => error);\
        document.body.append(document.createElement('output'));\
        document.querySelector('output').textContent = JSON.stringify(error);\
    </script>";

/// What a first call rejects with in a site of these pages, `script` having run before.
async fn refused_by_a_page(
    pages: HashMap<String, String>,
    entry: &str,
    script: &str,
) -> Result<Value> {
    let site = Site::start(SiteConfig {
        pkg: package(),
        pages,
        ..SiteConfig::default()
    })
    .await?;
    let browser = Browser::start(Chromium).await?;
    browser.goto(&site.url()).await?;
    let call = format!("{script} return (await import('/pkg/{entry}')).classify('upl_of_nobody');");
    browser.refused(&call, Value::Null).await
}

fn ensure_says(error: &Value, expected: &str) -> Result<()> {
    let message = error["message"].as_str().unwrap_or_default();
    ensure!(
        message.contains(expected) && !message.contains("secret"),
        "no {expected:?} in {error}"
    );
    Ok(())
}

//! Cancelling, in the three engines: whatever a call is doing, it rejects at once with the signal's own reason,
//! and no timer or listener remains.

use anyhow::{Context, Result};
use aurous_e2e::browser::Engine;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{FakeResponse, Fault, Operation, RequestOutcome};
use serde_json::{Value, json};

const STEPS: [Operation; 4] = [
    Operation::Init,
    Operation::Put,
    Operation::Classify,
    Operation::Create,
];

/// Aborts each call, with each reason, once the call has got to `args.when`. Returns what went wrong.
const ABORT_ALL: &str = r#"
    const { createClient } = await import("/pkg/index.js");
    const never = new Promise(() => {});
    const aurous = createClient(args.when === "its token is asked for" ? { sessionToken: () => never } : {});
    const calls = {
        initUpload: (options) => aurous.initUpload(file, options),
        putFile: (options) => aurous.putFile(ticket, file, options),
        "putFile with progress": (options) => aurous.putFile(ticket, file, { ...options, onProgress() {} }),
        classify: (options) => aurous.classify(ticket, options),
        createCharacter: (options) => aurous.createCharacter({ name: "A", upload_ids: [ticket.upload_id] }, options),
        upload: (options) => aurous.upload(file, options),
        "upload with progress": (options) => aurous.upload(file, { ...options, onProgress() {} }),
    };
    // For each state of a call, whether the call is in it.
    const moments = {
        "nothing has begun": () => true,
        "its file is read": () => file.isRead,
        "its token is asked for": () => true,
        "its request is on the way": () => testSupport.requestCount > requestsBefore,
        "it waits to try again": () => longestTimer() >= 100_000,
        "it waits for the network": () => testSupport.isWaitingForNetwork(),
    };
    const does = {
        "its file is read": /initUpload|upload/,
        "its token is asked for": /initUpload|classify|createCharacter|upload/,
    }[args.when] ?? /./;
    const reasons = { text: "enough", object: { why: "enough" }, null: null, none: undefined };
    const turns = async (count) => { while (count-- > 0) await testSupport.nextTurn(); };
    let clock, requestsBefore;
    const longestTimer = () => Math.max(...clock.pending.values());

    if (args.when === "its file is read") {
        for (const name of ["slice", "arrayBuffer"]) {
            file[name] = () => ((file.isRead = true), name === "slice" ? file : never);
        }
    }
    const wrong = [];
    for (const [name, call] of Object.entries(calls).filter(([name]) => does.test(name))) {
        for (const [kind, reason] of Object.entries(reasons)) {
            const controller = testSupport.countedController();
            clock = testSupport.startClock(1);
            requestsBefore = testSupport.requestCount;
            if (args.when === "it waits for the network") testSupport.loseRequests(1), testSupport.sayOnline(false);
            if (args.when === "nothing has begun") controller.abort(reason);
            let end;
            call({ signal: controller.signal }).then(() => (end = ["it succeeded"]), (error) => (end = [error]));
            for (let turns = 0; !end && !moments[args.when](); turns++) {
                if (turns > 1000) return [`${name}, ${kind}: it did not get there; its longest timer is ${longestTimer()} ms`];
                await testSupport.nextTurn();
            }
            controller.abort(reason);
            await turns(5);
            const left = testSupport.leftovers(clock, controller);
            const why =
                !end ? "it continues"
                : end[0] !== controller.signal.reason ? `it rejected with ${end[0]}`
                : left ? `${left} timers or listeners remain` : "";
            if (why) wrong.push(`${name}, ${kind}: ${why}`);
            testSupport.loseRequests(0);
            testSupport.sayOnline(true);
        }
        if (args.when === "its request is on the way" || args.when === "it waits to try again") {
            const signal = AbortSignal.timeout(20);
            const thrown = await call({ signal }).catch((error) => error);
            if (thrown !== signal.reason) wrong.push(`${name}, AbortSignal.timeout: it rejected with ${thrown}`);
        }
    }
    return wrong;
"#;

#[tokio::test]
async fn in_chromium_a_cancelled_call_ends_at_once_in_every_state() -> Result<()> {
    cancelled(Engine::Chromium).await
}

#[tokio::test]
async fn in_firefox_a_cancelled_call_ends_at_once_in_every_state() -> Result<()> {
    cancelled(Engine::Firefox).await
}

#[tokio::test]
async fn in_webkit_a_cancelled_call_ends_at_once_in_every_state() -> Result<()> {
    cancelled(Engine::WebKit).await
}

async fn cancelled(engine: Engine) -> Result<()> {
    let testbed = Testbed::blank_page_without_limits(|_| {}).await?;
    let browser = testbed.visit(engine).await?;
    browser.load_test_support().await?;
    let prepare = "const { initUpload } = await import('/pkg/index.js');
        globalThis.file = await paint('image/png', 'front.png');
        globalThis.ticket = await initUpload(file);";
    let later = Fault::Status(FakeResponse::new(503).with_header("retry-after", "100"));
    for (when, fault) in [
        ("nothing has begun", None),
        ("its file is read", None),
        ("its token is asked for", None),
        ("its request is on the way", Some(Fault::Hang)),
        ("it waits to try again", Some(later)),
        ("it waits for the network", None),
    ] {
        browser.run(prepare, Value::Null).await?;
        testbed.emulator.clear_log();
        for step in STEPS {
            if let Some(fault) = fault.clone() {
                testbed.emulator.inject(fault.on(step).for_ever());
            }
        }
        let args = json!({ "when": when });
        let wrong = browser.run(ABORT_ALL, args).await;
        let wrong = wrong.with_context(|| format!("{engine}, when {when}"))?;
        testbed.emulator.clear_faults();
        assert_eq!(wrong, json!([]), "{engine}, when {when}");
        let log = testbed.emulator.log();
        match when {
            "its request is on the way" => assert_eq!(
                log.iter()
                    .find(|it| it.outcome == Some(RequestOutcome::Answered)),
                None,
                "{engine}"
            ),
            "it waits to try again" => assert!(!log.is_empty(), "{engine}"),
            _ => assert_eq!(log, [], "{engine}, when {when}"),
        }
    }
    Ok(())
}

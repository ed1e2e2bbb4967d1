//! The package as it is, imported by a page without a bundler, in Chromium.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Engine::{self, Chromium};
use aurous_e2e::put::{unwanted_of_the_browser, unwanted_of_the_gateway};
use aurous_e2e::site::{Site, SiteConfig};
use aurous_e2e::testbed::{Testbed, blank, package};
use aurous_emulator::{EntryPoint, Operation};
use serde_json::{Value, json};

#[tokio::test]
async fn the_four_functions_make_a_character_of_a_picture() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let made = browser
        .run(
            "const { initUpload, putFile, classify, createCharacter } = await import('/pkg/index.js');
             const file = await paint('image/webp', 'front-1.jpg');
             const ticket = await initUpload(file);
             const put = await putFile(ticket, file);
             const seen = await classify(ticket);
             const character = await createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });
             const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
             const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
             return { ticket, put, seen, character, sha256 };",
            Value::Null,
        )
        .await?;
    assert_eq!(
        made["ticket"]["upload_headers"],
        json!({ "Content-Type": "image/webp" })
    );
    assert_eq!(made["put"], Value::Null);
    assert_eq!(made["seen"]["upload_id"], made["ticket"]["upload_id"]);
    assert_eq!(made["seen"]["pose"], "front");
    assert_eq!(made["character"]["status"], "ready");
    assert_eq!(made["character"]["refs"][0]["pose"], "front");

    let puts = testbed.seen(Operation::Put);
    assert_eq!(puts.len(), 1);
    assert_eq!(json!(puts[0].body_sha256), made["sha256"]);
    assert_eq!(puts[0].header("content-type"), Some("image/webp"));
    assert_eq!(
        unwanted_of_the_gateway(&puts[0]).collect::<Vec<_>>(),
        [""; 0]
    );
    let sent = testbed.puts_sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].header("content-type"), Some("image/webp"));
    assert_eq!(
        unwanted_of_the_browser(&sent[0]).collect::<Vec<_>>(),
        [""; 0]
    );
    assert_eq!(
        browser.console().await?,
        [""; 0],
        "the console should be quiet"
    );
    Ok(())
}

#[tokio::test]
async fn an_error_of_another_copy_in_another_realm_is_known() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let known = browser
        .run(
            "const { isAurousError, AurousError, initUpload } = await import('/pkg/index.js');
             const frame = document.createElement('iframe');
             frame.src = '/';
             const loaded = new Promise((done) => (frame.onload = done));
             document.body.append(frame);
             await loaded;
             const theirs = await frame.contentWindow.eval(`import('/pkg/index.js')
                 .then(({ initUpload }) => initUpload(new Blob([]))).catch((error) => error)`);
             const ours = await initUpload(new Blob([])).catch((error) => error);
             return {
                 theirs: [isAurousError(theirs), theirs instanceof AurousError, theirs.code],
                 ours: [isAurousError(ours), ours instanceof AurousError, ours.code],
                 others: [new Error('no'), {}, null, undefined, 'text', ours.toJSON()].map(isAurousError),
             };",
            Value::Null,
        )
        .await?;
    assert_eq!(known["theirs"], json!([true, false, "empty_file"]));
    assert_eq!(known["ours"], json!([true, true, "empty_file"]));
    assert_eq!(
        known["others"],
        json!([false, false, false, false, false, false])
    );
    Ok(())
}

#[tokio::test]
async fn two_copies_of_the_package_make_one_character_of_one_click() -> Result<()> {
    for engine in Engine::ALL {
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(engine).await?;
        let made = browser
        .run(
            "const copies = await Promise.all([1, 2].map((copy) => import(`/pkg/index.js?${copy}`)));
             const [first, second] = copies.map(({ createClient }) => createClient({ baseUrl: '/aurous' }));
             const { ticket } = await first.upload(await paint('image/png', 'front.png'));
             const create = (client, options) => client.createCharacter({ name: 'A', upload_ids: [ticket.upload_id] }, options);
             const controller = new AbortController();
             const click = Promise.allSettled([
                 create(first, { signal: controller.signal }), create(second), create(second),
             ]);
             // The copy that sends the create is no longer waited for; the others are.
             controller.abort('enough');
             const [cancelled, ...characters] = await click;
             return { reason: cancelled.reason, ids: characters.map(({ value }) => value?.id), errors: characters.map(({ reason }) => reason?.code) };",
            Value::Null,
        )
        .await?;
        assert_eq!(made["reason"], "enough");
        assert_eq!(made["errors"], json!([null, null]));
        assert_eq!(made["ids"][0], made["ids"][1]);
        assert_eq!(testbed.seen(Operation::Create).len(), 1, "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn three_characters_of_six_photos_each_are_made_in_a_row_with_a_gateways_defaults()
-> Result<()> {
    // A visitor's default share: what the others leave is borrowed.
    let testbed = Testbed::blank_page_with(|it| it.subject_share = "1/3".to_owned()).await?;
    let browser = testbed.visit(Chromium).await?;
    let rounds = browser
        .run(
            "const { uploadAll, createCharacter } = await import('/pkg/index.js');
             const photos = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => paint('image/png', `${number}.png`)));
             const rounds = [];
             for (let round = 0; round < 3; round++) {
                 const outcomes = await uploadAll(photos, { classify: true });
                 const upload_ids = outcomes.map(({ value }) => value?.ticket.upload_id);
                 const { refs } = await createCharacter({ name: 'A', upload_ids });
                 rounds.push(refs.length);
             }
             return rounds;",
            Value::Null,
        )
        .await?;
    assert_eq!(rounds, json!([6, 6, 6]));
    Ok(())
}

#[tokio::test]
async fn without_a_gateway_the_emulators_open_mode_does() -> Result<()> {
    let testbed = Testbed::without_gateway().await?;
    let browser = testbed.visit(Chromium).await?;
    let character = browser
        .run(
            "const { initUpload, putFile, classify, createCharacter } = await import('/pkg/index.js');
             const file = await paint('image/png', 'side.png');
             const ticket = await initUpload(file);
             await putFile(ticket, file);
             await classify(ticket);
             return createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });",
            Value::Null,
        )
        .await?;
    assert_eq!(character["refs"][0]["pose"], "side");
    // Across origins the browser asks before a PUT, and names each header that a script set.
    let asked = testbed.seen(Operation::Preflight);
    let asked = asked.iter().find(|it| it.entry_point == EntryPoint::Upload);
    let asked = asked.and_then(|it| it.header("access-control-request-headers"));
    assert_eq!(asked, Some("content-type"));
    assert_eq!(testbed.puts_sent(), [], "it went to the upload host itself");
    Ok(())
}

#[tokio::test]
async fn headers_of_the_clients_go_with_calls_to_the_gateway_and_no_further() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser
        .run(
            "const { createClient } = await import('/pkg/index.js');
             const aurous = createClient({ headers: { 'X-Csrf-Token': 'of-the-page' } });
             const file = await paint('image/png', 'side.png');
             const ticket = await aurous.initUpload(file);
             await aurous.putFile(ticket, file);
             await aurous.classify(ticket);",
            Value::Null,
        )
        .await?;
    let sent = testbed.site.sent();
    let sent: Vec<_> = sent
        .iter()
        .map(|it| (it.method.as_str(), it.header("x-csrf-token")))
        .collect();
    let token = Some("of-the-page");
    assert_eq!(sent, [("POST", token), ("PUT", None), ("POST", token)]);
    for request in testbed.emulator.log() {
        assert_eq!(request.header("x-csrf-token"), None);
    }
    Ok(())
}

#[tokio::test]
async fn fields_that_the_sdk_does_not_know_pass_through_untouched() -> Result<()> {
    use aurous_e2e::picture::sha256;
    use aurous_emulator::{FakeResponse, Fault};

    // A gateway lets through what it knows.
    let testbed = Testbed::without_gateway().await?;
    let browser = testbed.visit(Chromium).await?;
    let request = json!({
        "name": "Aurora", "upload_ids": ["upl_1"],
        "attributes": { "age": 28, "x_mood": ["calm", null] }, "x_future": { "deep": [1, { "er": 1.5 }] },
    });
    let answer = json!({
        "id": "char_1", "object": "character", "name": "Aurora", "status": "x_dreaming",
        "refs": [{ "pose": "x_above", "url": "http://127.0.0.1/", "x_score": 0.5 }],
        "created_at": "2026-05-08T10:00:00Z", "updated_at": "2026-05-08T10:00:00Z",
        "attributes": { "x_mood": null }, "error_message": null, "aurous_version": "2027-01-01",
        "x_future": { "deep": [true, { "er": "ü" }] },
    });
    testbed.emulator.inject(
        Fault::Status(FakeResponse::new(201).with_body(answer.to_string())).on(Operation::Create),
    );
    let character = browser
        .run(
            "const { createCharacter } = await import('/pkg/index.js');
             return createCharacter(JSON.parse(args));",
            json!(request.to_string()),
        )
        .await?;
    assert_eq!(character, answer);
    let sent = &testbed.seen(Operation::Create)[0];
    assert_eq!(
        sent.body_sha256,
        Some(sha256(request.to_string().as_bytes()))
    );
    Ok(())
}

#[tokio::test]
async fn a_file_of_50_mb_is_sent_without_entering_wasm_memory() -> Result<()> {
    let testbed = Testbed::blank_page_with(|it| it.upload_max_bytes = 60_000_000).await?;
    testbed
        .emulator
        .change_settings(|it| it.upload_max_bytes = 60_000_000);
    let browser = testbed.visit(Chromium).await?;
    let memory = browser
        .run(
            "const { initUpload, putFile } = await import('/pkg/index.js');
             const { Instance } = WebAssembly;
             let exports;
             WebAssembly.Instance = function (...given) {
                 const instance = new Instance(...given);
                 exports = Object.values(instance.exports);
                 return instance;
             };
             const picture = await paint('image/jpeg');
             const send = async (size) => {
                 const file = new Blob([picture, new Uint8Array(size - picture.size)]);
                 await putFile(await initUpload(file), file);
                 return exports.find((it) => it instanceof WebAssembly.Memory).buffer.byteLength;
             };
             return [await send(10_000), await send(50_000_000)];",
            Value::Null,
        )
        .await?;
    assert_eq!(memory[0], memory[1]);
    let lengths: Vec<_> = testbed
        .seen(Operation::Put)
        .iter()
        .map(|it| it.body_length)
        .collect();
    assert_eq!(lengths, [10_000, 50_000_000]);
    Ok(())
}

#[tokio::test]
async fn a_page_without_a_gateway_is_told_so() -> Result<()> {
    let mut pages = blank();
    // What a development server gives for any path that it does not know.
    pages.insert(
        "/spa/v1/characters/uploads/init".to_owned(),
        "<!doctype html>".to_owned(),
    );
    let site = Site::start(SiteConfig {
        pkg: package(),
        pages,
        ..SiteConfig::default()
    })
    .await?;
    let browser = aurous_e2e::browser::Browser::start(Chromium).await?;
    browser.goto(&site.url()).await?;
    for (base, status) in [("/aurous", 404), ("/spa", 200)] {
        let error = browser
            .refused(
                "const { createClient } = await import('/pkg/index.js');
                 return createClient({ baseUrl: args }).initUpload(await paint('image/png'));",
                json!(base),
            )
            .await?;
        assert_eq!(error["code"], "gateway_not_found", "{error}");
        assert_eq!(
            (&error["kind"], &error["status"]),
            (&json!("gateway"), &json!(status))
        );
        let message = error["message"].as_str().unwrap_or_default();
        ensure!(
            message.contains(base),
            "the message does not say where: {message}"
        );
    }
    Ok(())
}

//! Pictures that are dropped on the example page, or pasted into it.

use std::fs;

use anyhow::{Context, Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::{self, Chromium};
use aurous_e2e::testbed::{Testbed, sample};
use serde_json::{Value, json};

/// Makes pictures and texts to hand over, and hands them over as a browser does.
const HELPERS: &str = "
    const picture = async (name) => {
        const canvas = document.createElement('canvas');
        canvas.getContext('2d').fillRect(8, 8, 99, 66);
        const blob = await new Promise((done) => canvas.toBlob(done));
        return new File([blob], name, { type: 'image/png' });
    };
    const dataOf = (files, texts = {}) => {
        const data = new DataTransfer();
        for (const file of files) data.items.add(file);
        for (const [type, text] of Object.entries(texts)) data.setData(type, text);
        return data;
    };
    /** Returns whether the page leaves the event to the browser. */
    const send = (type, data, target = 'h1') => {
        const event = new Event(type, { bubbles: true, cancelable: true });
        Object.defineProperty(event, type === 'paste' ? 'clipboardData' : 'dataTransfer', { value: data });
        return document.querySelector(target).dispatchEvent(event);
    };";

/// Opens the example page. WebKit's driver does not wait for its script.
async fn visit(testbed: &Testbed, engine: Engine) -> Result<Browser> {
    let browser = testbed.visit(engine).await?;
    browser
        .until(
            "the page's script has run",
            "return document.onpaste !== null",
        )
        .await?;
    Ok(browser)
}

async fn hand_over(browser: &Browser, script: &str) -> Result<Value> {
    browser.run(&[HELPERS, script].concat(), Value::Null).await
}

async fn names(browser: &Browser, count: usize) -> Result<Vec<String>> {
    let tiles = browser.settled(count).await?;
    ensure!(tiles.iter().all(|it| it.state == "ready"), "{tiles:?}");
    Ok(tiles.into_iter().map(|it| it.name).collect())
}

#[tokio::test]
async fn screenshots_of_the_same_name_are_pasted_and_files_dropped_in_three_engines() -> Result<()>
{
    for engine in Engine::ALL {
        let testbed = Testbed::example_page().await?;
        let browser = visit(&testbed, engine).await?;
        let left = hand_over(
            &browser,
            "return [send('paste', dataOf([await picture('image.png')])),
                     send('paste', dataOf([await picture('image.png')])),
                     send('dragover', dataOf([await picture('front.png')])),
                     send('drop', dataOf([await picture('front.png'), await picture('exe\\u202Egpj.png')]))];",
        )
        .await?;
        assert_eq!(left, json!([false, false, false, false]), "{engine}");
        assert_eq!(
            names(&browser, 4).await?,
            ["image.png", "image.png", "front.png", "exegpj.png"],
            "{engine}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_drop_without_a_picture_never_leaves_the_page_and_says_what_to_do_in_three_engines()
-> Result<()> {
    let rows = [
        (
            "{ 'text/uri-list': 'https://elsewhere.example/cat.jpg' }",
            "Save the picture",
        ),
        (
            "{ 'text/html': '<img src=\"https://elsewhere.example/cat.jpg\">' }",
            "Save the picture",
        ),
        ("{ 'text/plain': 'Aurora' }", "There is no picture in it."),
    ];
    for engine in Engine::ALL {
        let testbed = Testbed::example_page().await?;
        let browser = visit(&testbed, engine).await?;
        for (texts, says) in rows {
            let script = format!(
                "const data = dataOf([], {texts});
                 return ['dragover', 'drop'].map((type) => send(type, data));"
            );
            let left = hand_over(&browser, &script).await?;
            assert_eq!(left, json!([false, false]), "{engine}: {texts}");
            let refused = browser.says("refused").await?;
            ensure!(refused.contains(says), "{engine}: {texts}: {refused}");
        }
        assert_eq!(browser.tiles().await?, []);
    }
    Ok(())
}

#[tokio::test]
async fn text_goes_into_a_field_even_where_a_document_adds_a_picture_of_it() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed, Chromium).await?;
    let left = hand_over(
        &browser,
        "const text = { 'text/plain': 'Aurora' };
         const both = dataOf([await picture('image.png')], text);
         return [send('paste', dataOf([], text), '[name=name]'), send('paste', both, 'textarea'),
                 send('dragover', dataOf([], text), 'textarea'), send('drop', dataOf([], text), '[name=name]')];",
    )
    .await?;
    assert_eq!(left, json!([true, true, true, true]));
    assert_eq!(browser.tiles().await?, []);

    let left = hand_over(
        &browser,
        "return send('drop', dataOf([await picture('front.png')]), 'textarea');",
    )
    .await?;
    assert_eq!(left, false, "a file is no text");
    assert_eq!(names(&browser, 1).await?, ["front.png"]);
    Ok(())
}

/// Drops files and folders of the disk, as from the operating system's file manager.
async fn drop_from_disk(browser: &Browser, paths: &[&str]) -> Result<()> {
    for kind in ["dragEnter", "dragOver", "drop"] {
        let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
        let event = json!({ "type": kind, "x": 100, "y": 100, "data": data });
        browser.devtools("Input.dispatchDragEvent", event).await?;
    }
    Ok(())
}

#[tokio::test]
async fn of_a_dropped_folder_its_pictures_are_taken() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let inner = folder.path().join("inner");
    fs::create_dir(&inner)?;
    fs::copy(sample("front.jpg"), folder.path().join("front.jpg"))?;
    fs::copy(sample("side.webp"), inner.join("side.webp"))?;
    for other in [".DS_Store", "._front.jpg", "notes.txt"] {
        fs::write(folder.path().join(other), "no picture")?;
    }
    let empty = tempfile::tempdir()?;

    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed, Chromium).await?;
    let path = |it: &tempfile::TempDir| it.path().to_str().map(str::to_owned);
    let [folder, empty] = [path(&folder), path(&empty)].map(Option::unwrap_or_default);
    drop_from_disk(&browser, &[&folder]).await?;
    let mut taken = names(&browser, 2).await?;
    taken.sort();
    assert_eq!(taken, ["front.jpg", "side.webp"]);

    drop_from_disk(&browser, &[&empty]).await?;
    browser
        .until(
            "the page says that there is no picture",
            "return document.querySelector('#refused').textContent.startsWith('There is no picture')",
        )
        .await?;
    Ok(())
}

#[tokio::test]
async fn pictures_that_a_folder_has_too_many_of_are_counted() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for index in 0..12 {
        fs::copy(
            sample("side.webp"),
            folder.path().join(format!("side-{index:02}.webp")),
        )?;
    }
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed, Chromium).await?;
    drop_from_disk(&browser, &[folder.path().to_str().context("a path")?]).await?;
    assert_eq!(names(&browser, 6).await?.len(), 6);
    let refused = browser.says("refused").await?;
    ensure!(refused.ends_with("and 3 more."), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_folder_that_reaches_the_sdk_as_a_file_is_named_as_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let listen = "document.documentElement.style.height = '100%';
                  document.ondragover = (event) => event.preventDefault();
                  document.ondrop = (event) => (event.preventDefault(), window.dropped = event.dataTransfer.files[0]);";
    browser.run(listen, Value::Null).await?;
    drop_from_disk(&browser, &[folder.path().to_str().context("a path")?]).await?;
    let upload = "const { upload } = await import('/pkg/index.js'); await upload(dropped);";
    let error = browser.attempt(upload, Value::Null).await?.unwrap_err();
    let message = error["message"].as_str().unwrap_or_default();
    ensure!(
        message.contains("If it is a folder, pick the pictures in it."),
        "{error}"
    );
    assert_eq!(testbed.emulator.log(), []);
    Ok(())
}

#[tokio::test]
async fn every_file_input_asks_for_jpeg_first_and_offers_a_camera() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed, Chromium).await?;
    let accepts =
        "return [...document.querySelectorAll('[type=file]')].map((it) => it.accept.split(','));";
    let accepts: Vec<Vec<String>> =
        serde_json::from_value(browser.run(accepts, Value::Null).await?)?;
    ensure!(!accepts.is_empty());
    for accept in accepts {
        assert_eq!(accept[0], "image/jpeg");
        ensure!(
            accept.iter().any(|it| !it.starts_with("image/")),
            "{accept:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn half_a_character_is_refused_by_its_field_before_any_request_in_three_engines() -> Result<()>
{
    for engine in Engine::ALL {
        let testbed = Testbed::blank_page().await?;
        let browser = testbed.visit(engine).await?;
        let calls = "const { createCharacter, initUpload } = await import('/pkg/index.js');
             const name = 'Family picnic 👨‍👩‍👧'.slice(0, 15);
             const upload_ids = ['upl_1'];
             const calls = [
                 () => createCharacter({ name, upload_ids }),
                 () => createCharacter({ name: 'A', upload_ids, attributes: { hair_color: name } }),
                 () => createCharacter({ name: 'A', upload_ids, client_reference_id: name }),
                 () => createCharacter({ name: 'A', upload_ids, later: [{ [name]: 1 }] }),
                 () => initUpload({ filename: name, extension: 'jpg', content_type: 'image/jpeg' }),
             ];
             const failed = [];
             for (const call of calls) await call().catch(({ code, param }) => failed.push(`${code} ${param}`));
             return failed;";
        let failed = browser.run(calls, Value::Null).await?;
        let expected = [
            "name",
            "attributes.hair_color",
            "client_reference_id",
            "later.0",
            "source.filename",
        ]
        .map(|it| ["invalid_argument ", it].concat());
        assert_eq!(failed, json!(expected), "{engine}");
        assert_eq!(testbed.emulator.log(), [], "{engine}");
    }
    Ok(())
}

#[tokio::test]
async fn the_name_that_the_gateway_gets_has_no_path_and_the_extension_of_the_bytes() -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let names = browser
        .run(
            "const { initUpload } = await import('/pkg/index.js');
             const real = window.fetch;
             const names = [];
             window.fetch = (url, init) => (names.push(JSON.parse(init.body).filename), real(url, init));
             for (const name of ['IMG_0001.HEIC', '/home/me/private/photo.jpg', 'exe\\u202Egpj.png', '']) {
                 const file = Object.defineProperty(await paint('image/jpeg', 'x'), 'name', { value: name });
                 await initUpload(file);
             }
             return names;",
            Value::Null,
        )
        .await?;
    assert_eq!(
        names,
        json!(["IMG_0001.jpg", "photo.jpg", "exegpj.jpg", "image.jpg"])
    );
    Ok(())
}

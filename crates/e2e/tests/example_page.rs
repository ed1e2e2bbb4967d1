//! The example page, as a person uses it, in Chromium.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::testbed::{Testbed, sample};
use aurous_emulator::{Fault, Operation};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::Value;

/// Files that must not reach the API, and what the page must call them. Not `bad/truncated.jpg`: its header is
/// good, so only the server can refuse it.
const BAD: [(&str, &str); 11] = [
    ("IMG_0001.HEIC", "HEIC"),
    ("heic-renamed.jpg", "HEIC"),
    ("photo.avif", "AVIF"),
    ("animation.gif", "GIF"),
    ("scan.tiff", "TIFF"),
    ("paint.bmp", "BMP"),
    ("vector.svg", "SVG"),
    ("page.html.jpg", "HTML"),
    ("text-renamed.png", "plain text"),
    ("empty.jpg", "empty"),
    ("header-only.jpg", "too short"),
];

#[tokio::test]
async fn bad_files_of_every_kind_are_refused_beside_the_picture_before_any_request() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    for some in BAD.chunks(6) {
        browser.refresh().await?;
        browser
            .pick(some.iter().map(|(name, _)| sample("bad").join(name)))
            .await?;
        let tiles = browser.settled(some.len()).await?;
        for (tile, (name, kind)) in tiles.iter().zip(some) {
            assert_eq!((tile.name.as_str(), tile.state.as_str()), (*name, "error"));
            ensure!(
                tile.words.contains(name) && tile.words.contains(kind),
                "{name}: {}",
                tile.words
            );
        }
        assert_eq!(
            browser.says("reason").await?,
            "Pick at least one picture first."
        );
    }
    assert_eq!(testbed.emulator.log(), [], "a bad file reached the API");
    Ok(())
}

#[tokio::test]
async fn a_seventh_picture_is_left_out_by_name() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let seven = [
        "front.jpg",
        "front-progressive.jpeg",
        "portrait.png",
        "side.webp",
        "lossless.webp",
        "alpha.webp",
        "png-named.jpg",
    ];
    browser.pick(seven.map(sample)).await?;
    let tiles = browser.settled(6).await?;
    assert!(tiles.iter().all(|tile| tile.state == "ready"), "{tiles:?}");
    let refused = browser.says("refused").await?;
    ensure!(
        refused.contains("6 pictures at most") && refused.contains("png-named.jpg"),
        "{refused}"
    );
    assert_eq!(testbed.seen(Operation::Init).len(), 6);
    Ok(())
}

#[tokio::test]
async fn the_keyboard_alone_leads_from_a_pick_to_a_character() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
    for stop in ["From photos", "From words", "files"] {
        browser.press(tab).await?;
        assert_eq!(browser.focused().await?, stop);
    }
    browser
        .pick(["front.jpg", "bad/animation.gif", "side.webp"].map(sample))
        .await?;
    browser.settled(3).await?;

    // Enter on a picture's remove button moves the focus to the next picture's.
    browser.press(tab).await?;
    browser.press(tab).await?;
    assert_eq!(browser.focused().await?, "Remove animation.gif");
    browser.press(enter).await?;
    assert_eq!(browser.focused().await?, "Remove side.webp");
    assert_eq!(browser.tiles().await?.len(), 2);

    // The create button has a place in the tab order before it works; it leads to the missing field.
    browser.press(tab).await?;
    assert_eq!(browser.focused().await?, "name");
    for field in [
        "age",
        "hair_color",
        "eye_color",
        "hair_style",
        "additional_details",
        "create",
    ] {
        browser.press(tab).await?;
        assert_eq!(browser.focused().await?, field);
    }
    assert_eq!(browser.says("reason").await?, "One thing left: a name.");
    browser.press(enter).await?;
    assert_eq!(browser.focused().await?, "name");
    browser.type_text("Eileen").await?;
    browser.press(tab).await?;
    browser.type_text("38").await?;
    browser.press(enter).await?;

    browser
        .until(
            "the character is there",
            "return !document.querySelector('#character').hidden",
        )
        .await?;
    assert_eq!(browser.focused().await?, "character-name");
    assert_eq!(browser.says("character-name").await?, "Eileen");
    let alt =
        "return [...document.querySelectorAll('#refs img')].map((image) => image.alt).join('; ')";
    let alt = browser.execute(alt, Vec::new()).await?;
    assert_eq!(alt, "Eileen, pose: front; Eileen, pose: side");
    Ok(())
}

#[tokio::test]
async fn removing_a_picture_cancels_its_upload_and_it_may_be_picked_again() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    testbed.emulator.inject(Fault::Hang.on(Operation::Put));
    let watch = "const real = window.fetch;
                 window.fetch = (input, init) => ((window.last = init ?? input), real(input, init));";
    browser.run(watch, Value::Null).await?;
    browser.pick([sample("front.jpg")]).await?;
    let uploading =
        "return document.querySelector('[data-state=uploading]') && window.last?.method === 'PUT'";
    browser.until("its PUT is on the way", uploading).await?;
    assert_eq!(
        browser.says("reason").await?,
        "1 of 1 pictures still on the way."
    );

    browser.find(Locator::Css(".remove")).await?.click().await?;
    assert_eq!(browser.tiles().await?, []);
    assert_eq!(browser.focused().await?, "files");
    assert_eq!(
        browser
            .run("return last.signal.aborted", Value::Null)
            .await?,
        true
    );

    browser.pick([sample("front.jpg")]).await?;
    assert_eq!(browser.settled(1).await?[0].state, "ready");
    Ok(())
}

#[tokio::test]
async fn a_picture_that_failed_may_be_tried_again_and_does_not_stop_the_others() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    testbed
        .emulator
        .inject(Fault::status(503).on(Operation::Classify).for_ever());
    browser.start_fast_clock().await?;
    browser.pick([sample("front.jpg")]).await?;
    let failed = browser.settled(1).await?;
    assert_eq!(failed[0].state, "error");
    testbed.emulator.clear_faults();
    browser.pick([sample("side.webp")]).await?;
    browser.settled(2).await?;
    browser
        .find(Locator::Css("[name=name]"))
        .await?
        .send_keys("Eileen")
        .await?;
    assert_eq!(
        browser.says("reason").await?,
        "From one picture. Failed ones are left out."
    );

    browser.find(Locator::Css(".retry")).await?.click().await?;
    assert_eq!(browser.focused().await?, "Remove front.jpg");
    let tiles = browser.settled(2).await?;
    assert!(tiles.iter().all(|tile| tile.state == "ready"), "{tiles:?}");
    assert_eq!(browser.says("reason").await?, "From 2 pictures.");
    Ok(())
}

#[tokio::test]
async fn a_field_that_the_api_refuses_is_named_and_gets_the_focus() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    browser.pick([sample("front.jpg")]).await?;
    browser.settled(1).await?;
    browser
        .find(Locator::Css("[name=name]"))
        .await?
        .send_keys("Eileen")
        .await?;
    let age = browser.find(Locator::Css("[name=age]")).await?;
    age.send_keys("7").await?;
    browser.find(Locator::Id("create")).await?.click().await?;
    browser.tells_of_field("age").await?;

    age.clear().await?;
    age.send_keys("38").await?;
    browser.find(Locator::Id("create")).await?.click().await?;
    browser
        .until(
            "the character is there",
            "return !document.querySelector('#character').hidden",
        )
        .await?;
    Ok(())
}

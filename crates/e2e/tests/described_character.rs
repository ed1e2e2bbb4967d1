//! The example page that makes a character from a description, as a person uses it, in Chromium.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::Operation;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

#[tokio::test]
async fn a_description_leads_to_four_pictures_and_the_wait_for_them_is_told() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    browser.describe("Aurora", "a warm smile").await?;

    browser.until_waiting().await?;
    let progress = browser.says("progress").await?;
    ensure!(progress.starts_with("Making four pictures: "), "{progress}");
    assert_eq!(
        items(&browser).await?,
        json!(["making", "making", "making", "making"])
    );
    assert_eq!(browser.says("character-status").await?, "synthesizing");

    testbed.end_syntheses();
    browser.until_described("ready").await?;
    assert_eq!(browser.says("progress").await?, "");
    let pictures = "return [...document.querySelectorAll('#refs img')].map((image) => image.alt)";
    assert_eq!(
        browser.run(pictures, Value::Null).await?,
        json!([
            "Aurora, pose: portrait",
            "Aurora, pose: front",
            "Aurora, pose: side",
            "Aurora, pose: back"
        ])
    );
    assert_eq!(browser.says("status").await?, "Aurora is ready.");
    assert_eq!(buttons(&browser).await?, json!(["Describe another"]));
    assert_eq!(
        testbed.seen(Operation::Save),
        [],
        "a ready character needs no save"
    );
    Ok(())
}

#[tokio::test]
async fn one_picture_is_made_again_and_the_other_three_stay() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    make(&testbed, &browser, "ready").await?;
    let before = testbed.emulator.characters()[0].images.clone();

    browser.make_again("back").await?;
    browser.until_waiting().await?;
    let progress = browser.says("progress").await?;
    ensure!(
        progress.starts_with("Making the back picture again: "),
        "{progress}"
    );
    assert_eq!(
        items(&browser).await?,
        json!(["made", "made", "made", "making"])
    );
    testbed.end_syntheses();
    browser.until_described("ready").await?;

    let after = testbed.emulator.characters()[0].images.clone();
    assert_eq!(before[..3], after[..3]);
    assert_ne!(before[3], after[3]);
    assert_eq!(
        items(&browser).await?,
        json!(["made", "made", "made", "made"])
    );
    Ok(())
}

#[tokio::test]
async fn a_character_in_review_is_saved_with_a_button() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    testbed.emulator.change_settings(|it| it.review_step = true);
    let browser = visit(&testbed).await?;
    make(&testbed, &browser, "reviewing").await?;
    assert_eq!(
        buttons(&browser).await?,
        json!(["Save character", "Describe another"])
    );
    let hint = browser.says("progress").await?;
    ensure!(hint.contains("save the character"), "{hint}");

    click(&browser, "save").await?;
    browser.until_described("ready").await?;
    assert_eq!(testbed.seen(Operation::Save).len(), 1);
    assert_eq!(buttons(&browser).await?, json!(["Describe another"]));
    Ok(())
}

#[tokio::test]
async fn a_wait_can_be_stopped_and_taken_up_again() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    browser.describe("Aurora", "a warm smile").await?;
    browser.until_waiting().await?;
    assert_eq!(buttons(&browser).await?, json!(["Stop waiting"]));

    click(&browser, "stop").await?;
    browser.until_described("synthesizing").await?;
    assert_eq!(
        browser.says("progress").await?,
        "The pictures are being made, whether you wait or not."
    );
    assert_eq!(browser.says("problem").await?, "", "stopping is no problem");
    assert_eq!(browser.focused().await?, "character-name");
    assert_eq!(
        buttons(&browser).await?,
        json!(["Wait on", "Describe another"])
    );

    testbed.end_syntheses();
    click(&browser, "wait").await?;
    browser.until_described("ready").await?;
    assert_eq!(testbed.seen(Operation::Create).len(), 1);
    Ok(())
}

#[tokio::test]
async fn after_a_reload_the_page_waits_for_the_same_character() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    browser.describe("Aurora", "a warm smile").await?;
    browser.until_waiting().await?;
    let id = browser.says("character-id").await?;

    browser.refresh().await?;
    browser.until_waiting().await?;
    testbed.end_syntheses();
    browser.until_described("ready").await?;
    assert_eq!(browser.says("character-id").await?, id);
    assert_eq!(testbed.seen(Operation::Create).len(), 1);

    browser.find(Locator::Id("another")).await?.click().await?;
    let empty = "return document.querySelector('#form').checkVisibility() && location.hash === ''";
    browser.until("the empty form is there", empty).await?;
    Ok(())
}

#[tokio::test]
async fn a_character_that_failed_shows_why_and_its_description_can_be_changed() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    browser.describe("Aurora", "a warm smile [fail]").await?;
    browser.until_waiting().await?;
    testbed.end_syntheses();
    browser.until_described("failed").await?;
    let problem = browser.says("problem").await?;
    assert_eq!(problem, "The pictures could not be made: synthesis_failed");
    assert_eq!(buttons(&browser).await?, json!(["Try another description"]));

    // The description is there as well after a reload.
    browser.refresh().await?;
    browser.until_described("failed").await?;
    click(&browser, "retry").await?;
    assert_eq!(browser.focused().await?, "additional_details");
    assert_eq!(browser.says("problem").await?, "");
    let entered = "const { name, additional_details } = document.querySelector('form').elements;
                   return [name.value, additional_details.value]";
    let entered = browser.run(entered, Value::Null).await?;
    assert_eq!(entered, json!(["Aurora", "a warm smile [fail]"]));
    make(&testbed, &browser, "ready").await
}

#[tokio::test]
async fn without_credits_the_page_says_so_and_what_was_there_stays() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    testbed.emulator.change_settings(|it| it.credits = 4);
    let browser = visit(&testbed).await?;
    make(&testbed, &browser, "ready").await?;
    let no_credits = "We can't make more characters at the moment. Please try again later.";
    let told = "return !document.querySelector('#problem').hidden";

    browser.make_again("side").await?;
    browser.until("a problem is told", told).await?;
    assert_eq!(browser.says("problem").await?, no_credits);
    assert_eq!(browser.focused().await?, "Make again: side");
    browser.until_described("ready").await?;

    browser.goto(&page(&testbed)).await?;
    browser.describe("Borea", "a cold smile").await?;
    browser.until("a problem is told", told).await?;
    assert_eq!(browser.says("problem").await?, no_credits);
    assert_eq!(browser.focused().await?, "create");
    let name = "return document.querySelector('[name=name]').value";
    assert_eq!(browser.run(name, Value::Null).await?, "Borea");
    Ok(())
}

#[tokio::test]
async fn a_field_of_the_description_that_the_api_refuses_is_named_and_gets_the_focus() -> Result<()>
{
    let testbed = Testbed::example_page().await?;
    let browser = visit(&testbed).await?;
    let age = browser.find(Locator::Css("[name=age]")).await?;
    age.send_keys("7").await?;
    browser.describe("Aurora", "a warm smile").await?;
    browser.tells_of_field("age").await?;

    age.clear().await?;
    make(&testbed, &browser, "ready").await
}

#[tokio::test]
async fn the_keyboard_alone_leads_from_the_photos_to_a_described_character() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
    for link in ["From photos", "From words"] {
        browser.press(tab).await?;
        assert_eq!(browser.focused().await?, link);
    }
    browser.press(enter).await?;
    let there = "return document.querySelector('[aria-current=page]')?.textContent === 'From words'
                     && document.readyState === 'complete'";
    browser.until("the other page is there", there).await?;

    for stop in ["From photos", "From words", "name"] {
        browser.press(tab).await?;
        assert_eq!(browser.focused().await?, stop);
    }
    assert_eq!(browser.says("reason").await?, "First, a name.");
    browser.press(enter).await?;
    assert_eq!(browser.focused().await?, "name");
    browser.type_text("Aurora").await?;
    assert_eq!(
        browser.says("reason").await?,
        "One thing left: how they look."
    );
    browser.press(enter).await?;
    assert_eq!(browser.focused().await?, "additional_details");
    browser.press(tab).await?;
    browser.type_text("38").await?;
    browser.press(enter).await?;

    browser.until_waiting().await?;
    assert_eq!(browser.focused().await?, "character-name");
    browser.press(tab).await?;
    assert_eq!(browser.focused().await?, "stop");
    testbed.end_syntheses();
    browser.until_described("ready").await?;
    // The button that had the focus is gone.
    assert_eq!(browser.focused().await?, "character-name");
    browser.press(tab).await?;
    assert_eq!(browser.focused().await?, "Make again: portrait");
    Ok(())
}

async fn visit(testbed: &Testbed) -> Result<Browser> {
    let browser = Browser::start(Chromium).await?;
    browser.goto(&page(testbed)).await?;
    Ok(browser)
}

fn page(testbed: &Testbed) -> String {
    format!("{}describe.html", testbed.site.url())
}

/// Describes a character, and waits until it has this status.
async fn make(testbed: &Testbed, browser: &Browser, status: &str) -> Result<()> {
    browser.describe("Aurora", "a warm smile").await?;
    browser.until_waiting().await?;
    testbed.end_syntheses();
    browser.until_described(status).await
}

async fn click(browser: &Browser, id: &str) -> Result<()> {
    browser.find(Locator::Id(id)).await?.click().await?;
    Ok(())
}

/// Returns the state of each picture: `making` or `made`.
async fn items(browser: &Browser) -> Result<Value> {
    let states = "return [...document.querySelectorAll('#refs li')].map((it) => it.dataset.state)";
    browser.run(states, Value::Null).await
}

/// Returns the texts of the buttons below the pictures.
async fn buttons(browser: &Browser) -> Result<Value> {
    let shown = "return [...document.querySelectorAll('.buttons > *')]
                     .filter((it) => it.checkVisibility()).map((it) => it.textContent)";
    browser.run(shown, Value::Null).await
}

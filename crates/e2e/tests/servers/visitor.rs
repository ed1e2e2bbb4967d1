//! A visitor with a browser, who makes a character, and what must have arrived at the API then.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use aurous_e2e::accessibility::{LOOKS, check, look};
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::npm_server::NpmServer;
use aurous_e2e::picture::{SamplePicture, file_input_keys};
use aurous_e2e::put;
use aurous_e2e::testbed::sample;
use aurous_emulator::Operation;
use fantoccini::Locator;

use crate::stage::Stage;

/// What the page says of the character, or of a problem. Progress is neither.
const OUTCOME: &str = "
    const texts = [...document.querySelectorAll('output, [role=alert]')].map((it) => it.textContent.trim());
    return texts.find((it) => it && !it.endsWith('%'));";

/// Makes a character of these pictures at the server's page.
pub async fn makes_a_character(
    stage: &Stage,
    server: &NpmServer,
    pictures: &[PathBuf],
) -> Result<()> {
    let browser = Browser::start(Chromium).await?;
    let made = at_the_page(&browser, stage, pictures).await;
    made.with_context(|| format!("the server's log:\n{}", server.log()))
}

/// Looks at the page as a person does, in each colour scheme and width, before and after making a character.
pub async fn makes_a_character_and_can_read_the_page(
    stage: &Stage,
    server: &NpmServer,
    pictures: &[PathBuf],
) -> Result<()> {
    let browser = Browser::start(Chromium).await?;
    browser.goto(&stage.origin()).await?;
    can_read_it(&browser, "before").await?;
    let made = at_the_page(&browser, stage, pictures).await;
    made.with_context(|| format!("the server's log:\n{}", server.log()))?;
    shows_the_pictures(&browser, pictures.len()).await?;
    can_read_it(&browser, "with a character").await?;
    tells_of_a_problem(&browser).await?;
    can_read_it(&browser, "with a problem").await
}

async fn at_the_page(browser: &Browser, stage: &Stage, pictures: &[PathBuf]) -> Result<()> {
    browser.goto(&stage.origin()).await?;
    let said = submit(browser, pictures).await?;
    ensure!(said.contains("Aurora is ready"), "the page says: {said}");
    arrived_whole(stage, pictures)
}

/// Picks files, presses the button, and returns what the page says then.
async fn submit(browser: &Browser, pictures: &[PathBuf]) -> Result<String> {
    let keys = file_input_keys(pictures)?;
    let input = browser.find(Locator::Css("input[type=file]")).await?;
    input.send_keys(&keys).await?;
    let enabled = "return !document.querySelector('button').disabled";
    browser.until("the button can be pressed", enabled).await?;
    browser.find(Locator::Css("button")).await?.click().await?;
    let said = browser.until("the page says something", OUTCOME).await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

async fn tells_of_a_problem(browser: &Browser) -> Result<()> {
    browser.refresh().await?;
    let said = submit(browser, &[sample("bad/IMG_0001.HEIC")]).await?;
    ensure!(said.contains("picture"), "the page says: {said}");
    Ok(())
}

async fn shows_the_pictures(browser: &Browser, count: usize) -> Result<()> {
    let shown = format!(
        "const images = [...document.querySelectorAll('main img')];
         return images.length === {count} && images.every((it) => it.complete && it.naturalWidth && it.alt);"
    );
    browser
        .until("the character's pictures are there", &shown)
        .await
        .map(drop)
}

async fn can_read_it(browser: &Browser, state: &str) -> Result<()> {
    for (scheme, width) in LOOKS {
        look(browser, scheme, width).await?;
        check(browser, &format!("{scheme}, {width} px, {state}")).await?;
    }
    Ok(())
}

/// One character was made, of these pictures, each of which was PUT once, whole and with no other headers
/// than its own.
fn arrived_whole(stage: &Stage, pictures: &[PathBuf]) -> Result<()> {
    let characters = stage.emulator.characters();
    ensure!(characters.len() == 1, "{} characters", characters.len());
    let log = stage.emulator.log();
    let puts: Vec<_> = log
        .iter()
        .filter(|it| it.operation == Operation::Put)
        .collect();
    ensure!(puts.len() == pictures.len(), "{} PUTs", puts.len());
    for picture in pictures {
        let picture = SamplePicture::read(picture)?;
        let put = puts
            .iter()
            .find(|it| it.body_sha256.as_ref() == Some(&picture.sha256))
            .with_context(|| format!("{} did not arrive whole: {puts:#?}", picture.name))?;
        let differences = put::differences(put, &picture);
        ensure!(differences.is_empty(), "{differences:#?}");
    }
    let classified = log.iter().filter(|it| it.operation == Operation::Classify);
    ensure!(classified.count() == pictures.len(), "not all classified");
    Ok(())
}

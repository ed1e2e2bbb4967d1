//! The package and the example page in Firefox and WebKit.

use anyhow::Result;
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::{self, Firefox, WebKit};
use aurous_e2e::put::{unwanted_of_the_browser, unwanted_of_the_gateway};
use aurous_e2e::testbed::{Testbed, sample};
use aurous_emulator::Operation;
use fantoccini::Locator;
use serde_json::Value;

#[tokio::test]
async fn in_firefox_the_four_functions_make_a_character_of_a_picture() -> Result<()> {
    four_functions(Firefox).await
}

#[tokio::test]
async fn in_webkit_the_four_functions_make_a_character_of_a_picture() -> Result<()> {
    four_functions(WebKit).await
}

#[tokio::test]
async fn in_firefox_the_example_page_leads_from_a_pick_to_a_character() -> Result<()> {
    example_page(Firefox).await
}

#[tokio::test]
async fn in_webkit_the_example_page_leads_from_a_pick_to_a_character() -> Result<()> {
    example_page(WebKit).await
}

#[tokio::test]
async fn in_firefox_the_example_page_leads_from_a_description_to_a_character() -> Result<()> {
    described_character(Firefox).await
}

#[tokio::test]
async fn in_webkit_the_example_page_leads_from_a_description_to_a_character() -> Result<()> {
    described_character(WebKit).await
}

async fn four_functions(engine: Engine) -> Result<()> {
    let testbed = Testbed::blank_page().await?;
    let browser = testbed.visit(engine).await?;
    browser.give_cookie("session", "of-the-page-alone").await?;
    let character = browser
        .run(
            "const { initUpload, putFile, classify, createCharacter } = await import('/pkg/index.js');
             const file = await paint('image/png', 'side.jpg');
             const ticket = await initUpload(file);
             await putFile(ticket, file);
             await classify(ticket);
             return createCharacter({ name: 'Aurora', upload_ids: [ticket.upload_id] });",
            Value::Null,
        )
        .await?;
    assert_eq!(character["refs"][0]["pose"], "side");

    let put = &testbed.seen(Operation::Put)[0];
    assert_eq!(put.header("content-type"), Some("image/png"));
    assert_eq!(unwanted_of_the_gateway(put).collect::<Vec<_>>(), [""; 0]);
    let sent = &testbed.puts_sent()[0];
    assert_eq!(sent.header("content-type"), Some("image/png"));
    assert_eq!(unwanted_of_the_browser(sent).collect::<Vec<_>>(), [""; 0]);
    // Calls carried the page's cookie to the gateway, and the gateway dropped it.
    let calls = testbed.site.sent();
    let create = calls.iter().find(|it| it.path == "/v1/characters");
    let cookie = create.and_then(|it| it.header("cookie"));
    assert_eq!(cookie, Some("session=of-the-page-alone"));
    assert_eq!(testbed.seen(Operation::Create)[0].header("cookie"), None);
    Ok(())
}

async fn example_page(engine: Engine) -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(engine).await?;
    browser
        .pick(["front.jpg", "bad/photo.avif", "side.webp"].map(sample))
        .await?;
    let states: Vec<_> = browser
        .settled(3)
        .await?
        .into_iter()
        .map(|tile| tile.state)
        .collect();
    assert_eq!(states, ["ready", "error", "ready"]);
    browser
        .find(Locator::Css("[name=name]"))
        .await?
        .send_keys("Eileen")
        .await?;
    browser.find(Locator::Id("create")).await?.click().await?;
    let loaded = "const images = [...document.querySelectorAll('#refs img')];
                  return images.length === 2 && images.every((image) => image.complete && image.naturalWidth > 0);";
    browser
        .until("both reference images are there", loaded)
        .await?;
    assert_eq!(browser.focused().await?, "character-name");
    Ok(())
}

async fn described_character(engine: Engine) -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = Browser::start(engine).await?;
    browser
        .goto(&format!("{}describe.html", testbed.site.url()))
        .await?;
    browser.describe("Aurora", "a warm smile").await?;
    browser.until_waiting().await?;
    // The button that is about to go has the focus, which must not be lost with it.
    browser
        .execute("document.querySelector('#stop').focus()", Vec::new())
        .await?;
    testbed.end_syntheses();
    browser.until_described("ready").await?;
    assert_eq!(browser.focused().await?, "character-name");

    browser.make_again("side").await?;
    browser.until_waiting().await?;
    testbed.end_syntheses();
    browser.until_described("ready").await?;
    assert_eq!(testbed.seen(Operation::Regenerate).len(), 1);
    Ok(())
}

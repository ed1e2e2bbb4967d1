//! The accessibility of the example page, in Chromium: contrast, small screens, names for screen readers.

use anyhow::Result;
use aurous_e2e::accessibility::{LOOKS, check, look};
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::testbed::{Testbed, sample};
use fantoccini::Locator;

#[tokio::test]
async fn the_page_is_legible_and_usable_in_light_and_dark_on_a_desktop_and_a_phone() -> Result<()> {
    let testbed = Testbed::example_page().await?;
    let browser = testbed.visit(Chromium).await?;
    for (scheme, width) in LOOKS {
        look(&browser, scheme, width).await?;
        let place = format!("{scheme}, {width} px");
        browser.refresh().await?;
        check(&browser, &format!("{place}, empty")).await?;

        browser
            .pick(["front.jpg", "bad/IMG_0001.HEIC", "side.webp"].map(sample))
            .await?;
        browser.settled(3).await?;
        check(&browser, &format!("{place}, with pictures and an error")).await?;

        browser
            .find(Locator::Css("[name=name]"))
            .await?
            .send_keys(&long_name())
            .await?;
        browser.find(Locator::Id("create")).await?.click().await?;
        browser
            .until(
                "the character is there",
                "return !document.querySelector('#character').hidden",
            )
            .await?;
        check(
            &browser,
            &format!("{place}, with a character of a long name"),
        )
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_description_is_legible_and_usable_while_it_is_empty_waited_for_made_and_failed()
-> Result<()> {
    let testbed = Testbed::example_page().await?;
    testbed.emulator.change_settings(|it| it.review_step = true);
    let browser = testbed.visit(Chromium).await?;
    let page = format!("{}describe.html", testbed.site.url());
    for (scheme, width) in LOOKS {
        look(&browser, scheme, width).await?;
        let place = format!("{scheme}, {width} px");
        browser.goto(&page).await?;
        check(&browser, &format!("{place}, empty")).await?;

        browser.describe(&long_name(), "a warm smile").await?;
        browser.until_waiting().await?;
        check(&browser, &format!("{place}, during the wait")).await?;
        testbed.end_syntheses();
        browser.until_described("reviewing").await?;
        check(&browser, &format!("{place}, with pictures")).await?;
        browser.make_again("side").await?;
        browser.until_waiting().await?;
        check(
            &browser,
            &format!("{place}, during the wait for one picture"),
        )
        .await?;

        browser.goto(&page).await?;
        browser.describe("Aurora", "[fail]").await?;
        browser.until_waiting().await?;
        testbed.end_syntheses();
        browser.until_described("failed").await?;
        check(&browser, &format!("{place}, failed")).await?;
    }
    Ok(())
}

fn long_name() -> String {
    "Wolfeschlegel".repeat(9)
}

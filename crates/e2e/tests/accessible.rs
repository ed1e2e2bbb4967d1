//! The accessibility of the example page, in Chromium: contrast, small screens, names for screen readers.

use anyhow::Result;
use aurous_e2e::browser::Browser;
use aurous_e2e::browser::Engine::Chromium;
use aurous_e2e::testbed::{Testbed, sample};
use fantoccini::Locator;
use serde_json::{Value, json};

/// Finds visible texts whose contrast with their background is below level AA of WCAG 2.2 (1.4.3): 4.5:1, or
/// 3:1 from 24 px on (bold: 18.66 px).
const LOW_CONTRAST: &str = r#"
    const paper = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        paper.clearRect(0, 0, 1, 1);
        paper.fillStyle = colour;
        paper.fillRect(0, 0, 1, 1);
        return paper.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (colour) => {
        const [r, g, b] = [...rgba(colour)].map((it) => it / 255)
            .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = (element) => {
        for (let it = element; it; it = it.parentElement) {
            const { backgroundColor } = getComputedStyle(it);
            if (rgba(backgroundColor)[3] === 255) return backgroundColor;
        }
        return "white";
    };
    const ratio = (one, other) => {
        const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    };
    const finite = document.getAnimations().filter((it) => Number.isFinite(it.effect.getComputedTiming().endTime));
    await Promise.all(finite.map((it) => it.finished));
    const pale = [];
    const check = (element, text, colour) => {
        const { fontSize, fontWeight } = getComputedStyle(element);
        const size = parseFloat(fontSize);
        const wanted = size >= 24 || (size >= 18.66 && fontWeight >= 700) ? 3 : 4.5;
        const found = ratio(colour, background(element));
        if (found < wanted) pale.push(`${text}: ${found.toFixed(2)}, should be ${wanted}`);
    };
    for (const element of document.body.querySelectorAll("*")) {
        if (!element.checkVisibility()) continue;
        const text = [...element.childNodes].filter((it) => it.nodeType === 3).map((it) => it.data).join("").trim();
        if (text) check(element, text, getComputedStyle(element).color);
        if (element.placeholder) check(element, element.placeholder, getComputedStyle(element, "::placeholder").color);
    }
    return pale;
"#;

/// Finds controls without a name for screen readers.
const NAMELESS: &str = r#"
    return [...document.querySelectorAll("input, textarea, button, a")]
        .filter((it) => it.checkVisibility())
        .filter((it) => !(it.ariaLabel || it.labels?.[0]?.textContent.trim() || it.textContent.trim()))
        .map((it) => it.outerHTML);
"#;

/// Finds elements that extend beyond the right edge of the window, and controls that are too small for a thumb
/// (WCAG 2.5.8: 24 px).
const OVERFLOWING_OR_SMALL: &str = r#"
    const width = document.documentElement.clientWidth;
    const visible = [...document.body.querySelectorAll("*")].filter((it) => it.checkVisibility());
    const box = (it) => it.getBoundingClientRect();
    return [
        ...visible.filter((it) => box(it).right > width + 0.5).map((it) => `too far right: ${it.outerHTML}`),
        ...visible.filter((it) => it.matches("button, input, textarea, a") && Math.min(box(it).width, box(it).height) < 24)
            .map((it) => `too small: ${it.outerHTML}`),
    ];
"#;

/// The colour scheme and the window's width.
const LOOKS: [(&str, u32); 4] = [
    ("light", 1100),
    ("light", 360),
    ("dark", 1100),
    ("dark", 360),
];

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

async fn look(browser: &Browser, scheme: &str, width: u32) -> Result<()> {
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    browser
        .devtools("Emulation.setEmulatedMedia", features)
        .await?;
    let size =
        json!({ "width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 500 });
    browser
        .devtools("Emulation.setDeviceMetricsOverride", size)
        .await?;
    Ok(())
}

async fn check(browser: &Browser, place: &str) -> Result<()> {
    for script in [LOW_CONTRAST, NAMELESS, OVERFLOWING_OR_SMALL] {
        assert_eq!(
            browser.run(script, Value::Null).await?,
            json!([]),
            "{place}"
        );
    }
    Ok(())
}

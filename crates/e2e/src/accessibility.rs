//! What makes a page usable for everyone, in Chromium: contrast, small screens, names for screen readers.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::browser::Browser;

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
pub const LOOKS: [(&str, u32); 4] = [
    ("light", 1100),
    ("light", 360),
    ("dark", 1100),
    ("dark", 360),
];

/// Gives the page a colour scheme and a width.
///
/// # Errors
/// The browser did not answer.
pub async fn look(browser: &Browser, scheme: &str, width: u32) -> Result<()> {
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

/// Checks what the page shows now.
///
/// # Errors
/// Something is hard to read or to use.
pub async fn check(browser: &Browser, place: &str) -> Result<()> {
    for script in [LOW_CONTRAST, NAMELESS, OVERFLOWING_OR_SMALL] {
        let found = browser.run(script, Value::Null).await?;
        ensure!(found == json!([]), "{place}: {found:#}");
    }
    Ok(())
}

//! Uses the page as a person does, by WebDriver.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::page::Tile;
use aurous_e2e::picture::SamplePicture;
use fantoccini::Locator;
use serde_json::{Value, json};

/// A cookie of the page's origin, which is also the gateway's. Without one, the check that no PUT carries a
/// cookie would prove nothing.
pub const COOKIE: (&str, &str) = ("session", "of-the-page-alone");

/// Values for the form.
pub const NAME: &str = "Eileen the Explorer";
pub const AGE: u64 = 38;
pub const HAIR: &str = "light brown";

/// What the page shows of the character.
#[derive(Debug)]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub status: String,
    /// The pose under each reference image.
    pub poses: Vec<String>,
    /// The pose of each picture, in the order in which they were picked.
    pub picked_poses: Vec<String>,
}

/// Goes from the empty page to the character.
pub async fn walk(browser: &Browser, page: &str, pictures: &[SamplePicture]) -> Result<Shown> {
    browser.goto(page).await?;
    browser.give_cookie(COOKIE.0, COOKIE.1).await?;
    browser.goto(page).await?;

    browser
        .pick(pictures.iter().map(|picture| &picture.path))
        .await?;
    let tiles = browser.settled(pictures.len()).await?;
    ensure!(
        tiles.iter().all(|tile| tile.state == "ready"),
        "not every picture became ready: {tiles:?}"
    );

    for (field, value) in [
        ("name", NAME),
        ("age", &AGE.to_string()),
        ("hair_color", HAIR),
    ] {
        let field = format!("[name={field}]");
        browser
            .find(Locator::Css(&field))
            .await?
            .send_keys(value)
            .await?;
    }
    browser.find(Locator::Id("create")).await?.click().await?;
    let problem = browser
        .until(
            "the character and its reference images are there, or a problem is",
            "const problem = document.querySelector('#problem:not([hidden])');
             if (problem) return problem.textContent;
             const images = [...document.querySelectorAll('#refs img')];
             return images.length > 0 && images.every((image) => image.complete)
                 && (images.every((image) => image.naturalWidth > 0) ? '' : 'a reference image did not load');",
        )
        .await?;
    ensure!(problem == "", "the page says: {problem}");

    let shown = browser
        .execute(
            "const texts = (all) => [...document.querySelectorAll(all)].map((it) => it.textContent);
             return [...texts('#character-id, #character-name, #character-status'), texts('#refs figcaption')];",
            Vec::new(),
        )
        .await?;
    let (status, name, id, poses) = serde_json::from_value(shown)?;
    let pose = |tile: &Tile| {
        tile.words
            .rsplit(": ")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    Ok(Shown {
        id,
        name,
        status,
        poses,
        picked_poses: tiles.iter().map(pose).collect(),
    })
}

/// Fetches the character from the API.
pub async fn character(browser: &Browser, id: &str) -> Result<Value> {
    browser
        .run(
            "const answer = await fetch(`/aurous/v1/characters/${args.id}`);
             if (!answer.ok) throw new Error(`GET answered ${answer.status}`);
             return answer.json();",
            json!({ "id": id }),
        )
        .await
}

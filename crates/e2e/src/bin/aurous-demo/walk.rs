//! What a person does on the page, done by WebDriver.

use anyhow::{Result, ensure};
use aurous_e2e::browser::Browser;
use aurous_e2e::picture::{Picture, picked};
use fantoccini::Locator;
use serde_json::{Value, json};

/// The page's origin has a cookie, so that "the PUT carried no cookie" says something: the gateway is
/// on that origin.
pub const COOKIE: (&str, &str) = ("session", "of-the-page-alone");

/// What is typed into the form.
pub const NAME: &str = "Eileen the Explorer";
pub const AGE: u64 = 38;
pub const HAIR: &str = "light brown";

/// What the page shows of the finished character.
#[derive(Debug)]
pub struct Shown {
    pub id: String,
    pub name: String,
    pub status: String,
    /// The pose under each reference image.
    pub poses: Vec<String>,
    /// The pose that each picked picture was given, in the order picked.
    pub picked_poses: Vec<String>,
}

/// From the empty page to the character.
pub async fn walk(browser: &Browser, page: &str, pictures: &[Picture]) -> Result<Shown> {
    browser.goto(page).await?;
    browser.give_cookie(COOKIE.0, COOKIE.1).await?;
    browser.goto(page).await?;

    let paths = picked(pictures.iter().map(|picture| &picture.path))?;
    browser
        .find(Locator::Id("files"))
        .await?
        .send_keys(&paths)
        .await?;
    let states = browser
        .until(
            "every picture is ready, or has failed",
            "const items = [...document.querySelectorAll('#pictures li')];
             return items.length > 0 && items.every((item) => /ready|error/.test(item.dataset.state))
                 && items.map((item) => [item.dataset.state, item.querySelector('.state').textContent]);",
        )
        .await?;
    let states: Vec<(String, String)> = serde_json::from_value(states)?;
    ensure!(
        states.len() == pictures.len() && states.iter().all(|(state, _)| state == "ready"),
        "not every picture became ready: {states:?}"
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
    let pose =
        |(_, words): &(String, String)| words.rsplit(": ").next().unwrap_or_default().to_owned();
    Ok(Shown {
        id,
        name,
        status,
        poses,
        picked_poses: states.iter().map(pose).collect(),
    })
}

/// The character as the API has it, asked for anew.
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

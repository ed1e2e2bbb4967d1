//! Describes a character on the page as a person does, has one picture made again, and checks what the emulator has.

use anyhow::{Context, Result};
use aurous_e2e::browser::Browser;
use aurous_e2e::testbed::Testbed;
use aurous_emulator::{CharacterSnapshot, Operation};
use fantoccini::Locator;
use serde_json::{Value, json};

use crate::verdict::{CheckedSubject, differ};
use crate::walk::character;

const DESCRIPTION: &str = "a sailor of about forty, with grey eyes and a weathered face";
const POSES: [&str; 4] = ["portrait", "front", "side", "back"];
/// The pose whose picture is made again, and its place in [`POSES`].
const REMADE: (usize, &str) = (2, "side");

/// How a synthesis ends. The vendor describes both.
#[derive(Clone, Copy, Debug)]
pub enum Course {
    /// In `ready`.
    Ready,
    /// In `reviewing`, until the character is saved.
    Review,
}

impl Course {
    pub const ALL: [Self; 2] = [Self::Ready, Self::Review];

    fn name(self) -> &'static str {
        match self {
            Self::Ready => "Nora the Navigator",
            Self::Review => "Rosa the Reviewed",
        }
    }

    /// Returns the status in which a synthesis ends.
    fn end(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Review => "reviewing",
        }
    }

    /// Returns the subject and the fact of the report's line.
    fn line(self) -> (&'static str, &'static str) {
        match self {
            Self::Ready => ("description", "4 pictures, one made again, ready at once"),
            Self::Review => (
                "with a review",
                "4 pictures, one made again, reviewing, saved, ready",
            ),
        }
    }
}

/// Goes from the empty form to a character that is `ready`, and checks it.
pub async fn walk_and_check(
    browser: &Browser,
    testbed: &Testbed,
    course: Course,
) -> CheckedSubject {
    let differences = walk(browser, testbed, course).await;
    let (subject, fact) = course.line();
    CheckedSubject {
        subject: subject.to_owned(),
        fact: fact.to_owned(),
        differences: differences
            .unwrap_or_else(|error| vec![format!("{}: {error:#}", course.name())]),
    }
}

/// Returns the differences that were found on the way.
async fn walk(browser: &Browser, testbed: &Testbed, course: Course) -> Result<Vec<String>> {
    let review_step = matches!(course, Course::Review);
    testbed
        .emulator
        .change_settings(|it| it.review_step = review_step);
    testbed.emulator.clear_log();

    let page = format!("{}describe.html", testbed.site.url());
    browser.goto(&page).await?;
    browser.describe(course.name(), DESCRIPTION).await?;
    let made = pictures_after_waiting(browser, testbed, course).await?;
    browser.make_again(REMADE.1).await?;
    let remade = pictures_after_waiting(browser, testbed, course).await?;
    if review_step {
        browser.find(Locator::Id("save")).await?.click().await?;
        browser.until_described("ready").await?;
    }

    let mut differences = differences_of_calls(testbed, review_step);
    differences.extend(differences_of_pictures(&made, &remade));
    differences.extend(differences_of_the_page(browser, course, &remade).await?);
    Ok(differences)
}

/// Lets the emulator's time pass once the page waits, and returns what the emulator has when the page no longer does.
async fn pictures_after_waiting(
    browser: &Browser,
    testbed: &Testbed,
    course: Course,
) -> Result<CharacterSnapshot> {
    browser.until_waiting().await?;
    testbed.end_syntheses();
    browser.until_described(course.end()).await?;
    let newest = testbed.emulator.characters().pop();
    newest.context("the emulator has no character")
}

fn differences_of_calls(testbed: &Testbed, review_step: bool) -> Vec<String> {
    let mut differences = Vec::new();
    for (step, wanted) in [
        (Operation::Create, 1),
        (Operation::Regenerate, 1),
        (Operation::Save, usize::from(review_step)),
    ] {
        let calls = testbed.seen(step);
        let what = format!("calls of {step:?} for a description");
        differ(&mut differences, &what, wanted, calls.len());
        let refused = calls
            .iter()
            .filter(|it| !it.status.is_some_and(|status| (200..300).contains(&status)));
        differences.extend(refused.map(|it| format!("{step:?} was answered {:?}", it.status)));
    }
    differences
}

/// Checks that the picture of one pose is another one afterwards, and that the others are the same.
fn differences_of_pictures(made: &CharacterSnapshot, remade: &CharacterSnapshot) -> Vec<String> {
    let mut differences = Vec::new();
    differ(&mut differences, "the id, later", &made.id, &remade.id);
    for (what, images) in [("first", &made.images), ("later", &remade.images)] {
        let what = format!("the number of pictures {what}");
        differ(&mut differences, &what, POSES.len(), images.len());
    }
    for (index, pose) in POSES.iter().enumerate() {
        let is_another = made.images.get(index) != remade.images.get(index);
        let what = format!("whether the {pose} is another picture");
        differ(&mut differences, &what, index == REMADE.0, is_another);
    }
    differences
}

/// Checks the character that the page shows against the API's.
async fn differences_of_the_page(
    browser: &Browser,
    course: Course,
    stored: &CharacterSnapshot,
) -> Result<Vec<String>> {
    let [id, name, status] =
        ["character-id", "character-name", "character-status"].map(|it| browser.says(it));
    let (id, name, status) = (id.await?, name.await?, status.await?);
    let poses = browser
        .run(
            "return [...document.querySelectorAll('#refs figcaption')].map((it) => it.textContent)",
            Value::Null,
        )
        .await?;
    let character = character(browser, &id).await?;
    let stored_id = id.split('.').next(); // the gateway's id begins with the API's
    let mut differences = Vec::new();
    for (what, wanted, got) in [
        ("the stored name", json!(course.name()), json!(stored.name)),
        ("the stored id", json!(stored.id), json!(stored_id)),
        ("the name on the page", json!(course.name()), json!(name)),
        ("the status on the page", json!("ready"), json!(status)),
        ("the poses on the page", json!(POSES), poses),
        (
            "the API's status",
            json!("ready"),
            character["status"].clone(),
        ),
        (
            "the API's description",
            json!(DESCRIPTION),
            character["attributes"]["additional_details"].clone(),
        ),
    ] {
        let what = format!("{what}, of {}", course.name());
        differ(&mut differences, &what, &wanted, &got);
    }
    Ok(differences)
}

//! What must be true after the walk, held against what the gateway and the emulator received and the
//! API's own answer.

use std::fmt::Display;

use aurous_e2e::picture::Picture;
use aurous_e2e::put;
use aurous_e2e::sent::Sent;
use aurous_emulator::{LoggedRequest, Operation};
use serde_json::{Value, json};

use crate::walk::{AGE, COOKIE, HAIR, NAME, Shown};

/// One line of the table, and what is wrong with it: nothing, where all is well.
#[derive(Debug)]
pub struct Check {
    pub subject: String,
    pub fact: String,
    pub differences: Vec<String>,
}

/// What the requests were like: the page's to the gateway, and the gateway's to the API.
pub fn requests(sent: &[Sent], log: &[LoggedRequest], pictures: &[Picture]) -> Vec<Check> {
    let mut checks = uploads(log, pictures);
    checks.push(page_requests(sent, pictures.len()));
    checks.push(api_calls(log, pictures.len()));
    checks
}

/// One PUT a picture, with its exact bytes, its true type and nothing else.
fn uploads(log: &[LoggedRequest], pictures: &[Picture]) -> Vec<Check> {
    let mut puts: Vec<_> = log
        .iter()
        .filter(|it| it.operation == Operation::Put)
        .collect();
    let mut checks = Vec::new();
    for picture in pictures {
        // Several at a time, in any order: known by their bytes or, where those are wrong, by the name
        // that the emulator puts into the URL.
        let same_bytes = |put: &&LoggedRequest| put.body_sha256.as_ref() == Some(&picture.sha256);
        let same_name = |put: &&LoggedRequest| put.path.ends_with(&format!("/{}", picture.name));
        let place = puts.iter().position(same_bytes);
        let place = place
            .or_else(|| puts.iter().position(same_name))
            .unwrap_or(0);
        let differences = if puts.is_empty() {
            vec![format!("{}: there was no PUT of it", picture.name)]
        } else {
            put::differences(puts.remove(place), picture)
        };
        checks.push(Check {
            subject: picture.name.clone(),
            fact: format!(
                "PUT of {} bytes, SHA-256 {}…, {}; no key, no cookie, nothing added",
                picture.length,
                &picture.sha256[..12],
                picture.content_type
            ),
            differences,
        });
    }
    for extra in puts {
        checks.push(Check {
            subject: extra.path.clone(),
            fact: "a PUT of no picture that was picked".to_owned(),
            differences: vec![format!("one PUT too many, of {} bytes", extra.body_length)],
        });
    }
    checks
}

/// What the page sent: its own cookie with the calls, a type alone with the PUTs, and never a key.
fn page_requests(sent: &[Sent], pictures: usize) -> Check {
    let (puts, calls): (Vec<_>, Vec<_>) = sent.iter().partition(|it| it.method == "PUT");
    let mut differences = Vec::new();
    differ(&mut differences, "the page's PUTs", pictures, puts.len());
    differ(
        &mut differences,
        "the page's calls",
        2 * pictures + 1,
        calls.len(),
    );
    for put in &puts {
        differences.extend(put::unwanted_of_the_browser(put));
    }
    let cookie = format!("{}={}", COOKIE.0, COOKIE.1);
    for call in calls {
        if call.header("cookie") != Some(cookie.as_str()) {
            differences.push(format!(
                "{} did not carry the page's cookie, so its absence elsewhere says nothing",
                call.path
            ));
        }
        if call.header("x-api-key").is_some() || call.header("authorization").is_some() {
            differences.push(format!(
                "{} carried a key: the page must have none",
                call.path
            ));
        }
    }
    Check {
        subject: "page to gateway".to_owned(),
        fact: format!(
            "{} requests; no key, the cookie with calls, Content-Type alone with PUTs",
            sent.len()
        ),
        differences,
    }
}

/// The calls that there should be, each with the gateway's key and nothing of the page's.
fn api_calls(log: &[LoggedRequest], pictures: usize) -> Check {
    let expected = [
        (Operation::Init, pictures),
        (Operation::Classify, pictures),
        (Operation::Create, 1),
    ];
    let mut differences = Vec::new();
    for (operation, expected) in expected {
        let calls: Vec<_> = log.iter().filter(|it| it.operation == operation).collect();
        differ(
            &mut differences,
            &format!("calls of {operation:?}"),
            expected,
            calls.len(),
        );
        for call in calls {
            if call.header("x-api-key").is_none() {
                differences.push(format!("{operation:?} came without the gateway's key"));
            }
            if call.header("cookie").is_some() || call.header("origin").is_some() {
                differences.push(format!("{operation:?} carried what is the page's alone"));
            }
            if !call
                .status
                .is_some_and(|status| (200..300).contains(&status))
            {
                differences.push(format!("{operation:?} was answered {:?}", call.status));
            }
        }
    }
    Check {
        subject: "gateway to API".to_owned(),
        fact: format!(
            "{} init, classify and create; with the gateway's key, without the cookie",
            2 * pictures + 1
        ),
        differences,
    }
}

/// What was typed and picked is what the API has, and what the page shows.
pub fn character(pictures: usize, shown: &Shown, character: &Value) -> Check {
    let poses: Vec<_> = character["refs"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it["pose"].clone())
        .collect();
    let mut found = Vec::new();
    differ(
        &mut found,
        "the character's name",
        &json!(NAME),
        &character["name"],
    );
    differ(
        &mut found,
        "its status",
        &json!("ready"),
        &character["status"],
    );
    differ(
        &mut found,
        "its age",
        &json!(AGE),
        &character["attributes"]["age"],
    );
    differ(
        &mut found,
        "its hair_color",
        &json!(HAIR),
        &character["attributes"]["hair_color"],
    );
    differ(&mut found, "the number of its refs", pictures, poses.len());
    differ(
        &mut found,
        "the name on the page",
        &character["name"],
        &json!(shown.name),
    );
    differ(
        &mut found,
        "the id on the page",
        &character["id"],
        &json!(shown.id),
    );
    differ(
        &mut found,
        "the status on the page",
        &character["status"],
        &json!(shown.status),
    );
    differ(
        &mut found,
        "the poses on the page",
        &json!(poses),
        &json!(shown.poses),
    );
    differ(
        &mut found,
        "the poses beside the pictures",
        &json!(poses),
        &json!(shown.picked_poses),
    );
    Check {
        subject: "character".to_owned(),
        fact: format!(
            "{}, its {pictures} reference images loaded, as typed and picked",
            shown.status
        ),
        differences: found,
    }
}

fn differ<T: PartialEq + Display>(found: &mut Vec<String>, what: &str, wanted: T, got: T) {
    if wanted != got {
        found.push(format!("{what}: {got}, should be {wanted}"));
    }
}

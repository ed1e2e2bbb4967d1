//! Checks the requests that the gateway and the emulator received, the page, and the API's answer.

use std::fmt::Display;

use aurous_e2e::picture::SamplePicture;
use aurous_e2e::put;
use aurous_e2e::recorder::RecordedRequest;
use aurous_emulator::{LoggedRequest, Operation};
use serde_json::{Value, json};

use crate::walk::{AGE, COOKIE, HAIR, NAME, Shown};

/// One line of the report, and the differences that were found.
#[derive(Debug)]
pub struct CheckedSubject {
    pub subject: String,
    pub fact: String,
    pub differences: Vec<String>,
}

/// Checks the page's requests to the gateway, and the gateway's to the API.
pub fn requests(
    sent: &[RecordedRequest],
    log: &[LoggedRequest],
    pictures: &[SamplePicture],
) -> Vec<CheckedSubject> {
    let mut checks = uploads(log, pictures);
    checks.push(page_requests(sent, pictures.len()));
    checks.push(api_calls(log, pictures.len()));
    checks
}

/// Checks that there was one PUT for each picture, with exactly its bytes and its true type.
fn uploads(log: &[LoggedRequest], pictures: &[SamplePicture]) -> Vec<CheckedSubject> {
    let mut puts: Vec<_> = log
        .iter()
        .filter(|it| it.operation == Operation::Put)
        .collect();
    let mut checks = Vec::new();
    for picture in pictures {
        // They come in any order. A PUT is identified by its bytes or, if they are wrong, by the file's name,
        // which the emulator puts into the URL.
        let same_bytes = |put: &&LoggedRequest| put.body_sha256.as_ref() == Some(&picture.sha256);
        let same_name = |put: &&LoggedRequest| put.path.ends_with(&format!("/{}", picture.name));
        let place = puts.iter().position(same_bytes);
        let place = place
            .or_else(|| puts.iter().position(same_name))
            .unwrap_or(0);
        let differences = if puts.is_empty() {
            vec![format!("{}: it was not PUT", picture.name)]
        } else {
            put::differences(puts.remove(place), picture)
        };
        checks.push(CheckedSubject {
            subject: picture.name.clone(),
            fact: format!(
                "PUT of {} bytes, SHA-256 {}…, {}; no key, no cookie, no other header",
                picture.length,
                &picture.sha256[..12],
                picture.content_type
            ),
            differences,
        });
    }
    for extra in puts {
        checks.push(CheckedSubject {
            subject: extra.path.clone(),
            fact: "a PUT of a picture that was not picked".to_owned(),
            differences: vec![format!("one PUT too many, of {} bytes", extra.body_length)],
        });
    }
    checks
}

/// Checks the page's requests: calls carry its cookie, PUTs carry only a type, and none carries a key.
fn page_requests(sent: &[RecordedRequest], pictures: usize) -> CheckedSubject {
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
                "{} did not carry the page's cookie, so the PUTs' lack of it proves nothing",
                call.path
            ));
        }
        if call.header("x-api-key").is_some() || call.header("authorization").is_some() {
            differences.push(format!(
                "{} carried a key, which the page must not have",
                call.path
            ));
        }
    }
    CheckedSubject {
        subject: "page to gateway".to_owned(),
        fact: format!(
            "{} requests; no key, a cookie with calls, only Content-Type with PUTs",
            sent.len()
        ),
        differences,
    }
}

/// Checks the gateway's calls: each carries the gateway's key, and no header of the page.
fn api_calls(log: &[LoggedRequest], pictures: usize) -> CheckedSubject {
    let expected = [
        (Operation::Init, pictures),
        (Operation::Classify, pictures),
        (Operation::Create, 1),
    ];
    let mut differences = Vec::new();
    for (step, expected) in expected {
        let calls: Vec<_> = log.iter().filter(|it| it.operation == step).collect();
        differ(
            &mut differences,
            &format!("calls of {step:?}"),
            expected,
            calls.len(),
        );
        for call in calls {
            if call.header("x-api-key").is_none() {
                differences.push(format!("{step:?} did not carry the gateway's key"));
            }
            if call.header("cookie").is_some() || call.header("origin").is_some() {
                differences.push(format!(
                    "{step:?} carried a cookie or an origin of the page"
                ));
            }
            if !call
                .status
                .is_some_and(|status| (200..300).contains(&status))
            {
                differences.push(format!("{step:?} was answered {:?}", call.status));
            }
        }
    }
    CheckedSubject {
        subject: "gateway to API".to_owned(),
        fact: format!(
            "{} init, classify and create; with the gateway's key, without the cookie",
            2 * pictures + 1
        ),
        differences,
    }
}

/// Checks that the API has the values that were entered and picked, and that the page shows them.
pub fn character(pictures: usize, shown: &Shown, character: &Value) -> CheckedSubject {
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
    CheckedSubject {
        subject: "character".to_owned(),
        fact: format!(
            "{}, with {pictures} reference images, as entered and picked",
            shown.status
        ),
        differences: found,
    }
}

/// Adds a difference if two values are not the same.
pub fn differ<T: PartialEq + Display>(found: &mut Vec<String>, what: &str, wanted: T, got: T) {
    if wanted != got {
        found.push(format!("{what}: {got}, should be {wanted}"));
    }
}

//! No output holds the key or a part of a signed URL.

use aurous_emulator::{Emulator, FakeResponse, Fault, Operation, RuntimeSettings};
use aurous_live_check::options::Options;
use aurous_live_check::report::Report;
use serde_json::json;

use crate::{options, run, start};

/// The length from which a part of a secret counts as a leak.
const LEAK_LENGTH: usize = 16;
const SIGNATURE: &str = "c2lnbmVkLWJ5LXRoZS1ob3N0LWl0c2VsZg";

/// Returns the part of a secret that a text holds, if it holds one.
fn leak<'a>(text: &str, secret: &'a str) -> Option<&'a str> {
    let parts = secret.as_bytes().windows(LEAK_LENGTH);
    let mut parts = parts.filter_map(|part| std::str::from_utf8(part).ok());
    parts.find(|part| text.contains(part))
}

fn outputs(report: &Report) -> [String; 2] {
    [report.to_table(), report.to_json().unwrap()]
}

fn assert_hidden(report: &Report, secrets: &[String]) {
    for text in outputs(report) {
        for secret in secrets {
            assert_eq!(leak(&text, secret), None, "{text}");
        }
    }
}

/// Returns the key, and all signatures that the emulator was shown.
fn secrets_of(emulator: &Emulator) -> Vec<String> {
    let log = emulator.log();
    let queries = log.iter().filter_map(|it| it.query.as_deref());
    let values = queries.flat_map(|it| it.split(['&', '=']));
    let mut secrets: Vec<String> = values.map(str::to_owned).collect();
    secrets.push(emulator.api_key().to_owned());
    secrets
}

#[tokio::test]
async fn a_run_shows_no_secret() {
    let emulator = start(RuntimeSettings {
        synthesize_ms: 0,
        ..RuntimeSettings::default()
    })
    .await;
    let options = Options {
        synthesize: true,
        ..options(&emulator)
    };
    let report = run(&options).await;
    let secrets = secrets_of(&emulator);
    assert!(secrets.len() > 20);
    assert_hidden(&report, &secrets);
}

#[tokio::test]
async fn an_api_that_quotes_the_key_does_not_bring_it_into_the_output() {
    let emulator = start(RuntimeSettings::default()).await;
    let key = emulator.api_key().to_owned();
    let quoting = |step| {
        let error = json!({ "error": { "code": key, "message": format!("no {key}"), &key: 1 } });
        let answer = FakeResponse::new(400).with_body(error.to_string());
        Fault::Status(answer).on(step)
    };
    emulator.inject(quoting(Operation::Classify));
    emulator.inject(quoting(Operation::Update));
    let report = run(&options(&emulator)).await;
    assert_hidden(&report, &[key]);
    for text in outputs(&report) {
        assert!(text.contains("[hidden]"), "{text}");
    }
}

#[tokio::test]
async fn an_upload_host_that_quotes_the_signature_does_not_bring_it_into_the_output() {
    let emulator = start(RuntimeSettings::default()).await;
    let url = format!(
        "{}/upload/upl_1/a.jpg?signature={SIGNATURE}",
        emulator.upload_url()
    );
    let ticket = json!({ "upload_id": "upl_1", "upload_url": url });
    // The second ticket is the one that is used to try what the upload host refuses.
    let minted = Fault::Status(FakeResponse::new(201).with_body(ticket.to_string()));
    emulator.inject(minted.on(Operation::Init).nth(2));
    let error = format!(
        "<Error><Code>{SIGNATURE}</Code><Message>GET {} and {url}</Message></Error>",
        &SIGNATURE[3..25]
    );
    let quoting = FakeResponse::new(403).with_body(error);
    emulator.inject(Fault::Status(quoting).on(Operation::Put).times(2));
    let report = run(&options(&emulator)).await;
    assert_hidden(&report, &[SIGNATURE.to_owned()]);
    for text in outputs(&report) {
        assert!(text.contains("[hidden]"), "{text}");
    }
}

//! However a run ends, it deletes what it made, or says what it left.

use aurous_emulator::{FakeResponse, Fault, Operation, RuntimeSettings};
use aurous_live_check::finding::{Finding, Unknown};
use aurous_live_check::options::Options;
use aurous_live_check::secret::ApiKey;
use aurous_live_check::{Interruption, check};
use tokio_util::sync::CancellationToken;

use crate::{found, open, options, run, start, until};

/// The create of a run that makes its character: three are sent before it, to fail.
const MAIN_CREATE: u32 = 4;

#[tokio::test]
async fn a_wrong_key_says_what_to_do_and_ends_the_run() {
    let emulator = start(RuntimeSettings::default()).await;
    let options = Options {
        key: ApiKey::new("al_live_wrong"),
        ..options(&emulator)
    };
    let report = run(&options).await;
    assert!(matches!(
        report.interruption,
        Some(Interruption::KeyRefused(_))
    ));
    let table = report.to_table();
    assert!(table.contains("401, JSON, invalid_api_key"), "{table}");
    assert!(table.contains("Check that AUROUS_API_KEY"), "{table}");
    assert_eq!(emulator.log().len(), 1);
}

#[tokio::test]
async fn an_api_that_does_not_answer_ends_the_run() {
    let emulator = start(RuntimeSettings::default()).await;
    let options = options(&emulator);
    emulator.shutdown().await;
    let report = run(&options).await;
    assert!(matches!(
        report.interruption,
        Some(Interruption::NoResponse { .. })
    ));
    assert_eq!(report.findings.len(), 21);
}

#[tokio::test]
async fn a_character_whose_create_had_no_response_is_deleted() {
    for fault in [
        Fault::ResetAfterBody { processed: true },
        Fault::body(504, "upstream timed out"),
        Fault::body(201, "not JSON"),
    ] {
        let emulator = start(RuntimeSettings::default()).await;
        emulator.inject(fault.clone().on(Operation::Create).nth(MAIN_CREATE));
        let report = run(&options(&emulator)).await;
        assert!(emulator.characters().is_empty(), "{fault:?}: {report}");
        assert_eq!(report.characters.deleted.len(), 1, "{fault:?}");
        assert!(report.characters.left.is_empty(), "{fault:?}: {report}");
        open(&report, Unknown::RefOrder);
    }
}

#[tokio::test]
async fn a_create_that_may_have_happened_is_named_as_perhaps_left() {
    let emulator = start(RuntimeSettings::default()).await;
    let lost = Fault::ResetAfterBody { processed: false };
    emulator.inject(lost.on(Operation::Create).nth(MAIN_CREATE));
    let report = run(&options(&emulator)).await;
    assert!(!report.is_clean());
    let table = report.to_table();
    assert!(
        table.contains("Left behind: perhaps one named \"live check "),
        "{table}"
    );
}

#[tokio::test]
async fn a_character_that_cannot_be_deleted_is_named() {
    let emulator = start(RuntimeSettings::default()).await;
    emulator.inject(Fault::status(403).on(Operation::Delete).for_ever());
    let report = run(&options(&emulator)).await;
    assert!(!report.is_clean());
    let id = &emulator.characters()[0].id;
    let table = report.to_table();
    assert!(
        table.contains(&format!("Left behind: {id}: 403")),
        "{table}"
    );
    let json: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(json["characters"]["left"], 1);
}

#[tokio::test]
async fn a_character_that_is_being_made_when_the_user_stops_is_deleted() {
    let emulator = start(RuntimeSettings::default()).await;
    emulator.inject(Fault::Delay(300).on(Operation::Create).nth(MAIN_CREATE));
    let creates = || {
        let log = emulator.log();
        log.iter()
            .filter(|it| it.operation == Operation::Create)
            .count()
    };
    let stop = CancellationToken::new();
    let options = options(&emulator);
    let stopping = async {
        until("the create", || creates() == MAIN_CREATE as usize).await;
        stop.cancel();
    };
    let (report, ()) = tokio::join!(check(&options, stop.clone()), stopping);
    assert_eq!(report.interruption, Some(Interruption::Stopped));
    assert!(emulator.characters().is_empty());
    assert_eq!(report.characters.deleted.len(), 1);
    // What was learned before stays.
    assert_eq!(
        *found(&report, Unknown::InitStatus),
        Finding::InitStatus(201)
    );
    assert_eq!(open(&report, Unknown::LargestImage), "the run ended before");
}

#[tokio::test]
async fn a_group_that_fails_leaves_the_others_alone() {
    let emulator = start(RuntimeSettings::default()).await;
    emulator.inject(Fault::status(400).on(Operation::Init));
    let report = run(&options(&emulator)).await;
    let reason = open(&report, Unknown::InitStatus);
    assert!(reason.contains("uploads/init was refused: 400"), "{reason}");
    found(&report, Unknown::BadSignature);
    found(&report, Unknown::RefOrder);
    assert!(emulator.characters().is_empty());
}

#[tokio::test]
async fn a_429_is_waited_for() {
    let emulator = start(RuntimeSettings::default()).await;
    let busy = FakeResponse::new(429).with_header("retry-after", "1");
    emulator.inject(Fault::Status(busy).on(Operation::Init));
    let report = run(&options(&emulator)).await;
    assert_eq!(
        *found(&report, Unknown::InitStatus),
        Finding::InitStatus(201)
    );
    let log = emulator.log();
    let mut inits = log.iter().filter(|it| it.operation == Operation::Init);
    let (first, second) = (inits.next().unwrap(), inits.next().unwrap());
    assert_eq!(first.status, Some(429));
    assert!(second.time_ms - first.time_ms >= 1000);
}

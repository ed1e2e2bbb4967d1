//! What a shell is to do with a request.

use aurous_emulator_core::{Ending, Fault, Operation, Reading, RequestOutcome};
use http::Method;
use serde_json::json;

use crate::{EntryPoint, NOW, emulation, head, post, put, ticket};

/// Mints a ticket, has the fault strike its PUT, and returns the ending with whether the bytes are stored.
fn put_with(fault: Fault) -> (Ending, bool) {
    let emulation = emulation(1);
    let ticket = ticket(&emulation);
    emulation.inject(fault.on(Operation::Put)).unwrap();
    let url = ticket["upload_url"].as_str().unwrap();
    let mut head = head(
        EntryPoint::Upload,
        Method::PUT,
        url.strip_prefix("https://uploads.test").unwrap(),
    );
    let content_type = "image/jpeg".parse().unwrap();
    head.headers.insert("content-type", content_type);
    let ending = crate::send(&emulation, &head, b"bytes");
    let id = ticket["upload_id"].as_str().unwrap();
    (ending, emulation.stored_upload(id).is_some())
}

#[test]
fn each_fault_ends_its_request_in_its_own_way() {
    for (fault, ending, is_stored) in [
        (Fault::Hang, "Hang", false),
        (Fault::HangDuringBody, "Hang", false),
        (Fault::HangAfterHeaders, "RespondWithoutEnd", true),
        (Fault::ResetBeforeBody, "Reset", false),
        (Fault::ResetDuringBody, "Reset", false),
        (Fault::ResetAfterBody { processed: false }, "Reset", false),
        (Fault::ResetAfterBody { processed: true }, "Reset", true),
        (Fault::Truncate, "RespondTruncated", true),
        (Fault::NotJson, "Respond", false),
        (Fault::Empty, "Respond", false),
        (Fault::status(503), "Respond", false),
        (Fault::body(503, ""), "Respond", true),
        (Fault::Delay(9), "Respond", true),
    ] {
        let name = fault.name();
        let (found, stored) = put_with(fault);
        assert!(
            format!("{found:?}").starts_with(ending),
            "{name}: {found:?}"
        );
        assert_eq!(stored, is_stored, "{name}");
    }
}

#[test]
fn a_fault_says_how_much_of_the_body_to_read() {
    for (fault, reading) in [
        (Fault::ResetBeforeBody, Reading::Nothing),
        (Fault::ResetDuringBody, Reading::FirstBytes),
        (Fault::HangDuringBody, Reading::FirstBytes),
        (Fault::Hang, Reading::Whole),
        (Fault::status(413), Reading::Whole),
    ] {
        let emulation = emulation(1);
        emulation.inject(fault.on(Operation::Put)).unwrap();
        let head = head(EntryPoint::Upload, Method::PUT, "/upload/upl_1/front.jpg");
        assert_eq!(emulation.begin(&head, NOW).reading(), reading);
    }
}

#[test]
fn work_goes_on_although_its_client_has_gone() {
    let emulation = emulation(1);
    emulation
        .inject(Fault::Delay(500).on(Operation::Init))
        .unwrap();
    let head = head(
        EntryPoint::Open,
        Method::POST,
        "/v1/characters/uploads/init",
    );
    let mut exchange = emulation.begin(&head, NOW);
    let body = json!({ "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg" });
    exchange.receive(body.to_string().as_bytes());
    let (entry, work) = exchange.received(NOW);
    assert_eq!(work.delay().as_millis(), 500);
    drop(entry);
    assert!(matches!(work.carry_out(NOW + 500), Ending::Respond(reply) if reply.status == 201));
    assert_eq!(emulation.log()[0].outcome, Some(RequestOutcome::ClientGone));
}

#[test]
fn a_body_that_is_too_long_is_hashed_and_forgotten() {
    let emulation = emulation(1);
    let ticket = ticket(&emulation);
    let mut settings = emulation.settings();
    settings.upload_max_bytes = 4;
    emulation.change_settings(settings);
    assert_eq!(put(&emulation, &ticket), 413);
    let logged = emulation.log().pop().unwrap();
    assert_eq!(logged.body_length, 5);
    assert!(logged.body_sha256.is_some());
}

#[test]
fn a_fault_that_cannot_happen_is_refused() {
    let emulation = emulation(1);
    let problem = emulation.inject(Fault::status(99).on(Operation::Put));
    assert_eq!(problem.unwrap_err(), "99 is no status from 200 to 599");
    assert!(matches!(
        post(&emulation, "/v1/characters", &json!({})),
        Ending::Respond(_)
    ));
}

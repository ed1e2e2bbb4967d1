//! `upload()`: the whole of init, PUT and classify.

use aurous_contract::upload::ClassifyRequest;

use super::*;
use crate::progress::Phase;
use crate::request::{Body, Method};

#[test]
fn an_upload_is_looked_at_minted_put_and_classified() {
    let (mut play, actions) = Play::begin(upload(true));
    assert_eq!(
        actions,
        [Action::ReadFile {
            start: 0,
            length: 1024
        }]
    );
    let actions = play.handle(Event::FileBytes(JPEG.to_vec()));
    let [Action::CopyFile, Action::Send(init)] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(
        init.url,
        "https://app.example/aurous/v1/characters/uploads/init"
    );
    assert!(matches!(&init.body, Body::InitUpload(it) if it.filename.as_str() == "me.jpg"));
    assert_eq!(play.handle(copied()), []);

    let actions = play.mint();
    let put = request(&actions);
    assert_eq!((put.method, &put.body), (Method::Put, &Body::File));
    assert!(put.reports_progress);

    let actions = play.answer(204, Content::Unread);
    let upload_id = id("upl_1");
    let body = Body::Classify(ClassifyRequest { upload_id });
    assert_eq!(request(&actions).body, body);

    let shown = json!({ "upload_id": "upl_1", "pose": "front", "confidence": 0.9 });
    let actions = play.answer(200, Content::Document(shown.clone()));
    let [Action::Finish(Output::Upload(result))] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(
        (&result.ticket, &result.classification),
        (&ticket(), &Some(shown))
    );
    assert_eq!(
        (result.image.format, result.image.size),
        (ImageFormat::Jpeg, 1000.0)
    );
    assert!(play.page.tickets.is_filled_and_unspent(&id("upl_1"), 0));
}

fn copied() -> Event<Json> {
    Event::Copied {
        first_bytes: JPEG.to_vec(),
        size: 1000.0,
    }
}

#[test]
fn an_upload_reports_each_phase_and_never_a_whole_file_before_the_answer() {
    let (mut play, _) = Play::begin(upload(true));
    let mut reports = Vec::new();
    for event in [
        Event::FileBytes(JPEG.to_vec()),
        copied(),
        answered(201, Content::Ticket(ticket())),
        sent(600.0),
        sent(1000.0),
        answered(204, Content::Unread),
    ] {
        for action in play.handle_with_reports(event) {
            if let Action::Report(report) = action {
                reports.push((report.phase, report.bytes.loaded()));
            }
        }
    }
    assert_eq!(
        reports,
        [
            (Phase::Minting, 0.0),
            (Phase::Uploading, 0.0),
            (Phase::Uploading, 600.0),
            (Phase::Uploading, 999.0),
            (Phase::Uploading, 1000.0),
            (Phase::Classifying, 1000.0),
        ]
    );
}

#[test]
fn a_put_waits_for_the_copy() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    assert_eq!(play.mint(), [Action::Wait]);
    assert_eq!(play.call.timeout_ms(0), None, "a file takes what it takes");
    assert_eq!(request(&play.handle(copied())).body, Body::File);
}

#[test]
fn a_deadline_ends_the_wait_for_a_copy() {
    let limits = Limits {
        deadline_ms: Some(5_000),
        ..Limits::DEFAULT
    };
    let (mut play, _) = Play::begin_with(upload(false), &json!({}), limits);
    play.handle(Event::FileBytes(JPEG.to_vec()));
    play.mint();
    let failure = failure(play.time_out());
    assert_eq!(failure.code, "timeout");
    assert!(
        failure
            .message
            .starts_with("me.jpg was not read within 5000 ms.")
    );
}

#[test]
fn a_copy_of_another_kind_than_the_first_bytes_is_not_sent() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    let failure = failure(play.handle(Event::Copied {
        first_bytes: b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec(),
        size: 1000.0,
    }));
    assert_eq!(
        (failure.code.as_ref(), failure.attempts),
        ("file_unreadable", 1)
    );
}

#[test]
fn a_file_that_cannot_be_copied_ends_the_upload_at_once() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    let failure = failure(play.handle(Event::CopyFailed));
    assert_eq!(failure.code, "file_unreadable");
    assert_eq!((failure.step, failure.attempts), (Some(Step::Init), 1));
}

#[test]
fn a_file_larger_than_a_snapshot_is_not_copied() {
    let task = Task::Upload(UploadRequest {
        is_copied: false,
        file: picked_file(),
        classify: false,
    });
    let (mut play, actions) = Play::begin_with_jpeg(task);
    assert_eq!(
        request(&actions).expected,
        crate::answer::Expected::Ticket { root: ROOT.into() }
    );
    assert_eq!(request(&play.mint()).body, Body::File);
}

#[test]
fn a_url_that_has_expired_is_replaced_once() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    play.handle(copied());
    play.mint();
    let expired = "gateway_upload_url_expired";
    assert!(matches!(
        request(&play.refuse(404, expired)).body,
        Body::InitUpload(_)
    ));
    assert_eq!(request(&play.mint()).body, Body::File);
    let failure = failure(play.refuse(404, expired));
    assert_eq!(failure.code, "upload_url_expired");
    assert_eq!(failure.attempts, 2, "PUTs");
}

#[test]
fn an_upload_whose_put_another_supersedes_mints_no_other_ticket() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    play.handle(copied());
    play.mint();
    let failure = failure(play.refuse(409, "gateway_upload_superseded"));
    assert_eq!(failure.code, "gateway_upload_superseded");
    assert!(!failure.retryable);
}

#[test]
fn a_ticket_for_another_type_is_not_used() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    let content_type = ContentType::Png;
    let content = Content::Ticket(Ticket {
        content_type,
        ..ticket()
    });
    let failure = failure(play.answer(201, content));
    assert_eq!(
        (failure.code.as_ref(), failure.step),
        ("file_type_mismatch", Some(Step::Put))
    );
}

#[test]
fn a_gateway_is_told_how_many_bytes_will_come_and_the_api_is_not() {
    let key = json!({ "apiKey": "al_live_1", "dangerouslyAllowBrowser": true });
    for (options, size) in [(json!({}), Some(1000)), (key, None)] {
        for task in [init(), upload(false)] {
            let (mut play, _) = Play::begin_with(task, &options, Limits::DEFAULT);
            let actions = play.handle(Event::FileBytes(JPEG.to_vec()));
            let body = actions.iter().find_map(|action| match action {
                Action::Send(request) => Some(&request.body),
                _ => None,
            });
            assert!(matches!(body, Some(Body::InitUpload(it)) if it.size == size));
        }
    }
}

#[test]
fn a_file_with_another_number_of_bytes_than_it_said_gets_another_ticket() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    play.handle(Event::Copied {
        first_bytes: JPEG.to_vec(),
        size: 1200.0,
    });
    let actions = play.mint();
    assert!(matches!(&request(&actions).body, Body::InitUpload(it) if it.size == Some(1200)));
    assert_eq!(request(&play.mint()).body, Body::File);
}

#[test]
fn an_upload_that_is_too_large_is_refused_before_a_byte_leaves() {
    let (mut play, _) = Play::begin_with_jpeg(upload(false));
    play.handle(copied());
    let ticket = Ticket {
        max_size: Some(999.0),
        ..ticket()
    };
    let failure = failure(play.answer(201, Content::Ticket(ticket)));
    assert_eq!(
        (failure.code.as_ref(), failure.step),
        ("upload_too_large", Some(Step::Put))
    );
}

#[test]
fn an_upload_that_fails_at_its_classification_tells_its_ticket() {
    let (mut play, _) = Play::begin_with_jpeg(upload(true));
    play.handle(copied());
    play.mint();
    request(&play.answer(204, Content::Unread));
    let failure = failure(play.refuse(400, "upload_invalid"));
    assert_eq!(failure.filled_ticket, Some(id("upl_1")));
}

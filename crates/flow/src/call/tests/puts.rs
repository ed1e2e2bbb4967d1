//! `putFile()`.

use super::*;
use crate::request::{Body, Credentials, Referrer};

#[test]
fn a_put_carries_content_type_alone() {
    let options = json!({
        "sessionToken": "a.b.c",
        "headers": { "X-CSRF-Token": "1" },
        "credentials": "include",
    });
    let (mut play, _) = Play::begin_with(put(), &options, Limits::DEFAULT);
    let actions = play.handle(Event::FirstBytes(JPEG.to_vec()));
    let put = request(&actions);
    assert_eq!(
        put.headers,
        [("content-type".to_owned(), "image/jpeg".to_owned())]
    );
    assert_eq!(
        (put.credentials, put.referrer),
        (Credentials::Omit, Referrer::None)
    );
    assert_eq!(put.url, "https://app.example/aurous/uploads/token");
}

#[test]
fn an_expired_url_is_reported() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    let failure = failure(play.refuse(404, "gateway_upload_url_expired"));
    assert_eq!(failure.code, "upload_url_expired");
}

#[test]
fn a_file_of_another_type_than_its_ticket_is_not_sent() {
    let target = Target {
        url: url("https://upload.example/1"),
        content_type: Some(ContentType::Png),
    };
    let task = Task::PutFile {
        target,
        file: picked_file(),
    };
    let (_, actions) = Play::begin_with_jpeg(task);
    let failure = failure(actions);
    assert_eq!(
        (failure.code.as_ref(), failure.step),
        ("file_type_mismatch", Some(Step::Put))
    );
}

#[test]
fn a_put_that_breaks_off_is_told_from_a_file_that_vanished() {
    let broken_off = || {
        let (mut play, _) = Play::begin_with_jpeg(put());
        let probe = [Action::ReadFile { length: 1024 }];
        assert_eq!(play.handle(Event::ConnectionFailed), probe);
        play
    };
    assert_eq!(
        broken_off().handle(Event::FirstBytes(JPEG.to_vec())),
        [Action::Wait]
    );
    for event in [Event::FileUnreadable, Event::TimedOut] {
        let mut play = broken_off();
        play.moment.now_ms += 30_000;
        let failure = failure(play.handle(event));
        assert_eq!(
            (failure.code.as_ref(), failure.attempts),
            ("file_unreadable", 1)
        );
    }
}

#[test]
fn a_put_that_breaks_off_at_the_deadline_does_not_blame_the_file() {
    let limits = Limits {
        deadline_ms: Some(5_000),
        ..Limits::DEFAULT
    };
    let (mut play, _) = Play::begin_with(put(), &json!({}), limits);
    play.handle(Event::FirstBytes(JPEG.to_vec()));
    play.moment.now_ms += 4_999;
    play.handle(Event::ConnectionFailed);
    let failure = failure(play.time_out());
    assert_eq!(
        (failure.code.as_ref(), failure.attempts),
        ("network_error", 1)
    );
}

#[test]
fn a_put_that_moves_is_waited_for_and_ends_once_it_stands_still() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    for sent in [300.0, 600.0, 900.0] {
        play.moment.now_ms += 20_000;
        assert_eq!(play.handle(Event::Sent(sent)), []);
        assert_eq!(play.timeout_ms(), 30_000, "from the last byte that moved");
    }
    assert_eq!(play.time_out(), [Action::Wait]);
}

#[test]
fn a_put_that_reports_progress_may_stand_still_at_its_beginning_no_longer_than_later() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    assert_eq!(
        play.timeout_ms(),
        30_000 + 1000 / 32 + 1,
        "nothing is known"
    );
    play.handle(Event::Sent(0.0));
    assert_eq!(play.timeout_ms(), 30_000);
}

#[test]
fn the_last_bytes_of_a_put_have_the_time_that_all_bytes_take_on_a_slow_line() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    play.handle(Event::Sent(1000.0));
    assert_eq!(play.timeout_ms(), 30_000 + 1000 / 32 + 1);
}

#[test]
fn a_redirected_put_is_an_error_though_it_succeeded() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    let head = Head {
        status: 200,
        is_from_gateway: true,
        is_redirected: true,
        ..Head::default()
    };
    let content = Content::Unread;
    let failure = failure(play.handle(Event::Answered(Answer { head, content })));
    assert_eq!(failure.code, "upload_failed");
    assert!(failure.message.contains("redirected"));
}

#[test]
fn a_put_is_told_that_the_browser_lacks_something_it_needs() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    let failure = failure(play.handle(Event::Unsupported("AbortController")));
    assert_eq!(failure.code, "unsupported_browser");
    assert!(failure.message.contains("AbortController"));
}

#[test]
fn an_event_of_an_earlier_activity_changes_nothing() {
    let (mut play, actions) = Play::begin_with_jpeg(put());
    assert_eq!(request(&actions).body, Body::File);
    assert_eq!(play.handle(Event::FirstBytes(b"GIF89a".to_vec())), []);
    assert_eq!(play.handle(Event::Online), []);
}

#[test]
fn an_event_after_the_end_changes_nothing() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    assert_eq!(
        play.answer(204, Content::Unread),
        [Action::Finish(Output::Put)]
    );
    play.moment.now_ms += 3_600_000;
    for event in [
        Event::TimedOut,
        Event::TimedOut,
        Event::CopyFailed,
        Event::Unsupported("AbortController"),
        Event::Sent(7.0),
        Event::Online,
    ] {
        assert_eq!(play.handle_with_reports(event), []);
        assert_eq!(play.call.timeout_ms(play.moment.now_ms), None);
    }
}

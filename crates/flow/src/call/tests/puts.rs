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
    let actions = play.handle(Event::FileBytes(JPEG.to_vec()));
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
        url: "https://upload.example/1".into(),
        content_type: Some(ContentType::Png),
        max_size: None,
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
        let probe = [Action::ReadFile {
            start: 0,
            length: 1024,
        }];
        assert_eq!(play.handle(Event::ConnectionFailed), probe);
        play
    };
    assert_eq!(
        broken_off().handle(Event::FileBytes(JPEG.to_vec())),
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
    play.handle(Event::FileBytes(JPEG.to_vec()));
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
    for bytes in [300.0, 600.0, 900.0] {
        play.moment.now_ms += 20_000;
        assert_eq!(play.handle(sent(bytes)), []);
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
    play.handle(sent(0.0));
    assert_eq!(play.timeout_ms(), 30_000);
}

#[test]
fn the_last_bytes_of_a_put_have_the_time_that_all_bytes_take_on_a_slow_line() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    play.handle(sent(1000.0));
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
    assert_eq!(failure.code, "redirected");
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
    assert_eq!(play.handle(Event::FileBytes(b"GIF89a".to_vec())), []);
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
        sent(7.0),
        Event::Online,
    ] {
        assert_eq!(play.handle_with_reports(event), []);
        assert_eq!(play.call.timeout_ms(play.moment.now_ms), None);
    }
}

#[test]
fn a_file_that_is_larger_than_the_ticket_allows_is_refused_before_it_is_sent() {
    let target = Target {
        max_size: Some(999.0),
        ..target()
    };
    let (_, actions) = Play::begin_with_jpeg(Task::PutFile {
        target,
        file: picked_file(),
    });
    let failure = failure(actions);
    assert_eq!(
        (failure.code.as_ref(), failure.attempts),
        ("upload_too_large", 0)
    );
    assert!(
        failure
            .message
            .starts_with("me.jpg has 1000 bytes; the gateway takes 999 at most.")
    );
}

#[test]
fn a_put_of_which_fewer_bytes_arrived_is_no_success() {
    for code in ["gateway_size_mismatch", "gateway_empty_upload"] {
        let (mut play, _) = Play::begin_with_jpeg(put());
        assert_eq!(failure(play.refuse(400, code)).code, "upload_incomplete");
    }
}

#[test]
fn a_put_that_another_supersedes_is_not_sent_again_and_says_why() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    let failure = failure(play.refuse(409, "gateway_upload_superseded"));
    assert_eq!(
        (failure.code.as_ref(), failure.step, failure.attempts),
        ("gateway_upload_superseded", Some(Step::Put), 1)
    );
    assert!(!failure.retryable);
}

#[test]
fn after_a_connection_that_failed_a_put_looks_for_a_redirect_and_then_for_progress_again() {
    let (mut play, actions) = Play::begin_with_jpeg(put());
    let mut ways = vec![request(&actions).reports_progress];
    for _ in 0..2 {
        play.handle(Event::ConnectionFailed);
        play.handle(Event::FileBytes(JPEG.to_vec()));
        ways.push(request(&play.time_out()).reports_progress);
    }
    assert_eq!(ways, [true, false, true]);
}

#[test]
fn progress_counts_what_is_sent_where_the_file_says_that_it_is_empty() {
    let file = PickedFile {
        size: 0.0,
        ..picked_file()
    };
    let (mut play, _) = Play::begin_with_jpeg(Task::PutFile {
        target: target(),
        file,
    });
    let reports = reports(play.handle_with_reports(sent(500.0)));
    assert_eq!(reports[0].bytes.fraction(), 0.5);
}

#[test]
fn a_put_that_is_sent_again_says_how_much_of_this_attempt_is_through() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    play.handle(sent(900.0));
    play.refuse(502, "gateway_upload_host_failed");
    play.time_out();
    let reports = reports(play.handle_with_reports(sent(200.0)));
    let [report] = &reports[..] else {
        panic!("{reports:?}");
    };
    assert_eq!(report.attempt, 2);
    assert_eq!(
        (report.bytes.loaded(), report.bytes.attempt_loaded()),
        (900.0, 200.0)
    );
}

#[test]
fn a_put_that_waits_says_why_and_until_when() {
    use crate::progress::WaitReason::{BackOff, Offline, RateLimit};
    let limited = || {
        let mut event = answered(429, Content::NotJson);
        if let Event::Answered(answer) = &mut event {
            answer.head.retry_after_ms = Some(7_000);
        }
        event
    };
    for (event, is_offline, reason, until_ms) in [
        (limited(), false, RateLimit, 7_250),
        (Event::ConnectionFailed, true, Offline, 10_000),
        (answered(503, Content::NotJson), false, BackOff, 250),
    ] {
        let (mut play, _) = Play::begin_with_jpeg(put());
        play.moment.is_offline = is_offline;
        let mut actions = play.handle_with_reports(event);
        if matches!(actions[..], [Action::ReadFile { .. }]) {
            actions = play.handle_with_reports(Event::FileBytes(JPEG.to_vec()));
        }
        let reports = reports(actions);
        assert_eq!(reports[0].waiting, Some(Waiting { reason, until_ms }));
        let reports = self::reports(play.time_out_with_reports());
        assert_eq!((reports[0].waiting, reports[0].attempt), (None, 2));
    }
}

#[test]
fn on_a_page_with_a_service_worker_silence_before_the_first_report_is_no_stall() {
    let (mut play, _) = Play::begin_with_jpeg(put());
    play.moment.is_controlled = true;
    let silent_limit_ms = play.timeout_ms();
    play.handle(sent(0.0));
    assert_eq!(play.timeout_ms(), silent_limit_ms);
    play.handle(sent(500.0));
    assert_eq!(play.timeout_ms(), 30_000);
}

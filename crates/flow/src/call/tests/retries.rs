//! Attempts, waits, deadlines and tokens.

use super::*;
use crate::answer::Content;

#[test]
fn a_request_that_fails_for_a_while_is_sent_again_after_a_wait() {
    let (mut play, _) = Play::begin_with_jpeg(init());
    for _ in 0..6 {
        assert_eq!(play.refuse(503, "later"), [Action::Wait]);
        request(&play.time_out());
    }
    let failure = failure(play.refuse(503, "later"));
    assert_eq!((failure.code.as_ref(), failure.attempts), ("later", 7));
}

#[test]
fn an_answer_that_does_not_come_is_asked_for_again() {
    let (mut play, _) = Play::begin_with_jpeg(init());
    assert_eq!(play.timeout_ms(), 30_000);
    assert_eq!(play.time_out(), [Action::Wait]);
    request(&play.time_out());
}

#[test]
fn the_deadline_ends_a_call_whatever_it_does() {
    let limits = Limits {
        deadline_ms: Some(40_000),
        ..Limits::DEFAULT
    };
    let (mut play, _) = Play::begin_with(init(), &json!({}), limits);
    play.handle(Event::FileBytes(JPEG.to_vec()));
    assert_eq!(play.time_out(), [Action::Wait], "30 s of an attempt");
    play.time_out();
    assert!(play.timeout_ms() < 10_000);
    let failure = failure(play.time_out());
    assert_eq!((failure.code.as_ref(), failure.attempts), ("timeout", 2));
}

#[test]
fn offline_a_call_waits_for_the_network_and_gives_up_at_the_deadline() {
    let (mut play, _) = Play::begin_with_jpeg(init());
    play.moment.is_offline = true;
    assert_eq!(
        play.handle(Event::ConnectionFailed),
        [Action::WaitForOnline]
    );
    request(&play.handle(Event::Online));
    // The browser never reports that it is back, and no request gets through.
    let mut requests = 0;
    let failure = loop {
        let mut actions = play.handle(Event::ConnectionFailed);
        if actions == [Action::WaitForOnline] {
            actions = play.time_out();
        }
        match &actions[..] {
            [Action::Send(_)] => requests += 1,
            _ => break failure(actions),
        }
    };
    assert_eq!(failure.code, "network_error");
    assert_eq!(requests, 2, "after 20 s, and after 40 s");
}

#[test]
fn a_session_token_is_asked_for_each_attempt_and_once_more_after_a_401() {
    let function = crate::json_value::function();
    let options = json!({ "sessionToken": function });
    let (mut play, _) = Play::begin_with(init(), &options, Limits::DEFAULT);
    let asks = [Action::AskForToken(function)];
    assert_eq!(play.handle(Event::FileBytes(JPEG.to_vec())), asks);
    let actions = play.handle(Event::Token(Some("a.b.c".into())));
    let bearer = ("authorization".to_owned(), "Bearer a.b.c".to_owned());
    assert!(request(&actions).headers.contains(&bearer));

    let expired = "gateway_session_expired";
    assert_eq!(play.refuse(401, expired), [Action::Wait]);
    assert_eq!(play.timeout_ms(), 0);
    assert_eq!(play.time_out(), asks);
    play.handle(Event::Token(Some("d.e.f".into())));
    assert_eq!(failure(play.refuse(401, expired)).code, expired);
}

#[test]
fn a_session_token_that_is_no_header_is_not_sent() {
    let options = json!({ "sessionToken": crate::json_value::function() });
    for event in [
        Event::Token(None),
        Event::Token(Some(String::new())),
        Event::Token(Some("a\nb".into())),
        Event::TokenFailed,
        Event::TimedOut,
    ] {
        let (mut play, _) = Play::begin_with(init(), &options, Limits::DEFAULT);
        play.handle(Event::FileBytes(JPEG.to_vec()));
        play.moment.now_ms += 30_000;
        let failure = failure(play.handle(event));
        assert_eq!(
            (failure.code.as_ref(), failure.attempts),
            ("session_token_failed", 0)
        );
    }
}

#[test]
fn an_answer_that_is_not_what_the_api_documents_is_final() {
    let (mut play, _) = Play::begin_with_jpeg(init());
    assert_eq!(
        failure(play.answer(200, Content::WrongShape)).code,
        "invalid_response"
    );
}

#[test]
fn an_answer_that_broke_off_is_asked_for_again() {
    let (mut play, _) = Play::begin_with_jpeg(init());
    assert_eq!(play.answer(200, Content::NotJson), [Action::Wait]);
}

#[test]
fn a_request_that_is_redirected_is_sent_once() {
    for (task, status) in [(init(), 0), (put(), 0), (init(), 302), (put(), 307)] {
        let (mut play, _) = Play::begin_with_jpeg(task);
        let failure = failure(play.answer(status, Content::Unread));
        assert_eq!((failure.code.as_ref(), failure.attempts), ("redirected", 1));
    }
    let (mut play, _) = Play::begin(create(CreateFlow::Synthesize));
    assert_eq!(failure(play.answer(0, Content::Unread)).code, "redirected");
}

#[test]
fn a_deadline_is_reported_with_the_number_that_the_caller_gave() {
    let limits = Limits {
        deadline_ms: Some(60),
        ..Limits::DEFAULT
    };
    let function = json!({ "sessionToken": crate::json_value::function() });
    for (task, options, events) in [
        (init(), &json!({}), &[][..]),
        (upload(false), &json!({}), &[]),
        (
            upload(false),
            &json!({}),
            &[Event::FileBytes(JPEG.to_vec())],
        ),
        (put(), &json!({}), &[Event::FileBytes(JPEG.to_vec())]),
        (init(), &function, &[Event::FileBytes(JPEG.to_vec())]),
    ] {
        let (mut play, _) = Play::begin_with(task, options, limits);
        for event in events {
            play.moment.now_ms += 20;
            play.handle(event.clone());
        }
        let failure = failure(play.time_out());
        assert_eq!(failure.code, "timeout", "{}", failure.message);
        assert!(
            failure.message.contains("within 60 ms"),
            "{}",
            failure.message
        );
    }
}

#[test]
fn a_deadline_that_the_token_used_up_leaves_no_request() {
    let limits = Limits {
        deadline_ms: Some(60),
        ..Limits::DEFAULT
    };
    let options = json!({ "sessionToken": crate::json_value::function() });
    let (mut play, _) = Play::begin_with(create(CreateFlow::Synthesize), &options, limits);
    play.moment.now_ms += 60;
    let failure = failure(play.handle(Event::Token(Some("a.b.c".into()))));
    assert_eq!((failure.code.as_ref(), failure.attempts), ("timeout", 0));
}

#[test]
fn calls_that_a_server_turned_away_come_back_one_by_one() {
    let mut page = Page::new();
    let mut waits = Vec::new();
    for _ in 0..3 {
        let (mut play, _) = Play::begin_with_jpeg(Task::Classify(id("upl_1")));
        play.page = page;
        let mut limited = answered(429, Content::NotJson);
        if let Event::Answered(answer) = &mut limited {
            answer.head.retry_after_ms = Some(6_000);
        }
        assert_eq!(play.handle(limited), [Action::Wait]);
        waits.push(play.timeout_ms());
        page = play.page;
    }
    assert_eq!(waits, [6_250, 12_250, 18_250]);
    // A call that begins now stands behind them.
    let (mut play, _) = Play::begin_in(page, Task::Classify(id("upl_1")));
    assert_eq!(play.timeout_ms(), 24_000);
    request(&play.time_out());
}

#[test]
fn a_call_without_retries_neither_waits_for_a_turn_nor_delays_others() {
    let limits = Limits {
        max_retries: 0,
        ..Limits::DEFAULT
    };
    let mut limited = answered(429, Content::NotJson);
    if let Event::Answered(answer) = &mut limited {
        answer.head.retry_after_ms = Some(6_000);
    }
    let classify = || Task::Classify(id("upl_1"));
    let (mut play, _) = Play::begin_with(classify(), &json!({}), limits);
    failure(play.handle(limited));
    let (_, actions) = Play::begin_in(play.page, classify());
    request(&actions);
}

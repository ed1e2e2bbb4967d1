use super::*;
use crate::answer::{self, Envelope, Head, NoAnswer, Server, Unreadable};
use crate::failure::{Code, ErrorKind};
use crate::retry::GiveUp;

const NOW: Circumstances = Circumstances {
    elapsed_ms: 100,
    random: 0.5,
    is_offline: false,
    turn_in_ms: None,
    can_renew_token: false,
};

fn lost() -> Box<Failure> {
    answer::no_answer(Step::Create, Server::Api, NoAnswer::Network)
}

fn refused(status: u16, code: &str) -> Box<Failure> {
    let head = Head {
        status,
        ..Head::default()
    };
    let envelope = Envelope {
        code: Some(code.into()),
        ..Envelope::default()
    };
    answer::refused(Step::Create, Server::Api, &head, Some(envelope))
}

/// What a create is reported with that ended so.
fn reported(
    attempts: &mut Attempts,
    failure: Box<Failure>,
    are_tickets_unspent: bool,
) -> Box<Failure> {
    reported_by(
        &RetryPolicy::API_CALL,
        attempts,
        failure,
        are_tickets_unspent,
    )
}

fn reported_by(
    policy: &RetryPolicy,
    attempts: &mut Attempts,
    mut failure: Box<Failure>,
    are_tickets_unspent: bool,
) -> Box<Failure> {
    let decision = attempts.count_failed(policy, &failure, NOW);
    assert!(matches!(decision, Decision::GiveUp(_)), "{decision:?}");
    attempts.report(Step::Create, &mut failure, are_tickets_unspent);
    failure
}

#[test]
fn a_lost_create_is_sent_again_where_its_tickets_can_be_spent_once_only() {
    let mut attempts = Attempts::default();
    assert_eq!(
        attempts.count_failed(&RetryPolicy::API_CALL, &lost(), NOW),
        Decision::RetryIn { ms: 250 }
    );
}

#[test]
fn a_lost_create_that_costs_credits_is_not_sent_again() {
    for failure in [
        lost(),
        answer::no_answer(Step::Create, Server::Api, NoAnswer::Timeout(30_000)),
        refused(500, "internal_error"),
        refused(504, "provider_timeout"),
        refused(502, "gateway_create_outcome_unknown"),
    ] {
        let mut attempts = Attempts::of(Repeat::OnlyIfNotCarriedOut);
        let told = reported(&mut attempts, failure, false);
        assert_eq!(told.code, "create_outcome_unknown");
        assert!(!told.retryable);
        assert_eq!(told.attempts, 1);
    }
}

#[test]
fn a_create_that_was_turned_away_is_sent_again_whatever_it_costs() {
    for (status, code) in [
        (429, "too_many_requests"),
        (503, "provider_unavailable"),
        (409, "idempotency_key_in_use"),
    ] {
        let mut attempts = Attempts::of(Repeat::OnlyIfNotCarriedOut);
        let decision = attempts.count_failed(&RetryPolicy::API_CALL, &refused(status, code), NOW);
        assert!(matches!(decision, Decision::RetryIn { .. }), "{status}");
    }
}

#[test]
fn after_a_lost_answer_no_refusal_is_believed() {
    for (status, code) in [(400, "upload_invalid"), (402, "insufficient_credits")] {
        let mut attempts = Attempts::default();
        attempts.count_failed(&RetryPolicy::API_CALL, &lost(), NOW);
        let told = reported(&mut attempts, refused(status, code), false);
        assert_eq!(
            (told.code.as_ref(), told.kind),
            ("create_outcome_unknown", ErrorKind::Api)
        );
        assert_eq!((told.status, told.attempts), (Some(status), 2));
        assert!(told.message.contains("look for it"), "{}", told.message);
    }
}

#[test]
fn a_refusal_of_good_tickets_may_be_the_second_answer() {
    let once = || Attempts::default();
    let upload_invalid = || refused(400, "upload_invalid");
    let told = reported(&mut once(), upload_invalid(), true);
    assert_eq!(told.code, "create_outcome_unknown");
    let told = reported(&mut once(), upload_invalid(), false);
    assert_eq!(told.code, "upload_invalid");
    let told = reported(&mut once(), refused(400, "missing_field"), true);
    assert_eq!(told.code, "missing_field");
}

#[test]
fn a_refusal_of_the_only_request_is_what_it_says() {
    let policy = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::API_CALL
    };
    let failure = refused(503, "provider_unavailable");
    let told = reported_by(&policy, &mut Attempts::default(), failure, true);
    assert_eq!(told.code, "provider_unavailable");
    assert!(told.retryable);
}

#[test]
fn a_create_that_was_accepted_without_a_readable_answer_is_not_sent_again() {
    let head = Head {
        status: 201,
        ..Head::default()
    };
    let unreadable = answer::unusable_body(Step::Create, Server::Api, &head, Unreadable::NotJson);
    let told = reported(&mut Attempts::default(), unreadable, false);
    assert_eq!(told.code, "create_outcome_unknown");
    assert_eq!(told.message.matches("look for it").count(), 1);
}

#[test]
fn a_token_is_asked_for_again_once_and_that_is_no_retry() {
    let mut attempts = Attempts::default();
    let policy = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::API_CALL
    };
    let can_renew = Circumstances {
        can_renew_token: true,
        ..NOW
    };
    let expired = refused(401, "gateway_session_expired");
    assert_eq!(
        attempts.count_failed(&policy, &expired, can_renew),
        Decision::RetryIn { ms: 0 }
    );
    assert_eq!(
        attempts.count_failed(&policy, &expired, can_renew),
        Decision::GiveUp(GiveUp::Final)
    );
}

#[test]
fn a_browser_that_is_offline_for_ever_ends_the_call_all_the_same() {
    let mut attempts = Attempts::default();
    let offline = Circumstances {
        is_offline: true,
        ..NOW
    };
    let lost = answer::no_answer(Step::Put, Server::Api, NoAnswer::Network);
    let decisions = [(); 7].map(|()| attempts.count_failed(&RetryPolicy::PUT, &lost, offline));
    let looks = [10_000, 20_000, 40_000, 80_000, 160_000, 300_000];
    for (decision, at_most_ms) in decisions.into_iter().zip(looks) {
        assert_eq!(decision, Decision::WaitForOnline { at_most_ms });
    }
    assert_eq!(decisions[6], Decision::GiveUp(GiveUp::RetriesUsedUp));
}

#[test]
fn a_wait_that_the_server_asks_for_is_no_failed_attempt() {
    let mut attempts = Attempts::default();
    let mut limited = refused(429, "too_many_requests");
    limited.retry_after_ms = Some(6_000);
    for _ in 0..15 {
        let decision = attempts.count_failed(&RetryPolicy::API_CALL, &limited, NOW);
        assert_eq!(decision, Decision::RetryIn { ms: 6_250 });
    }
    let last_moment = Circumstances {
        elapsed_ms: 114_000,
        ..NOW
    };
    assert_eq!(
        attempts.count_failed(&RetryPolicy::API_CALL, &limited, last_moment),
        Decision::GiveUp(GiveUp::Deadline)
    );
}

#[test]
fn a_server_that_asks_for_waits_for_ever_ends_a_call_without_a_deadline() {
    let mut attempts = Attempts::default();
    let mut busy = refused(429, "gateway_too_many_uploads");
    busy.retry_after_ms = Some(1_000);
    let later = Circumstances {
        elapsed_ms: 120_000,
        ..NOW
    };
    let decisions = [(); 7].map(|()| attempts.count_failed(&RetryPolicy::PUT, &busy, later));
    assert!(matches!(decisions[5], Decision::RetryIn { .. }));
    assert_eq!(decisions[6], Decision::GiveUp(GiveUp::RetriesUsedUp));
}

#[test]
fn a_proxy_without_its_gateway_is_asked_twice() {
    let mut attempts = Attempts::default();
    let mut failure = lost();
    failure.outcome = Outcome::ProxyError;
    let policy = RetryPolicy::API_CALL;
    assert!(matches!(
        attempts.count_failed(&policy, &failure, NOW),
        Decision::RetryIn { .. }
    ));
    assert_eq!(
        attempts.count_failed(&policy, &failure, NOW),
        Decision::GiveUp(GiveUp::RetriesUsedUp)
    );
}

#[test]
fn what_was_found_before_a_request_is_final_and_counts_none() {
    let mut attempts = Attempts::default();
    let mut failure = Failure::new(Code::FileUnreadable, "…", &[]);
    assert_eq!(
        attempts.count_failed(&RetryPolicy::PUT, &failure, NOW),
        Decision::GiveUp(GiveUp::Final)
    );
    attempts.report(Step::Put, &mut failure, false);
    assert_eq!(failure.attempts, 0);
}

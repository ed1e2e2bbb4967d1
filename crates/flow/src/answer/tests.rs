use aurous_contract::outcome::Outcome;

use super::*;
use crate::failure::{ErrorKind, Step};

const GATEWAY: Server<'_> = Server::Gateway {
    mount: "https://app.example/aurous",
};

const UPLOAD_URL: &str = "https://app.example/aurous/uploads/token";

fn head(status: u16) -> Head {
    Head {
        status,
        ..Head::default()
    }
}

fn envelope(code: &str) -> Option<Envelope> {
    Some(Envelope {
        code: Some(code.into()),
        message: Some("Why.".into()),
        ..Envelope::default()
    })
}

#[test]
fn the_apis_own_code_passes_through_known_or_not() {
    for code in ["upload_invalid", "some_code_of_next_year"] {
        let failure = refused(Step::Init, GATEWAY, &head(400), envelope(code));
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            (code, ErrorKind::Api)
        );
        assert_eq!(failure.message, "Why.");
        assert!(!failure.retryable);
    }
}

#[test]
fn a_code_of_the_gateways_is_of_kind_gateway() {
    let failure = refused(
        Step::Init,
        GATEWAY,
        &head(504),
        envelope("gateway_upstream_timeout"),
    );
    assert_eq!(
        (failure.code.as_ref(), failure.kind),
        ("gateway_upstream_timeout", ErrorKind::Gateway)
    );
    assert!(failure.retryable);
}

#[test]
fn no_visitor_can_mend_the_gateways_key_by_trying_again() {
    let failure = refused(
        Step::Classify,
        GATEWAY,
        &gateways(502),
        envelope("gateway_key_refused"),
    );
    assert_eq!(
        (failure.code.as_ref(), failure.kind),
        ("gateway_key_refused", ErrorKind::Gateway)
    );
    assert!(!failure.retryable);
}

#[test]
fn an_error_without_a_code_or_a_message_is_one_all_the_same() {
    let failure = refused(Step::Init, GATEWAY, &head(400), Some(Envelope::default()));
    assert_eq!(failure.code, "invalid_response");
    assert_eq!(failure.message, "The request was refused with status 400.");
}

#[test]
fn a_web_servers_404_page_means_that_no_gateway_is_there() {
    for status in [200, 404, 405, 501, 502, 521] {
        let failure = refused(Step::Init, GATEWAY, &head(status), None);
        assert_eq!(failure.code, "gateway_not_found", "{status}");
        assert!(failure.message.contains("https://app.example/aurous"));
    }
    let failure = unusable_body(Step::Create, GATEWAY, &head(200), Unreadable::NotJson);
    assert_eq!(failure.code, "gateway_not_found");
}

#[test]
fn an_error_page_of_something_in_between_is_an_invalid_response() {
    for (server, status) in [(GATEWAY, 403), (GATEWAY, 429), (Server::Api, 502)] {
        let failure = refused(Step::Init, server, &head(status), None);
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("invalid_response", ErrorKind::Api)
        );
        assert_eq!(failure.status, Some(status));
        assert_eq!(failure.retryable, status != 403);
    }
}

#[test]
fn something_in_between_that_refuses_a_put_says_nothing_of_the_upload_url() {
    let html = Head {
        is_html: true,
        ..head(403)
    };
    for (server, head) in [
        (GATEWAY, head(403)),
        (GATEWAY, head(400)),
        (Server::Api, html),
    ] {
        let failure = refused_put(server, UPLOAD_URL, &head, None);
        assert_eq!(failure.code, "invalid_response", "{head:?}");
    }
    // The limit of a proxy is one that the visitor can obey.
    let failure = refused_put(GATEWAY, UPLOAD_URL, &head(413), None);
    assert_eq!(failure.code, "upload_too_large");
}

#[test]
fn a_development_proxy_without_its_gateway_is_worth_one_more_attempt() {
    let failure = refused(Step::Init, GATEWAY, &head(500), None);
    assert_eq!(
        (failure.code.as_ref(), failure.outcome),
        ("gateway_not_found", Outcome::ProxyError)
    );
    assert!(failure.message.contains("status 500") && failure.message.contains("/aurous"));
    let own = refused(
        Step::Init,
        GATEWAY,
        &gateways(500),
        envelope("gateway_internal_error"),
    );
    assert_eq!(own.outcome, Outcome::Status(500));
}

#[test]
fn an_envelope_that_neither_the_api_nor_a_gateway_wrote_says_nothing_of_the_outcome() {
    let failure = |head| refused(Step::Create, GATEWAY, &head, envelope("unavailable"));
    assert_eq!(failure(head(503)).outcome, Outcome::ForeignStatus(503));
    assert_eq!(failure(gateways(503)).outcome, Outcome::Status(503));
}

#[test]
fn a_redirect_is_one_whether_the_browser_shows_it_or_not() {
    let followed = Head {
        is_redirected: true,
        ..head(200)
    };
    for (head, status) in [
        (head(0), None),
        (head(302), Some(302)),
        (followed, Some(200)),
    ] {
        assert!(head.is_redirect());
        let failure = redirected(&head);
        assert_eq!(
            (failure.code.as_ref(), failure.status),
            ("redirected", status)
        );
        assert!(!failure.retryable);
    }
    assert!(!gateways(200).is_redirect());
}

#[test]
fn a_create_that_was_accepted_but_not_readable_is_never_called_failed() {
    for why in [Unreadable::NotJson, Unreadable::WrongShape] {
        let failure = unusable_body(Step::Create, Server::Api, &head(201), why);
        assert_eq!(failure.code, "create_outcome_unknown");
        assert_eq!((failure.kind, failure.status), (ErrorKind::Api, Some(201)));
        assert!(!failure.retryable);
    }
}

#[test]
fn an_answer_that_broke_off_may_be_whole_the_next_time() {
    for (why, outcome) in [
        (Unreadable::NotJson, Outcome::NoResponse),
        (Unreadable::WrongShape, Outcome::ForeignStatus(201)),
    ] {
        let failure = unusable_body(Step::Init, Server::Api, &head(201), why);
        assert_eq!(failure.code, "invalid_response");
        assert_eq!(failure.outcome, outcome);
        assert_eq!(failure.retryable, why == Unreadable::NotJson);
    }
}

#[test]
fn no_answer_says_how_long_was_waited_for_it() {
    for (why, kind, outcome) in [
        (NoAnswer::Network, ErrorKind::Network, Outcome::NoResponse),
        (
            NoAnswer::Timeout(30_000),
            ErrorKind::Timeout,
            Outcome::Stalled,
        ),
    ] {
        let failure = no_answer(Step::Put, GATEWAY, why);
        assert_eq!((failure.kind, failure.outcome), (kind, outcome));
        assert!(failure.retryable);
        let says_it = failure.message.contains("30000 ms");
        assert_eq!(says_it, why == NoAnswer::Timeout(30_000));
    }
}

#[test]
fn a_put_that_something_in_the_gateways_place_took_has_not_arrived() {
    let url = UPLOAD_URL;
    assert!(accepted_put(GATEWAY, url, &gateways(200)).is_ok());
    let failure = accepted_put(GATEWAY, url, &head(200)).unwrap_err();
    assert_eq!(failure.code, "gateway_not_found");
    // The upload host itself says nothing of the sort.
    for url in [
        "https://upload.example/1",
        "https://app.example/aurous-uploads/1",
    ] {
        assert!(accepted_put(GATEWAY, url, &head(200)).is_ok(), "{url}");
    }
    assert!(accepted_put(Server::Api, url, &head(200)).is_ok());
}

#[test]
fn the_upload_hosts_refusals_have_codes_of_their_own() {
    for (status, code) in [
        (403, "upload_url_expired"),
        (413, "upload_too_large"),
        (400, "upload_failed"),
    ] {
        let failure = refused_put(Server::Api, UPLOAD_URL, &head(status), None);
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            (code, ErrorKind::Upload)
        );
        assert_eq!(failure.status, Some(status));
    }
}

#[test]
fn what_the_gateway_refuses_of_a_put_keeps_the_gateways_words() {
    let failure = refused_put(
        GATEWAY,
        UPLOAD_URL,
        &gateways(429),
        envelope("gateway_too_many_uploads"),
    );
    assert_eq!(
        (failure.code.as_ref(), failure.kind),
        ("gateway_too_many_uploads", ErrorKind::Gateway)
    );
    assert!(failure.retryable);
}

#[test]
fn an_upload_fails_under_the_same_code_with_a_gateway_as_without() {
    for (status, gateways_code, code, retryable) in [
        (
            404,
            "gateway_upload_url_expired",
            "upload_url_expired",
            false,
        ),
        (
            403,
            "gateway_upload_url_refused",
            "upload_url_expired",
            false,
        ),
        (413, "gateway_body_too_large", "upload_too_large", false),
        (400, "gateway_size_mismatch", "upload_incomplete", false),
        (400, "gateway_empty_upload", "upload_incomplete", false),
        (502, "gateway_upload_refused", "upload_failed", false),
        (502, "gateway_upload_host_failed", "upload_failed", true),
        (503, "gateway_upload_host_busy", "upload_failed", true),
    ] {
        let failure = refused_put(
            GATEWAY,
            UPLOAD_URL,
            &gateways(status),
            envelope(gateways_code),
        );
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            (code, ErrorKind::Upload)
        );
        assert_eq!(
            (failure.status, failure.message.as_str()),
            (Some(status), "Why.")
        );
        assert_eq!(failure.retryable, retryable, "{gateways_code}");
    }
}

#[test]
fn a_body_too_large_of_another_call_is_no_upload() {
    let failure = refused(
        Step::Create,
        GATEWAY,
        &head(413),
        envelope("gateway_body_too_large"),
    );
    assert_eq!(
        (failure.code.as_ref(), failure.kind),
        ("gateway_body_too_large", ErrorKind::Gateway)
    );
}

fn gateways(status: u16) -> Head {
    Head {
        is_from_gateway: true,
        ..head(status)
    }
}

// --- The head of an answer -------------------------------------------------------------------------

/// Reads the head of an answer with these headers, at 1 000 000 ms. A date is 1 007 000 ms.
fn read_head(headers: &[(&str, &str)]) -> Head {
    let header = |name: &str| {
        let found = headers.iter().find(|it| it.0.eq_ignore_ascii_case(name));
        found.map(|it| it.1.to_owned())
    };
    let parse_date = |text: &str| match text.ends_with(" GMT") {
        true => 1_007_000.0,
        false => f64::NAN,
    };
    Head::read(429, &header, parse_date, 1_000_000.0)
}

#[test]
fn a_head_has_the_headers_that_the_sdk_reads() {
    let read = read_head(&[
        ("Aurous-Request-Id", "req_1"),
        ("Aurous-Gateway", "1"),
        ("Retry-After", "7"),
        ("X-RateLimit-Remaining", "17"),
        ("Content-Type", "application/json"),
    ]);
    let expected = Head {
        status: 429,
        request_id: Some("req_1".into()),
        retry_after_ms: Some(7_000),
        remaining_tokens: Some(17),
        is_from_gateway: true,
        is_redirected: false,
        is_html: false,
    };
    assert_eq!(read, expected);
}

#[test]
fn a_head_without_headers_is_its_status() {
    assert_eq!(read_head(&[]), head(429));
}

#[test]
fn a_date_to_come_back_at_goes_by_the_clock_of_the_server() {
    let header = |name: &str| match name {
        "retry-after" => Some("Thu, 01 Jan 1970 00:16:47 GMT".to_owned()),
        "date" => Some("Thu, 01 Jan 1970 00:16:37 GMT".to_owned()),
        _ => None,
    };
    let parse_date = |text: &str| match text.contains("16:47") {
        true => 1_007_000.0,
        false => 997_000.0,
    };
    for hours_off in [-1.0, 0.0, 1.0] {
        let now_ms = 1_000_000.0 + hours_off * 3_600_000.0;
        let head = Head::read(429, &header, parse_date, now_ms);
        assert_eq!(head.retry_after_ms, Some(10_000));
    }
}

#[test]
fn retry_after_is_read_as_seconds_or_as_a_date() {
    for (value, ms) in [
        ("0", Some(0)),
        ("7", Some(7_000)),
        ("Thu, 01 Jan 1970 00:16:47 GMT", Some(7_000)),
        ("soon", None),
        ("", None),
    ] {
        let read = read_head(&[("Retry-After", value)]);
        assert_eq!(read.retry_after_ms, ms, "{value}");
    }
}

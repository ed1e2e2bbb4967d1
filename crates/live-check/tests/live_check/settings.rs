//! For each setting of the emulator, the finding says what the emulator was set to.

use aurous_emulator::{Operation, RuntimeSettings};
use aurous_live_check::Verdict;
use aurous_live_check::finding::{
    ClientReferenceId, Cors, FailedCreate, Finding, IdempotencyKey, RefOrder, RefusedBy, SecondPut,
    Synthesis, Unknown, UnknownAttribute,
};
use aurous_live_check::options::Options;
use aurous_live_check::report::{Report, Row};

use crate::{MB, check_all, found, open, options, run, start};

/// A synthesis that takes no time.
fn instant() -> RuntimeSettings {
    RuntimeSettings {
        synthesize_ms: 0,
        ..RuntimeSettings::default()
    }
}

fn refusal(report: &Report, unknown: Unknown) -> (u16, String) {
    let refusal = match found(report, unknown) {
        Finding::ClassifyBeforePut(Verdict::Refused(it))
        | Finding::CreateBeforePut(Verdict::Refused(it))
        | Finding::BadSignature(Verdict::Refused(it))
        | Finding::OtherContentType(Verdict::Refused(it))
        | Finding::SameUploadTwice(Verdict::Refused(it))
        | Finding::UnknownAttribute(UnknownAttribute::Refused(it))
        | Finding::IdempotencyKeyOnCreate(IdempotencyKey::Refused(it)) => it,
        other => panic!("{other:?}"),
    };
    (refusal.status, refusal.code.clone().unwrap_or_default())
}

fn synthesis(report: &Report, unknown: Unknown) -> &Synthesis {
    match found(report, unknown) {
        Finding::SynthesisEnd(it) | Finding::RegenerateEnd(it) => it,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_default_emulator_is_found_to_be_as_the_contract_says() {
    let report = check_all(instant()).await;
    let learned = report
        .findings
        .iter()
        .all(|it| matches!(it, Row::Learned(_)));
    assert!(learned, "{report}");

    for (unknown, expected) in [
        (Unknown::InitStatus, Finding::InitStatus(201)),
        (Unknown::PutStatus, Finding::PutStatus(200)),
        (Unknown::ClassifyStatus, Finding::ClassifyStatus(200)),
        (
            Unknown::SecondPut,
            Finding::SecondPut(SecondPut::Overwrites),
        ),
        (
            Unknown::FailedCreate,
            Finding::FailedCreate(FailedCreate::ConsumesNothing),
        ),
        (
            Unknown::RefOrder,
            Finding::RefOrder(RefOrder::AsInUploadIds),
        ),
    ] {
        assert_eq!(*found(&report, unknown), expected);
    }
    for (unknown, status, code) in [
        (Unknown::ClassifyBeforePut, 400, "upload_invalid"),
        (Unknown::CreateBeforePut, 400, "upload_invalid"),
        (Unknown::BadSignature, 403, "SignatureDoesNotMatch"),
        (Unknown::OtherContentType, 403, "SignatureDoesNotMatch"),
        (Unknown::SameUploadTwice, 400, "invalid_request"),
        (Unknown::UnknownAttribute, 400, "invalid_request"),
    ] {
        assert_eq!(refusal(&report, unknown), (status, code.to_owned()));
    }
    let Finding::LongestName(name) = found(&report, Unknown::LongestName) else {
        panic!("{report}");
    };
    assert_eq!(
        (name.longest_kept, name.shortest_not_kept),
        (120, Some(121))
    );
    assert_eq!(report.api_version.as_deref(), Some("2026-05-15"));
}

#[tokio::test]
async fn a_run_makes_two_characters_at_most_and_one_without_credits() {
    let report = check_all(instant()).await;
    assert_eq!(report.characters.made.len(), 2);

    let emulator = start(instant()).await;
    let report = run(&options(&emulator)).await;
    assert_eq!(report.characters.made, report.characters.deleted);
    assert_eq!(report.characters.made.len(), 1);
    let reason = open(&report, Unknown::SynthesisEnd);
    assert!(reason.contains("--synthesize"), "{reason}");
}

#[tokio::test]
async fn the_rate_limits_refuse_no_request() {
    let emulator = start(instant()).await;
    let options = Options {
        synthesize: true,
        max_image_bytes: 12 * MB,
        ..options(&emulator)
    };
    run(&options).await;
    assert!(emulator.log().iter().all(|it| it.status != Some(429)));
}

#[tokio::test]
async fn only_calls_of_the_api_carry_the_key() {
    let emulator = start(instant()).await;
    run(&options(&emulator)).await;
    for request in emulator.log() {
        let is_call = !matches!(
            request.operation,
            Operation::Put | Operation::Preflight | Operation::Ref
        );
        assert_eq!(
            request.header("x-api-key").is_some(),
            is_call,
            "{request:?}"
        );
    }
}

#[tokio::test]
async fn cors_is_found_to_be_on_or_off() {
    for cors in [true, false] {
        let report = check_all(RuntimeSettings { cors, ..instant() }).await;
        for unknown in [Unknown::ApiCors, Unknown::UploadHostCors] {
            let (Finding::ApiCors(found) | Finding::UploadHostCors(found)) =
                found(&report, unknown)
            else {
                panic!("{report}");
            };
            let Cors {
                preflight_allows,
                response_allows,
                ..
            } = *found;
            assert_eq!(
                (preflight_allows, response_allows),
                (cors, cors),
                "{unknown:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_largest_image_is_found() {
    let emulator = start(RuntimeSettings {
        upload_max_bytes: 3_000_000,
        ..instant()
    })
    .await;
    let options = Options {
        max_image_bytes: 12 * MB,
        ..options(&emulator)
    };
    let report = run(&options).await;
    let Finding::LargestImage(largest) = found(&report, Unknown::LargestImage) else {
        panic!("{report}");
    };
    assert_eq!(largest.largest_accepted, 2 * MB);
    let refused = largest.refused.as_ref().expect("an image was refused");
    assert_eq!((refused.bytes, refused.by), (5 * MB, RefusedBy::UploadHost));
    assert!(matches!(&refused.verdict, Verdict::Refused(it) if it.status == 413));
}

#[tokio::test]
async fn an_idempotency_key_on_create_is_found_to_be_honoured_or_not() {
    let report = check_all(instant()).await;
    let honoured = IdempotencyKey::Honoured { replayed: true };
    let expected = Finding::IdempotencyKeyOnCreate(honoured);
    assert_eq!(*found(&report, Unknown::IdempotencyKeyOnCreate), expected);

    let report = check_all(RuntimeSettings {
        honour_idempotency_key_on_create: false,
        ..instant()
    })
    .await;
    let refused = refusal(&report, Unknown::IdempotencyKeyOnCreate);
    assert_eq!(refused, (400, "upload_invalid".to_owned()));
}

#[tokio::test]
async fn the_echo_of_a_client_reference_id_is_found() {
    for echo in [true, false] {
        let report = check_all(RuntimeSettings {
            echo_client_reference_id: echo,
            ..instant()
        })
        .await;
        let expected = Finding::ClientReferenceId(ClientReferenceId {
            on_create: true,
            on_get: echo,
            in_list: echo,
        });
        assert_eq!(*found(&report, Unknown::ClientReferenceId), expected);
    }
}

#[tokio::test]
async fn a_synthesis_is_found_to_end_in_ready_or_in_reviewing() {
    let report = check_all(RuntimeSettings {
        synthesize_ms: 1000,
        ..instant()
    })
    .await;
    let end = synthesis(&report, Unknown::SynthesisEnd);
    assert_eq!(
        (end.http_status, end.first_status.as_str()),
        (201, "synthesizing")
    );
    assert_eq!((end.last_status.as_str(), &end.save), ("ready", &None));
    assert!(end.seconds >= 1);
    assert_eq!(
        synthesis(&report, Unknown::RegenerateEnd).last_status,
        "ready"
    );

    let report = check_all(RuntimeSettings {
        review_step: true,
        ..instant()
    })
    .await;
    for unknown in [Unknown::SynthesisEnd, Unknown::RegenerateEnd] {
        let end = synthesis(&report, unknown);
        assert_eq!(end.last_status, "reviewing");
        assert_eq!(end.save, Some(Verdict::Accepted { status: 200 }));
    }
}

#[tokio::test]
async fn short_credits_leave_the_synthesis_open_and_say_so() {
    for (credits, unknown) in [(3, Unknown::SynthesisEnd), (4, Unknown::RegenerateEnd)] {
        let report = check_all(RuntimeSettings {
            credits,
            ..instant()
        })
        .await;
        let reason = open(&report, unknown);
        assert!(reason.contains("402"), "{reason}");
    }
}

#[tokio::test]
async fn the_rate_limit_headers_are_found_to_count_down_or_not() {
    for rate_limits in [true, false] {
        let report = check_all(RuntimeSettings {
            rate_limits,
            ..instant()
        })
        .await;
        let Finding::RateLimitHeaders(headers) = found(&report, Unknown::RateLimitHeaders) else {
            panic!("{report}");
        };
        assert_eq!(headers.with_headers, headers.responses);
        let post = &headers.buckets["characters_post"];
        assert_eq!(post.limit, 60);
        assert_eq!(post.lowest_remaining < 60, rate_limits);
        assert_eq!(headers.buckets["characters_synthesize"].limit, 12);
        assert_eq!(headers.buckets["characters_get"].limit, 240);
    }
}

#[tokio::test]
async fn upload_urls_that_have_expired_are_the_reason_for_what_stays_open() {
    let report = check_all(RuntimeSettings {
        upload_url_ttl_ms: 0,
        ..instant()
    })
    .await;
    for unknown in [Unknown::PutStatus, Unknown::RefOrder, Unknown::FailedCreate] {
        let reason = open(&report, unknown);
        assert!(
            reason.contains("the PUT of an image was refused: 403"),
            "{reason}"
        );
    }
    // The other groups are run all the same.
    assert_eq!(
        *found(&report, Unknown::InitStatus),
        Finding::InitStatus(201)
    );
    found(&report, Unknown::SynthesisEnd);
}

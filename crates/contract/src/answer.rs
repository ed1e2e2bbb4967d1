//! What an HTTP answer, or the lack of one, means to the SDK.
//!
//! The shell reads the status, four headers and the body; what they mean is decided here.

use std::borrow::Cow;

use crate::failure::{Code, Failure, Kind, Step};
use crate::gateway;

/// Who answers the API's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through<'a> {
    /// A gateway, mounted at this URL (without a query: it stands in messages).
    Gateway(&'a str),
    /// The API itself.
    Api,
}

/// An answer without its body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    pub status: u16,
    /// `Aurous-Request-Id`
    pub request_id: Option<String>,
    /// `Retry-After`, in milliseconds from now.
    pub retry_after_ms: Option<f64>,
    /// Whether the answer carries `Aurous-Gateway`, as all of a gateway's do.
    pub from_gateway: bool,
}

/// The fields of an error envelope, as far as they are there and of the right type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    pub code: Option<String>,
    pub error_type: Option<String>,
    pub message: Option<String>,
    pub param: Option<String>,
    pub doc_url: Option<String>,
    pub request_id: Option<String>,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed. A browser doesn't say why.
    Network,
    /// Nothing came within this many milliseconds.
    Timeout(u32),
}

/// Whether a status is worth another attempt: the design's table of retries.
pub const fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a code says that another attempt ends the same way, whatever its status says.
pub fn is_final(code: &str) -> bool {
    code == gateway::KEY_REFUSED
}

/// An API call was answered with a status that is not 2xx.
///
/// `envelope` is the API's error body; `None` where the body was something else.
pub fn refused(
    step: Step,
    through: Through<'_>,
    head: Head,
    envelope: Option<Envelope>,
) -> Failure {
    let Some(envelope) = envelope else {
        return not_the_apis(through, head, "its body is not the API's JSON");
    };
    let status = head.status;
    let mut failure = Failure::new(
        Code::InvalidResponse,
        envelope.message.unwrap_or_else(|| {
            [
                "The request was refused with status ",
                &status.to_string(),
                ".",
            ]
            .concat()
        }),
    );
    failure.error_type = envelope.error_type;
    failure.param = envelope.param;
    failure.doc_url = envelope.doc_url;
    failure = with_head(
        failure,
        Head {
            request_id: head.request_id.or(envelope.request_id),
            ..head
        },
    );
    let Some(code) = envelope.code else {
        return failure;
    };
    failure.retryable &= !is_final(&code);
    if let Some(own) = own_code(step, &code) {
        // With a key of its own, as a call has it unless told otherwise, it might happen twice.
        failure.retryable &= own != Code::CreateOutcomeUnknown;
        failure.kind = own.kind();
        failure.code = Cow::Borrowed(own.as_str());
        return failure;
    }
    failure.kind = if code.starts_with("gateway_") {
        Kind::Gateway
    } else {
        Kind::Api
    };
    // Two tables of the vendor's name some codes differently, so any code passes through.
    failure.code = Cow::Owned(code);
    failure
}

/// What the SDK itself says in the place of a gateway's code: a page needn't know whether it was a
/// gateway that found an upload URL expired or a file too large, or the upload host.
fn own_code(step: Step, code: &str) -> Option<Code> {
    match (step, code) {
        (Step::Put, gateway::UPLOAD_URL_EXPIRED | gateway::UPLOAD_URL_REFUSED) => {
            Some(Code::UploadUrlExpired)
        }
        (Step::Put, gateway::BODY_TOO_LARGE) => Some(Code::UploadTooLarge),
        (Step::Put, gateway::UPLOAD_REFUSED | gateway::UPLOAD_HOST_BUSY) => {
            Some(Code::UploadFailed)
        }
        (Step::Create, gateway::CREATE_OUTCOME_UNKNOWN) => Some(Code::CreateOutcomeUnknown),
        _ => None,
    }
}

/// An API call was answered with 2xx, but `problem` ("its body is empty", say).
pub fn unreadable(step: Step, through: Through<'_>, head: Head, problem: &str) -> Failure {
    if step == Step::Create && (head.from_gateway || through == Through::Api) {
        let failure = Failure::new(
            Code::CreateOutcomeUnknown,
            [
                "The create was accepted, but ",
                problem,
                ": the character was probably made. Look for it before making another.",
            ]
            .concat(),
        );
        return Failure {
            retryable: false,
            ..with_head(failure, head)
        };
    }
    not_the_apis(through, head, problem)
}

/// A PUT was answered with a status that is not 2xx.
pub fn put_refused(head: Head, envelope: Option<Envelope>) -> Failure {
    // What the gateway itself refuses, it explains; the upload host's XML explains nothing to a page.
    if let (true, Some(envelope)) = (head.from_gateway, envelope) {
        return refused(Step::Put, Through::Api, head, Some(envelope));
    }
    let failure = match head.status {
        403 => Failure::new(
            Code::UploadUrlExpired,
            "The upload host refused the PUT (403): the URL has expired (15 minutes), was changed, or is not for this content type. Mint a new ticket with initUpload and PUT to that.",
        ),
        413 => Failure::new(
            Code::UploadTooLarge,
            "The upload host refused the PUT (413): the file is too large. Scale the picture down and try again.",
        ),
        status => Failure::new(
            Code::UploadFailed,
            [
                "The upload host refused the PUT with status ",
                &status.to_string(),
                ".",
            ]
            .concat(),
        ),
    };
    with_head(failure, head)
}

/// A request was sent and no answer came.
pub fn no_answer(step: Step, why: NoAnswer) -> Failure {
    let (code, what) = match why {
        NoAnswer::Network => (Code::NetworkError, "No answer came".into()),
        NoAnswer::Timeout(ms) => (
            Code::Timeout,
            ["No answer came within ", &ms.to_string(), " ms"].concat(),
        ),
    };
    let remedy = match step {
        Step::Create => {
            ": the character may or may not have been made. Look for it before making another."
        }
        Step::Put => {
            ". Check the network, and that the upload host is in the page's connect-src and lets this origin in (the vendor's own sends no CORS headers: a gateway must stand before it)."
        }
        Step::Init | Step::Classify => {
            ". Check the network, and that the gateway is running, is in the page's connect-src and lets this origin in."
        }
    };
    let mut failure = Failure::new(code, [&what, remedy].concat());
    if step == Step::Create {
        failure.code = Cow::Borrowed(Code::CreateOutcomeUnknown.as_str());
    }
    failure.retryable = step != Step::Create;
    failure.attempts = 1;
    failure
}

fn not_the_apis(through: Through<'_>, head: Head, problem: &str) -> Failure {
    let status = head.status.to_string();
    let failure = match through {
        // A web server's 404 page, its refusal of POST, or a single-page app's catch-all.
        Through::Gateway(base)
            if !head.from_gateway && matches!(head.status, 200..=299 | 404 | 405 | 501) =>
        {
            Failure::new(
                Code::GatewayNotFound,
                [
                    "Nothing that is an Aurous gateway answers at ",
                    base,
                    " (status ",
                    &status,
                    "). Mount aurous-gateway there, or set `baseUrl` to where it is.",
                ]
                .concat(),
            )
        }
        _ => Failure::new(
            Code::InvalidResponse,
            [
                "The answer (status ",
                &status,
                ") is not the API's: ",
                problem,
                ". Something between the page and the API may have answered in its place.",
            ]
            .concat(),
        ),
    };
    with_head(failure, head)
}

fn with_head(mut failure: Failure, head: Head) -> Failure {
    failure.status = Some(head.status);
    failure.request_id = head.request_id;
    failure.retry_after_ms = head.retry_after_ms;
    failure.retryable = is_retryable(head.status);
    failure.attempts = 1;
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATEWAY: Through<'_> = Through::Gateway("https://app.example/aurous");

    fn head(status: u16) -> Head {
        Head {
            status,
            request_id: Some("req_1".into()),
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
            let failure = refused(Step::Init, GATEWAY, head(400), envelope(code));
            assert_eq!((failure.code.as_ref(), failure.kind), (code, Kind::Api));
            assert_eq!(failure.message, "Why.");
            assert_eq!(failure.request_id.as_deref(), Some("req_1"));
            assert!(!failure.retryable);
        }
    }

    #[test]
    fn a_code_of_the_gateways_is_of_kind_gateway() {
        let failure = refused(
            Step::Init,
            GATEWAY,
            head(504),
            envelope("gateway_upstream_timeout"),
        );
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("gateway_upstream_timeout", Kind::Gateway)
        );
        assert!(failure.retryable);
    }

    #[test]
    fn no_visitor_can_mend_the_gateways_key_by_trying_again() {
        let failure = refused(
            Step::Classify,
            GATEWAY,
            head(502),
            envelope("gateway_key_refused"),
        );
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("gateway_key_refused", Kind::Gateway)
        );
        assert!(!failure.retryable);
    }

    #[test]
    fn a_create_of_which_the_gateway_knows_no_outcome_has_an_unknown_one() {
        let failure = refused(
            Step::Create,
            GATEWAY,
            head(502),
            envelope("gateway_create_outcome_unknown"),
        );
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("create_outcome_unknown", Kind::Api)
        );
        assert_eq!(
            (failure.status, failure.message.as_str()),
            (Some(502), "Why.")
        );
        assert!(!failure.retryable);
    }

    #[test]
    fn the_request_id_of_the_body_stands_in_for_a_header_that_is_not_exposed() {
        let envelope = Envelope {
            request_id: Some("req_2".into()),
            ..Envelope::default()
        };
        let failure = refused(
            Step::Init,
            Through::Api,
            Head {
                status: 400,
                ..Head::default()
            },
            Some(envelope),
        );
        assert_eq!(failure.request_id.as_deref(), Some("req_2"));
        assert_eq!(failure.code, "invalid_response");
    }

    #[test]
    fn a_web_servers_404_page_means_that_no_gateway_is_there() {
        for status in [200, 404, 405, 501] {
            let failure = refused(Step::Init, GATEWAY, head(status), None);
            assert_eq!(failure.code, "gateway_not_found", "{status}");
            assert!(failure.message.contains("https://app.example/aurous"));
        }
        let failure = unreadable(Step::Create, GATEWAY, head(200), "its body is not JSON");
        assert_eq!(failure.code, "gateway_not_found");
    }

    #[test]
    fn an_error_page_of_something_in_between_is_an_invalid_response() {
        for through in [GATEWAY, Through::Api] {
            let failure = refused(Step::Init, through, head(502), None);
            assert_eq!(
                (failure.code.as_ref(), failure.kind),
                ("invalid_response", Kind::Api)
            );
            assert_eq!(
                (failure.status, failure.request_id.as_deref()),
                (Some(502), Some("req_1"))
            );
            assert!(failure.retryable);
        }
    }

    #[test]
    fn a_create_that_was_accepted_but_not_readable_is_never_called_failed() {
        let failure = unreadable(Step::Create, Through::Api, head(201), "its body is empty");
        assert_eq!(failure.code, "create_outcome_unknown");
        assert_eq!(failure.status, Some(201));
        assert!(!failure.retryable);
        assert_eq!(
            unreadable(Step::Init, Through::Api, head(201), "…").code,
            "invalid_response"
        );
    }

    #[test]
    fn a_create_without_an_answer_has_an_unknown_outcome() {
        for (why, kind) in [
            (NoAnswer::Network, Kind::Network),
            (NoAnswer::Timeout(5), Kind::Timeout),
        ] {
            let failure = no_answer(Step::Create, why);
            assert_eq!(
                (failure.code.as_ref(), failure.kind),
                ("create_outcome_unknown", kind)
            );
            assert!(!failure.retryable);
        }
        assert!(no_answer(Step::Init, NoAnswer::Network).retryable);
        assert!(
            no_answer(Step::Put, NoAnswer::Timeout(30_000))
                .message
                .contains("30000 ms")
        );
    }

    #[test]
    fn the_upload_hosts_refusals_have_codes_of_their_own() {
        for (status, code) in [
            (403, "upload_url_expired"),
            (413, "upload_too_large"),
            (400, "upload_failed"),
        ] {
            let failure = put_refused(head(status), None);
            assert_eq!((failure.code.as_ref(), failure.kind), (code, Kind::Upload));
            assert_eq!(failure.status, Some(status));
        }
    }

    #[test]
    fn what_the_gateway_refuses_of_a_put_keeps_the_gateways_words() {
        let failure = put_refused(gateways(429), envelope("gateway_too_many_uploads"));
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("gateway_too_many_uploads", Kind::Gateway)
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
            (502, "gateway_upload_refused", "upload_failed", true),
            (503, "gateway_upload_host_busy", "upload_failed", true),
        ] {
            let failure = put_refused(gateways(status), envelope(gateways_code));
            assert_eq!((failure.code.as_ref(), failure.kind), (code, Kind::Upload));
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
            head(413),
            envelope("gateway_body_too_large"),
        );
        assert_eq!(
            (failure.code.as_ref(), failure.kind),
            ("gateway_body_too_large", Kind::Gateway)
        );
    }

    fn gateways(status: u16) -> Head {
        Head {
            from_gateway: true,
            ..head(status)
        }
    }
}

//! How a request ended, and whether it may have been carried out.

use crate::error::ErrorCode;
use crate::gateway;

/// How an attempt that did not succeed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The API or a gateway answered with this status: the body is its error envelope.
    Status(u16),
    /// Something else answered with this status: an upload host, or a proxy, CDN, mesh or firewall in between.
    ForeignStatus(u16),
    /// A proxy answered in the place of a gateway that it could not reach, as a development server does.
    ProxyError,
    /// An answer came whose code rules out success on another attempt, whatever its status is.
    Final,
    /// 409 `idempotency_key_in_use`: an earlier request with the same key is being carried out.
    InFlight,
    /// The connection failed, at whatever point.
    NoResponse,
    /// No answer came in time, or a PUT stood still.
    Stalled,
    /// The connection failed, and the browser reports that it is offline. (That report counts only after a
    /// failure: a browser also makes it on a machine without a network, where loopback works.)
    Offline,
}

/// Whether a second request does harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// It does no harm: a read, an init, a PUT, a create that consumes its tickets.
    Freely,
    /// It may cost credits again: a create of the synthesize flow. The vendor does not document that an
    /// idempotency key prevents that.
    OnlyIfNotCarriedOut,
}

impl Outcome {
    /// Returns the outcome of an answer with this status and, where its body is the API's error envelope,
    /// this `code`.
    ///
    /// ```
    /// use aurous_contract::outcome::Outcome;
    ///
    /// let of = Outcome::of_answer;
    /// assert_eq!(of(503, Some("provider_unavailable")), Outcome::Status(503));
    /// assert_eq!(of(503, None), Outcome::ForeignStatus(503));
    /// assert_eq!(of(409, Some("idempotency_key_in_use")), Outcome::InFlight);
    /// // The same key with another body: no wait helps.
    /// assert_eq!(of(409, Some("invalid_request")), Outcome::Status(409));
    /// // A gateway's 502 may pass; a key that the API refuses does not.
    /// assert_eq!(of(502, Some("gateway_upstream_unreachable")), Outcome::Status(502));
    /// assert_eq!(of(502, Some("gateway_key_refused")), Outcome::Final);
    /// ```
    pub fn of_answer(status: u16, code: Option<&str>) -> Self {
        if status == 409 && code == Some(ErrorCode::IdempotencyKeyInUse.as_str()) {
            Self::InFlight
        } else if code.is_some_and(is_final_code) {
            Self::Final
        } else if code.is_some() {
            Self::Status(status)
        } else {
            Self::ForeignStatus(status)
        }
    }

    /// Returns whether the same request would end the same way.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Status(status) | Self::ForeignStatus(status) => !is_retryable_status(status),
            Self::Final => true,
            Self::ProxyError
            | Self::InFlight
            | Self::NoResponse
            | Self::Stalled
            | Self::Offline => false,
        }
    }

    /// Returns whether the request may have been carried out although no success was reported.
    ///
    /// The API's own refusals rule it out, but for a failure of its server: a 5xx other than 503, which means
    /// "not handled" (RFC 9110, 15.6.4). Anything else in between may have passed the request on before it
    /// answered in the API's place: a proxy or CDN with any 5xx, a firewall with 403 (some look at answers),
    /// a load balancer with 460 or 499 (the client hung up).
    ///
    /// ```
    /// use aurous_contract::outcome::Outcome;
    ///
    /// assert!(Outcome::NoResponse.may_have_been_carried_out());
    /// assert!(Outcome::Status(502).may_have_been_carried_out());
    /// assert!(!Outcome::Status(503).may_have_been_carried_out());
    /// assert!(Outcome::ForeignStatus(503).may_have_been_carried_out());
    /// assert!(!Outcome::Status(400).may_have_been_carried_out());
    /// ```
    pub const fn may_have_been_carried_out(self) -> bool {
        match self {
            Self::Status(status) => status != 503 && is_server_failure(status),
            Self::ForeignStatus(status) => {
                matches!(status, 403 | 460 | 499) || is_server_failure(status)
            }
            Self::InFlight | Self::Final => false,
            Self::ProxyError | Self::NoResponse | Self::Stalled | Self::Offline => true,
        }
    }
}

/// Returns whether a status says that the server failed: each 5xx but those that say what it will never do
/// (501, 505), or that the visitor must sign in to the network (511).
const fn is_server_failure(status: u16) -> bool {
    matches!(status, 500..=599) && !matches!(status, 501 | 505 | 511)
}

/// Returns whether a status is worth another attempt: 408 (not received whole), 425 (too early), 429 (too
/// many), and a failure of the server, whichever server that is: CDNs answer with 520 to 530, load balancers
/// with 561. Source: the table of retries in `docs/errors.md`.
const fn is_retryable_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429) || is_server_failure(status)
}

/// Returns whether a code rules out success on another attempt, whatever the status is.
fn is_final_code(code: &str) -> bool {
    matches!(code, gateway::KEY_REFUSED | gateway::UPLOAD_REFUSED)
}

//! How a request ended, and whether it may have been carried out.

use crate::error::ErrorCode;
use crate::gateway;

/// How an attempt that did not succeed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// An answer with this status came.
    Status(u16),
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
    /// assert_eq!(of(503, None), Outcome::Status(503));
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
        } else {
            Self::Status(status)
        }
    }

    /// Returns whether the same request would end the same way.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Status(status) => !is_retryable_status(status),
            Self::Final => true,
            Self::InFlight | Self::NoResponse | Self::Stalled | Self::Offline => false,
        }
    }

    /// Returns whether the request may have been carried out although no success was reported.
    ///
    /// Of the statuses that are worth another attempt, three rule it out (RFC 9110, 15.5.9 and 15.6.4;
    /// RFC 6585, 4): 408, not received whole; 429, turned away; 503, not handled. 500, 502 and 504 do not.
    ///
    /// ```
    /// use aurous_contract::outcome::Outcome;
    ///
    /// assert!(Outcome::NoResponse.may_have_been_carried_out());
    /// assert!(Outcome::Status(502).may_have_been_carried_out());
    /// assert!(!Outcome::Status(503).may_have_been_carried_out());
    /// assert!(!Outcome::Status(400).may_have_been_carried_out());
    /// ```
    pub const fn may_have_been_carried_out(self) -> bool {
        match self {
            Self::Status(500 | 502 | 504) => true,
            Self::Status(_) | Self::InFlight | Self::Final => false,
            Self::NoResponse | Self::Stalled | Self::Offline => true,
        }
    }
}

/// Returns whether a status is worth another attempt. Source: the table of retries in `docs/errors.md`.
const fn is_retryable_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Returns whether a code rules out success on another attempt, whatever the status is.
fn is_final_code(code: &str) -> bool {
    matches!(code, gateway::KEY_REFUSED | gateway::UPLOAD_REFUSED)
}

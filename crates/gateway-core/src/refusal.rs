//! The gateway's own refusals. They come in the API's error envelope, with codes that begin
//! `gateway_`.

use std::borrow::Cow;

use aurous_contract::error::{ErrorBody, ErrorEnvelope, ErrorType};
use aurous_contract::gateway;

/// The codes of the gateway's refusals. Each has one status.
///
/// `docs/gateway.md` holds the same table; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request is not one that a browser sends: it has an absolute target, or two lengths.
    BadRequest,
    /// The body is not a JSON object, or is too deep.
    InvalidJson,
    /// A field is wrong, missing or unknown.
    InvalidField,
    /// A create has no `Idempotency-Key`, or one of fewer than 16 or more than 256 characters.
    IdempotencyKeyInvalid,
    /// The request has no session token, and the gateway requires one.
    SessionMissing,
    /// The session token does not open a session.
    SessionInvalid,
    /// The session token has expired.
    SessionExpired,
    /// The origin of the page is not listed.
    OriginRefused,
    /// The host of the request is not listed.
    HostRefused,
    /// The call is switched off.
    CallDisabled,
    /// There is no such route.
    RouteNotFound,
    /// The session may not use an upload or a character with this id.
    IdNotFound,
    /// The upload URL has expired, has had as many PUTs as it may, or never was one.
    UploadUrlExpired,
    /// The upload host refused the signed URL, as expired or for its content type.
    UploadUrlRefused,
    /// The PUT has no bytes.
    EmptyUpload,
    /// The PUT has another number of bytes than its file.
    SizeMismatch,
    /// The route does not have this method.
    MethodNotAllowed,
    /// The request's body came too slowly, or stopped.
    BodyTooSlow,
    /// The `Idempotency-Key` was used for another body.
    IdempotencyKeyReused,
    /// Another PUT to the same upload URL has begun.
    UploadSuperseded,
    /// The request has no `Content-Length`.
    LengthRequired,
    /// The body is larger than allowed.
    BodyTooLarge,
    /// The body has another content type than the route or the upload URL requires.
    ContentTypeRefused,
    /// The rate limit of the visitor or of the team is used up.
    TooManyRequests,
    /// Too many uploads are running.
    TooManyUploads,
    /// The gateway remembers as many creates as it can.
    TooManyCreates,
    /// The client hung up, or its body ended before its `Content-Length`.
    ClientGone,
    /// The gateway has a defect.
    InternalError,
    /// The API refused the gateway's key.
    KeyRefused,
    /// The response is not the API's, or cannot be passed on.
    UpstreamInvalid,
    /// Upstream could not be reached, or hung up.
    UpstreamUnreachable,
    /// A create was sent, and its outcome is not known.
    CreateOutcomeUnknown,
    /// A create was sent, and the API has made no character of it.
    CreateNotMade,
    StoreUnavailable,
    /// The upload host refused the PUT, and would refuse it again.
    UploadRefused,
    /// The upload host failed. The next attempt may succeed.
    UploadHostFailed,
    /// The upload host is busy.
    UploadHostBusy,
    /// Upstream did not respond in time.
    UpstreamTimeout,
}

impl Code {
    pub const ALL: [Self; 38] = [
        Self::BadRequest,
        Self::InvalidJson,
        Self::InvalidField,
        Self::IdempotencyKeyInvalid,
        Self::SessionMissing,
        Self::SessionInvalid,
        Self::SessionExpired,
        Self::OriginRefused,
        Self::HostRefused,
        Self::CallDisabled,
        Self::RouteNotFound,
        Self::IdNotFound,
        Self::UploadUrlExpired,
        Self::UploadUrlRefused,
        Self::EmptyUpload,
        Self::SizeMismatch,
        Self::MethodNotAllowed,
        Self::BodyTooSlow,
        Self::IdempotencyKeyReused,
        Self::UploadSuperseded,
        Self::LengthRequired,
        Self::BodyTooLarge,
        Self::ContentTypeRefused,
        Self::TooManyRequests,
        Self::TooManyUploads,
        Self::TooManyCreates,
        Self::ClientGone,
        Self::InternalError,
        Self::KeyRefused,
        Self::UpstreamInvalid,
        Self::UpstreamUnreachable,
        Self::CreateOutcomeUnknown,
        Self::CreateNotMade,
        Self::StoreUnavailable,
        Self::UploadRefused,
        Self::UploadHostFailed,
        Self::UploadHostBusy,
        Self::UpstreamTimeout,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "gateway_bad_request",
            Self::InvalidJson => "gateway_invalid_json",
            Self::InvalidField => "gateway_invalid_field",
            Self::IdempotencyKeyInvalid => "gateway_idempotency_key_invalid",
            Self::SessionMissing => "gateway_session_missing",
            Self::SessionInvalid => "gateway_session_invalid",
            Self::SessionExpired => "gateway_session_expired",
            Self::OriginRefused => "gateway_origin_refused",
            Self::HostRefused => "gateway_host_refused",
            Self::CallDisabled => "gateway_call_disabled",
            Self::RouteNotFound => "gateway_route_not_found",
            Self::IdNotFound => "gateway_id_not_found",
            Self::UploadUrlExpired => gateway::UPLOAD_URL_EXPIRED,
            Self::UploadUrlRefused => gateway::UPLOAD_URL_REFUSED,
            Self::EmptyUpload => gateway::EMPTY_UPLOAD,
            Self::SizeMismatch => gateway::SIZE_MISMATCH,
            Self::MethodNotAllowed => "gateway_method_not_allowed",
            Self::BodyTooSlow => "gateway_body_too_slow",
            Self::IdempotencyKeyReused => "gateway_idempotency_key_reused",
            Self::UploadSuperseded => "gateway_upload_superseded",
            Self::LengthRequired => "gateway_length_required",
            Self::BodyTooLarge => gateway::BODY_TOO_LARGE,
            Self::ContentTypeRefused => "gateway_content_type_refused",
            Self::TooManyRequests => "gateway_too_many_requests",
            Self::TooManyUploads => "gateway_too_many_uploads",
            Self::TooManyCreates => "gateway_too_many_creates",
            Self::ClientGone => gateway::CLIENT_GONE,
            Self::InternalError => "gateway_internal_error",
            Self::KeyRefused => gateway::KEY_REFUSED,
            Self::UpstreamInvalid => "gateway_upstream_invalid",
            Self::UpstreamUnreachable => "gateway_upstream_unreachable",
            Self::CreateOutcomeUnknown => gateway::CREATE_OUTCOME_UNKNOWN,
            Self::CreateNotMade => "gateway_create_not_made",
            Self::StoreUnavailable => "gateway_store_unavailable",
            Self::UploadRefused => gateway::UPLOAD_REFUSED,
            Self::UploadHostFailed => gateway::UPLOAD_HOST_FAILED,
            Self::UploadHostBusy => gateway::UPLOAD_HOST_BUSY,
            Self::UpstreamTimeout => "gateway_upstream_timeout",
        }
    }

    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest
            | Self::InvalidJson
            | Self::InvalidField
            | Self::IdempotencyKeyInvalid
            | Self::EmptyUpload
            | Self::SizeMismatch => 400,
            Self::SessionMissing | Self::SessionInvalid | Self::SessionExpired => 401,
            Self::OriginRefused
            | Self::HostRefused
            | Self::CallDisabled
            | Self::UploadUrlRefused => 403,
            Self::RouteNotFound | Self::IdNotFound | Self::UploadUrlExpired => 404,
            Self::MethodNotAllowed => 405,
            Self::BodyTooSlow => 408,
            Self::IdempotencyKeyReused | Self::UploadSuperseded => 409,
            Self::LengthRequired => 411,
            Self::BodyTooLarge => 413,
            Self::ContentTypeRefused => 415,
            Self::TooManyRequests | Self::TooManyUploads | Self::TooManyCreates => 429,
            // nginx's status for it: no standard has one.
            Self::ClientGone => 499,
            Self::InternalError => 500,
            Self::KeyRefused
            | Self::UpstreamInvalid
            | Self::UpstreamUnreachable
            | Self::CreateOutcomeUnknown
            | Self::UploadRefused
            | Self::UploadHostFailed => 502,
            Self::CreateNotMade | Self::StoreUnavailable | Self::UploadHostBusy => 503,
            Self::UpstreamTimeout => 504,
        }
    }

    const fn error_type(self) -> ErrorType {
        match self.status() {
            401 | 403 => ErrorType::Authentication,
            404 => ErrorType::NotFound,
            429 => ErrorType::RateLimit,
            500.. => ErrorType::ServerError,
            _ => ErrorType::InvalidRequest,
        }
    }
}

/// A refusal: the response in place of a request upstream, or in place of the response from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    /// Says what happened, to what, and what to do. Never quotes a token, a key or a URL.
    pub message: Cow<'static, str>,
    /// The field at fault.
    pub param: Option<String>,
    /// `Retry-After`, in seconds.
    pub retry_after_seconds: Option<u64>,
    /// What the log adds for the operator. It is fixed text, so that it can hold nothing of the request.
    pub reason: Option<&'static str>,
    /// `Allow`: the methods that the target has.
    pub allowed_methods: Option<&'static str>,
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            param: None,
            retry_after_seconds: None,
            reason: None,
            allowed_methods: None,
        }
    }

    /// The gateway itself failed: a bug, or an app that was asked and did not answer.
    pub fn internal_error() -> Self {
        Self::new(
            Code::InternalError,
            "The gateway failed. Its log says where.",
        )
    }

    /// The client has gone: nobody reads the response.
    pub fn client_gone() -> Self {
        Self::new(Code::ClientGone, "").with_reason("the client hung up")
    }

    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    pub const fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    pub const fn with_reason(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Returns the body of the response.
    pub fn envelope(&self, request_id: &str) -> ErrorEnvelope {
        ErrorEnvelope {
            error: ErrorBody {
                kind: self.code.error_type(),
                code: self.code.as_str().to_owned(),
                message: self.message.clone().into_owned(),
                param: self.param.clone(),
                doc_url: format!("{DOCS}#{}", self.code.as_str()),
                request_id: request_id.to_owned(),
            },
        }
    }
}

/// The page that explains the codes. The path is relative, since an operator has the repository.
const DOCS: &str = "docs/gateway.md";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_name_and_an_error_status() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.as_str().starts_with("gateway_"), "{code:?}");
            assert!((400..600).contains(&code.status()), "{code:?}");
        }
    }
}

//! The API's error envelope, its types and codes.
//!
//! The HTTP status is canonical; the vendor's pages spell some types and codes two ways, so a
//! client branches on the status first and passes unknown codes through.

use serde::{Deserialize, Serialize};

/// Body of every answer that is not 2xx.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    pub error: ErrorBody,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    #[serde(rename = "type")]
    pub kind: ErrorType,
    pub code: String,
    pub message: String,
    /// The field at fault, where there is one.
    pub param: Option<String>,
    pub doc_url: String,
    /// Equals the answer's `Aurous-Request-Id`.
    pub request_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorType {
    InvalidRequest,
    Authentication,
    NotFound,
    RateLimit,
    ServerError,
}

/// The documented codes, with their status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    MissingField,
    InvalidFormat,
    InvalidRequest,
    ValueOutOfRange,
    ParameterInvalidCombination,
    UploadInvalid,
    UnknownVersion,
    IdempotencyKeyInUse,
    InsufficientCredits,
    MissingApiKey,
    InvalidApiKey,
    RevokedApiKey,
    MissingScope,
    ResourceNotFound,
    TooManyRequests,
    ConcurrencyLimitExceeded,
    InternalError,
    ProviderUnavailable,
    ProviderTimeout,
}

impl ErrorCode {
    pub const ALL: [Self; 19] = [
        Self::MissingField,
        Self::InvalidFormat,
        Self::InvalidRequest,
        Self::ValueOutOfRange,
        Self::ParameterInvalidCombination,
        Self::UploadInvalid,
        Self::UnknownVersion,
        Self::IdempotencyKeyInUse,
        Self::InsufficientCredits,
        Self::MissingApiKey,
        Self::InvalidApiKey,
        Self::RevokedApiKey,
        Self::MissingScope,
        Self::ResourceNotFound,
        Self::TooManyRequests,
        Self::ConcurrencyLimitExceeded,
        Self::InternalError,
        Self::ProviderUnavailable,
        Self::ProviderTimeout,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingField => "missing_field",
            Self::InvalidFormat => "invalid_format",
            Self::InvalidRequest => "invalid_request",
            Self::ValueOutOfRange => "value_out_of_range",
            Self::ParameterInvalidCombination => "parameter_invalid_combination",
            Self::UploadInvalid => "upload_invalid",
            Self::UnknownVersion => "unknown_version",
            Self::IdempotencyKeyInUse => "idempotency_key_in_use",
            Self::InsufficientCredits => "insufficient_credits",
            Self::MissingApiKey => "missing_api_key",
            Self::InvalidApiKey => "invalid_api_key",
            Self::RevokedApiKey => "revoked_api_key",
            Self::MissingScope => "missing_scope",
            Self::ResourceNotFound => "resource_not_found",
            Self::TooManyRequests => "too_many_requests",
            Self::ConcurrencyLimitExceeded => "concurrency_limit_exceeded",
            Self::InternalError => "internal_error",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderTimeout => "provider_timeout",
        }
    }

    pub const fn status(self) -> u16 {
        match self {
            Self::MissingField
            | Self::InvalidFormat
            | Self::InvalidRequest
            | Self::ValueOutOfRange
            | Self::ParameterInvalidCombination
            | Self::UploadInvalid
            | Self::UnknownVersion => 400,
            Self::InsufficientCredits => 402,
            Self::IdempotencyKeyInUse => 409,
            Self::MissingApiKey | Self::InvalidApiKey | Self::RevokedApiKey => 401,
            Self::MissingScope => 403,
            Self::ResourceNotFound => 404,
            Self::TooManyRequests | Self::ConcurrencyLimitExceeded => 429,
            Self::InternalError => 500,
            Self::ProviderUnavailable => 503,
            Self::ProviderTimeout => 504,
        }
    }

    pub const fn error_type(self) -> ErrorType {
        match self.status() {
            401 | 403 => ErrorType::Authentication,
            404 => ErrorType::NotFound,
            429 => ErrorType::RateLimit,
            500.. => ErrorType::ServerError,
            _ => ErrorType::InvalidRequest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_the_type_of_its_status() {
        assert_eq!(
            ErrorCode::UploadInvalid.error_type(),
            ErrorType::InvalidRequest
        );
        assert_eq!(
            ErrorCode::MissingScope.error_type(),
            ErrorType::Authentication
        );
        assert_eq!(
            ErrorCode::IdempotencyKeyInUse.error_type(),
            ErrorType::InvalidRequest
        );
        assert_eq!(
            ErrorCode::ResourceNotFound.error_type(),
            ErrorType::NotFound
        );
        assert_eq!(
            ErrorCode::TooManyRequests.error_type(),
            ErrorType::RateLimit
        );
        assert_eq!(
            ErrorCode::ProviderTimeout.error_type(),
            ErrorType::ServerError
        );
    }

    #[test]
    fn no_two_codes_share_a_text() {
        let texts: std::collections::HashSet<_> =
            ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), ErrorCode::ALL.len());
    }
}

//! The API's errors as values.

use aurous_contract::error::{ErrorBody, ErrorCode, ErrorEnvelope, ErrorType};

/// Why the API refuses a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) kind: ErrorType,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) param: Option<String>,
    /// `Retry-After`, in seconds.
    pub(crate) retry_after_seconds: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status: code.status(),
            kind: code.error_type(),
            code: code.as_str().to_owned(),
            message: message.into(),
            param: None,
            retry_after_seconds: None,
        }
    }

    pub(crate) fn with_param(self, param: &str) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..self
        }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn missing(param: &str) -> Self {
        Self::new(ErrorCode::MissingField, format!("{param} is required")).with_param(param)
    }

    pub(crate) fn format(param: &str, rule: &str) -> Self {
        Self::new(ErrorCode::InvalidFormat, format!("{param} must be {rule}")).with_param(param)
    }

    pub(crate) fn range(param: &str, rule: &str) -> Self {
        Self::new(
            ErrorCode::ValueOutOfRange,
            format!("{param} must be {rule}"),
        )
        .with_param(param)
    }

    pub(crate) fn not_found(thing: &str) -> Self {
        Self::new(ErrorCode::ResourceNotFound, format!("no such {thing}"))
    }

    /// Returns the error of a fault: with this code, or else with the code that most likely comes with the
    /// status.
    pub(crate) fn scripted(status: u16, code: Option<&str>) -> Self {
        let likely = match status {
            401 => ErrorCode::InvalidApiKey,
            402 => ErrorCode::InsufficientCredits,
            403 => ErrorCode::MissingScope,
            404 | 410 => ErrorCode::ResourceNotFound,
            409 => ErrorCode::IdempotencyKeyInUse,
            429 => ErrorCode::TooManyRequests,
            502 | 503 => ErrorCode::ProviderUnavailable,
            504 => ErrorCode::ProviderTimeout,
            500.. => ErrorCode::InternalError,
            _ => ErrorCode::InvalidRequest,
        };
        let message = format!("a scripted fault answered {status}");
        let error = Self::new(likely, message).with_status(status);
        Self {
            code: code.map_or(error.code, str::to_owned),
            ..error
        }
    }

    pub(crate) fn envelope(self, request_id: &str) -> ErrorEnvelope {
        ErrorEnvelope {
            error: ErrorBody {
                kind: self.kind,
                doc_url: format!("https://docs.aurous-labs.com/errors#{}", self.code),
                code: self.code,
                message: self.message,
                param: self.param,
                request_id: request_id.to_owned(),
            },
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, ApiError>;

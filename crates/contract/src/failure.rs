//! What the SDK rejects with: kinds, steps, codes, and the record that becomes an `AurousError`.

use crate::concat;
use std::borrow::Cow;

use crate::record::{Value, serialize_record};
use crate::retry::Outcome;

/// Whose the fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An argument, or the file that was picked.
    Input,
    /// The API refused, or its answer can't be read.
    Api,
    /// The gateway refused, or isn't there.
    Gateway,
    /// The upload host refused the PUT.
    Upload,
    /// No answer came.
    Network,
    /// No answer came in time.
    Timeout,
    /// The client's options, or the page's set-up.
    Config,
}

/// Where it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Init,
    Put,
    Classify,
    Create,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Api => "api",
            Self::Gateway => "gateway",
            Self::Upload => "upload",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Config => "config",
        }
    }
}

impl Step {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Put => "put",
            Self::Classify => "classify",
            Self::Create => "create",
        }
    }
}

/// The codes of the SDK's own. The API's and the gateway's pass through as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    InvalidArgument,
    ValueOutOfRange,
    ParameterInvalidCombination,
    UnsupportedFileType,
    EmptyFile,
    FileTypeMismatch,
    FileUnreadable,
    UploadUrlExpired,
    UploadTooLarge,
    UploadFailed,
    NetworkError,
    Timeout,
    InvalidResponse,
    CreateOutcomeUnknown,
    GatewayNotFound,
    SessionTokenFailed,
    InvalidOption,
    ApiKeyInBrowser,
    InsecureBaseUrl,
}

impl Code {
    pub const ALL: [Self; 19] = [
        Self::InvalidArgument,
        Self::ValueOutOfRange,
        Self::ParameterInvalidCombination,
        Self::UnsupportedFileType,
        Self::EmptyFile,
        Self::FileTypeMismatch,
        Self::FileUnreadable,
        Self::UploadUrlExpired,
        Self::UploadTooLarge,
        Self::UploadFailed,
        Self::NetworkError,
        Self::Timeout,
        Self::InvalidResponse,
        Self::CreateOutcomeUnknown,
        Self::GatewayNotFound,
        Self::SessionTokenFailed,
        Self::InvalidOption,
        Self::ApiKeyInBrowser,
        Self::InsecureBaseUrl,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::ValueOutOfRange => "value_out_of_range",
            Self::ParameterInvalidCombination => "parameter_invalid_combination",
            Self::UnsupportedFileType => "unsupported_file_type",
            Self::EmptyFile => "empty_file",
            Self::FileTypeMismatch => "file_type_mismatch",
            Self::FileUnreadable => "file_unreadable",
            Self::UploadUrlExpired => "upload_url_expired",
            Self::UploadTooLarge => "upload_too_large",
            Self::UploadFailed => "upload_failed",
            Self::NetworkError => "network_error",
            Self::Timeout => "timeout",
            Self::InvalidResponse => "invalid_response",
            Self::CreateOutcomeUnknown => "create_outcome_unknown",
            Self::GatewayNotFound => "gateway_not_found",
            Self::SessionTokenFailed => "session_token_failed",
            Self::InvalidOption => "invalid_option",
            Self::ApiKeyInBrowser => "api_key_in_browser",
            Self::InsecureBaseUrl => "insecure_base_url",
        }
    }

    pub const fn kind(self) -> Kind {
        match self {
            Self::InvalidArgument
            | Self::ValueOutOfRange
            | Self::ParameterInvalidCombination
            | Self::UnsupportedFileType
            | Self::EmptyFile
            | Self::FileTypeMismatch
            | Self::FileUnreadable => Kind::Input,
            Self::UploadUrlExpired | Self::UploadTooLarge | Self::UploadFailed => Kind::Upload,
            Self::NetworkError => Kind::Network,
            Self::Timeout => Kind::Timeout,
            Self::InvalidResponse | Self::CreateOutcomeUnknown => Kind::Api,
            Self::GatewayNotFound => Kind::Gateway,
            Self::SessionTokenFailed
            | Self::InvalidOption
            | Self::ApiKeyInBrowser
            | Self::InsecureBaseUrl => Kind::Config,
        }
    }
}

/// One failure, in the shape that the page sees. Holds no key, token or signed URL, ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub code: Cow<'static, str>,
    pub kind: Kind,
    /// What happened, to what, and what to do.
    pub message: String,
    /// Set where the failure leaves the SDK: what finds a fault needn't know which call it serves.
    pub step: Option<Step>,
    pub status: Option<u16>,
    pub error_type: Option<String>,
    /// The field at fault.
    pub param: Option<String>,
    pub request_id: Option<String>,
    pub doc_url: Option<String>,
    /// Milliseconds. A float, since that is what a JavaScript number is.
    pub retry_after_ms: Option<f64>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// How many requests were sent: 0 where the fault was found before any.
    pub attempts: u32,
    /// What the retry policy goes by.
    pub outcome: Outcome,
}

serialize_record!(Failure, it => [
    ("code", Value::Text(&it.code)),
    ("kind", Value::Text(it.kind.as_str())),
    ("message", Value::Text(&it.message)),
    ("step", Value::text(it.step.map(Step::as_str))),
    ("status", Value::number(it.status.map(f64::from))),
    ("type", Value::text(it.error_type.as_deref())),
    ("param", Value::text(it.param.as_deref())),
    ("requestId", Value::text(it.request_id.as_deref())),
    ("docUrl", Value::text(it.doc_url.as_deref())),
    ("retryAfterMs", Value::number(it.retry_after_ms)),
    ("retryable", Value::Flag(it.retryable)),
    ("attempts", Value::Number(it.attempts.into())),
]);

impl Failure {
    /// A failure of one of the SDK's own codes. Not retryable, nothing else known.
    ///
    /// ```
    /// use aurous_contract::failure::{Code, Failure, Kind};
    ///
    /// let failure = Failure::new(Code::EmptyFile, &["me.jpg", " is empty."]);
    /// assert_eq!((failure.code.as_ref(), failure.kind), ("empty_file", Kind::Input));
    /// ```
    pub fn new(code: Code, message: &[&str]) -> Box<Self> {
        Box::new(Self {
            code: Cow::Borrowed(code.as_str()),
            kind: code.kind(),
            message: concat(message),
            step: None,
            status: None,
            error_type: None,
            param: None,
            request_id: None,
            doc_url: None,
            retry_after_ms: None,
            retryable: false,
            attempts: 0,
            outcome: Outcome::Final,
        })
    }

    /// The field `param` is not what it must be.
    ///
    /// ```
    /// use aurous_contract::failure::{Code, Failure};
    ///
    /// let failure = Failure::field(Code::InvalidArgument, "name", "must be a string", "undefined");
    /// assert_eq!(failure.message, "`name` must be a string; it is undefined.");
    /// assert_eq!(failure.param.as_deref(), Some("name"));
    /// ```
    pub fn field(code: Code, param: &str, must: &str, found: &str) -> Box<Self> {
        Self::new(code, &["`", param, "` ", must, "; it is ", found, "."]).about(param)
    }

    /// Names the field at fault.
    pub fn about(mut self: Box<Self>, param: &str) -> Box<Self> {
        self.param = Some(param.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_serialises_under_the_names_that_the_page_knows() {
        let mut failure = Failure::new(Code::UploadUrlExpired, &["…"]);
        failure.step = Some(Step::Put);
        failure.status = Some(403);
        let json = serde_json::to_value(&failure).unwrap();
        assert_eq!(json["code"], "upload_url_expired");
        assert_eq!(json["kind"], "upload");
        assert_eq!(json["step"], "put");
        assert_eq!(json["status"], 403.0);
        for name in ["type", "param", "requestId", "docUrl", "retryAfterMs"] {
            assert!(json.get(name).is_some(), "{name}");
        }
    }
}

//! Failures: kinds, steps, codes, and the record that becomes an `AurousError`.

use std::borrow::Cow;

use aurous_contract::error::ErrorCode;
use aurous_contract::id::UploadId;
use aurous_contract::outcome::Outcome;
use aurous_contract::record::{FieldValue, Record};

use crate::character_call::Operation;
use crate::message::fill;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// An argument, or the file that was picked.
    Input,
    /// The API refused, or its answer cannot be read.
    Api,
    /// The gateway refused, or is not there.
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

/// The step of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Init,
    Put,
    Classify,
    Create,
    /// A call about characters that exist consists of one step.
    Character(Operation),
}

impl ErrorKind {
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
            Self::Character(operation) => operation.as_str(),
        }
    }

    /// Returns the code for a request of this step that may have been carried out although no success was
    /// reported; `None` where a page loses nothing by that, since it can ask again.
    pub const fn unknown_outcome(self) -> Option<Code> {
        match self {
            Self::Create => Some(Code::CreateOutcomeUnknown),
            Self::Character(operation) if operation.bucket().costs_credits() => {
                Some(Code::OutcomeUnknown)
            }
            _ => None,
        }
    }
}

/// The SDK's own codes. The API's and the gateway's pass through as they are.
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
    UploadIncomplete,
    UploadFailed,
    Redirected,
    NetworkError,
    Timeout,
    InvalidResponse,
    CreateOutcomeUnknown,
    OutcomeUnknown,
    GatewayNotFound,
    SessionTokenFailed,
    InvalidOption,
    ApiKeyInBrowser,
    InsecureBaseUrl,
    UnsupportedBrowser,
}

impl Code {
    pub const ALL: [Self; 23] = [
        Self::InvalidArgument,
        Self::ValueOutOfRange,
        Self::ParameterInvalidCombination,
        Self::UnsupportedFileType,
        Self::EmptyFile,
        Self::FileTypeMismatch,
        Self::FileUnreadable,
        Self::UploadUrlExpired,
        Self::UploadTooLarge,
        Self::UploadIncomplete,
        Self::UploadFailed,
        Self::Redirected,
        Self::NetworkError,
        Self::Timeout,
        Self::InvalidResponse,
        Self::CreateOutcomeUnknown,
        Self::OutcomeUnknown,
        Self::GatewayNotFound,
        Self::SessionTokenFailed,
        Self::InvalidOption,
        Self::ApiKeyInBrowser,
        Self::InsecureBaseUrl,
        Self::UnsupportedBrowser,
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
            Self::UploadIncomplete => "upload_incomplete",
            Self::UploadFailed => "upload_failed",
            Self::Redirected => "redirected",
            Self::NetworkError => "network_error",
            Self::Timeout => "timeout",
            Self::InvalidResponse => "invalid_response",
            Self::CreateOutcomeUnknown => "create_outcome_unknown",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::GatewayNotFound => "gateway_not_found",
            Self::SessionTokenFailed => "session_token_failed",
            Self::InvalidOption => "invalid_option",
            Self::ApiKeyInBrowser => "api_key_in_browser",
            Self::InsecureBaseUrl => "insecure_base_url",
            Self::UnsupportedBrowser => "unsupported_browser",
        }
    }

    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::InvalidArgument
            | Self::ValueOutOfRange
            | Self::ParameterInvalidCombination
            | Self::UnsupportedFileType
            | Self::EmptyFile
            | Self::FileTypeMismatch
            | Self::FileUnreadable => ErrorKind::Input,
            Self::UploadUrlExpired
            | Self::UploadTooLarge
            | Self::UploadIncomplete
            | Self::UploadFailed => ErrorKind::Upload,
            Self::NetworkError => ErrorKind::Network,
            Self::Timeout => ErrorKind::Timeout,
            Self::InvalidResponse | Self::CreateOutcomeUnknown | Self::OutcomeUnknown => {
                ErrorKind::Api
            }
            Self::GatewayNotFound | Self::Redirected => ErrorKind::Gateway,
            Self::SessionTokenFailed
            | Self::InvalidOption
            | Self::ApiKeyInBrowser
            | Self::InsecureBaseUrl
            | Self::UnsupportedBrowser => ErrorKind::Config,
        }
    }
}

/// One failure, as a page sees it. Holds no key, token or signed URL, ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// One of [`Code`], or a code of the API's or the gateway's.
    pub code: Cow<'static, str>,
    pub kind: ErrorKind,
    /// What happened, to what, and what to do.
    pub message: String,
    /// Set when the failure leaves the call: the code that finds a fault does not know the call.
    pub step: Option<Step>,
    /// Of the last answer.
    pub status: Option<u16>,
    /// The API's error type.
    pub error_type: Option<String>,
    /// The field at fault.
    pub param: Option<String>,
    pub request_id: Option<String>,
    pub doc_url: Option<String>,
    /// What `Retry-After` said, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The number of requests that were sent: 0 where the fault was found before any.
    pub attempts: u32,
    /// The ticket that was filled before an upload failed: what is done need not be done again.
    pub filled_ticket: Option<UploadId>,
    /// What the retry policy goes by.
    pub outcome: Outcome,
}

impl Record for Failure {
    fn fields(&self) -> Vec<(&'static str, FieldValue<'_>)> {
        vec![
            ("code", FieldValue::Text(&self.code)),
            ("kind", FieldValue::Text(self.kind.as_str())),
            ("message", FieldValue::Text(&self.message)),
            ("step", self.step.map(Step::as_str).into()),
            ("status", self.status.map(f64::from).into()),
            ("type", self.error_type.as_deref().into()),
            ("param", self.param.as_deref().into()),
            ("requestId", self.request_id.as_deref().into()),
            ("docUrl", self.doc_url.as_deref().into()),
            (
                "retryAfterMs",
                self.retry_after_ms.map(|ms| ms as f64).into(),
            ),
            ("retryable", FieldValue::Flag(self.retryable)),
            ("attempts", FieldValue::Number(self.attempts.into())),
        ]
    }
}

impl Failure {
    /// Returns a failure with one of the SDK's own codes, not retryable. The parts fill the gaps of the
    /// message.
    ///
    /// ```
    /// use aurous_flow::failure::{Code, ErrorKind, Failure};
    ///
    /// let failure = Failure::new(Code::EmptyFile, "{} is empty.", &["me.jpg"]);
    /// assert_eq!((failure.code.as_ref(), failure.kind), ("empty_file", ErrorKind::Input));
    /// assert_eq!(failure.message, "me.jpg is empty.");
    /// ```
    pub fn new(code: Code, message: &str, parts: &[&str]) -> Box<Self> {
        Box::new(Self {
            code: Cow::Borrowed(code.as_str()),
            kind: code.kind(),
            message: fill(message, parts),
            step: None,
            status: None,
            error_type: None,
            param: None,
            request_id: None,
            doc_url: None,
            retry_after_ms: None,
            retryable: false,
            attempts: 0,
            filled_ticket: None,
            outcome: Outcome::Final,
        })
    }

    /// Returns a failure of a client's option that breaks a rule other than its type's.
    pub fn option(name: &str, message: &str) -> Box<Self> {
        Self::new(Code::InvalidOption, message, &[]).about(name)
    }

    /// Names the field at fault.
    pub fn about(mut self: Box<Self>, param: &str) -> Box<Self> {
        self.param = Some(param.to_owned());
        self
    }

    /// Sets the outcome, and with it whether another attempt may succeed.
    pub(crate) fn end_in(&mut self, outcome: Outcome) {
        self.outcome = outcome;
        self.retryable = !outcome.is_final();
    }

    /// Returns whether this is the API's refusal of a ticket that is unknown, expired, consumed or empty.
    pub(crate) fn is_upload_invalid(&self) -> bool {
        self.code == ErrorCode::UploadInvalid.as_str()
    }

    /// Makes this the failure of a step whose request, or an earlier one, may have been carried out. `unknown` is
    /// the step's code for that.
    pub(crate) fn leave_outcome_unknown(&mut self, unknown: Code) {
        if self.code == unknown.as_str() {
            return;
        }
        // Whoever refused, the refusal is no longer what the error reports.
        if !matches!(self.kind, ErrorKind::Network | ErrorKind::Timeout) {
            self.kind = unknown.kind();
        }
        self.code = Cow::Borrowed(unknown.as_str());
        self.message.push_str(match unknown {
            Code::OutcomeUnknown => {
                " The pictures may be made all the same, and cost credits: look at the character before asking again."
            }
            _ => {
                " The character may have been made all the same: look for it before making another."
            }
        });
        self.retryable = false;
    }
}

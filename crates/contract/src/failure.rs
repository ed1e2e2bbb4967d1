//! What the SDK rejects with: kinds, steps, codes, and the record that becomes an `AurousError`.

use std::borrow::Cow;

use crate::fill;
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

/// One failure: what the page sees of it, but for what an answer says and the SDK only passes on (its type,
/// documentation, request id). Holds no key, token or signed URL, ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub code: Cow<'static, str>,
    pub kind: Kind,
    /// What happened, to what, and what to do.
    pub message: String,
    /// Set where the failure leaves the SDK: what finds a fault needn't know which call it serves.
    pub step: Option<Step>,
    pub status: Option<u16>,
    /// The field at fault.
    pub param: Option<String>,
    /// Whether the answer's own words are in it: an error of the API's or the gateway's.
    pub is_quoted: bool,
    /// Milliseconds. A float, since that is what a JavaScript number is.
    pub retry_after_ms: Option<f64>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// How many requests were sent: 0 where the fault was found before any.
    pub attempts: u32,
    /// What the retry policy goes by.
    pub outcome: Outcome,
}

impl Failure {
    /// A failure of one of the SDK's own codes. Not retryable, nothing else known. The parts fill the gaps
    /// of the message.
    ///
    /// ```
    /// use aurous_contract::failure::{Code, Failure, Kind};
    ///
    /// let failure = Failure::new(Code::EmptyFile, "{} is empty.", &["me.jpg"]);
    /// assert_eq!((failure.code.as_ref(), failure.kind), ("empty_file", Kind::Input));
    /// assert_eq!(failure.message, "me.jpg is empty.");
    /// ```
    pub fn new(code: Code, message: &str, parts: &[&str]) -> Box<Self> {
        Box::new(Self {
            code: Cow::Borrowed(code.as_str()),
            kind: code.kind(),
            message: fill(message, parts),
            step: None,
            status: None,
            param: None,
            is_quoted: false,
            retry_after_ms: None,
            retryable: false,
            attempts: 0,
            outcome: Outcome::Final,
        })
    }

    /// An option of a client's is wrong, in a way that its type doesn't tell.
    pub fn option(name: &str, message: &str) -> Box<Self> {
        Self::new(Code::InvalidOption, message, &[]).about(name)
    }

    /// Names the field at fault.
    pub fn about(mut self: Box<Self>, param: &str) -> Box<Self> {
        self.param = Some(param.to_owned());
        self
    }
}

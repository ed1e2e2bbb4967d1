//! Faults: the things that a network, a proxy or an outage of the vendor's does to a request, on demand.
//!
//! A test scripts them in Rust, or in the same JSON (`wire`) over the control origin. `script`
//! decides which request meets which fault.

pub(crate) mod script;
mod wire;

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::operation::Operation;

/// A fault, and the requests that it strikes.
///
/// As JSON: `{ "match": { "step": "put", "nth": 2 }, "times": 1, "fault": "hang" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedFault {
    /// The requests that may meet the fault. Where absent, all but preflights.
    #[serde(rename = "match", default)]
    pub matches: Match,
    /// How many requests the fault strikes: 1 where absent, every one where null.
    #[serde(default = "once")]
    pub times: Option<u32>,
    pub fault: Fault,
}

/// Selects requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Selects the requests of one operation. Where absent, all but preflights. In JSON: `step`.
    #[serde(default, rename = "step", skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// Skips the requests before the nth, counted from 1 and from the moment the fault was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
}

/// What goes wrong. A *processed* request takes effect (the upload is stored, the character is made)
/// although the client may never learn of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Sends this response in place of the true one. Not processed. `{ "status": 503 }`
    Status(FakeResponse),
    /// Processed; then sends this response in place of the true one. `{ "body": { "status": 201 } }`
    Body(FakeResponse),
    /// Waits this many real milliseconds after the request's last byte, and then processes it, even if
    /// the client has gone. `{ "delay_ms": 500 }`
    Delay(u64),
    /// Reads the body and never responds. Not processed. `"hang"`
    Hang,
    /// Reads the first bytes of the body, then neither reads on nor responds. Not processed.
    /// `"hang_during_body"`
    HangDuringBody,
    /// Processed; sends status and headers, then nothing more. `"hang_after_headers"`
    HangAfterHeaders,
    /// Resets the connection when the headers have arrived. Not processed. `"reset_before_body"`
    ResetBeforeBody,
    /// Resets the connection after the first bytes of the body. Not processed. `"reset_during_body"`
    ResetDuringBody,
    /// Resets the connection in place of a response. `{ "reset_after_body": { "processed": true } }`
    ResetAfterBody {
        /// Whether the request is processed all the same.
        processed: bool,
    },
    /// Processed; sends the true response with its full `Content-Length` and half of its bytes, then
    /// ends the connection. `"truncate"`
    Truncate,
    /// Responds with 200 and an HTML page, like a captive portal. Not processed. `"not_json"`
    NotJson,
    /// Responds with 200 and no body. Not processed. `"empty"`
    Empty,
}

/// A response that a test makes up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FakeResponse {
    /// 200 to 599.
    pub status: u16,
    /// The code of a proper error: 1 or more ASCII letters, digits and underscores. Where absent, the
    /// code that most likely comes with the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Replace the headers of the same names that the emulator would send.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Sent unchanged. Where absent, a proper error of that status (XML on the upload host).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `application/json` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

impl Fault {
    /// Makes `{ "status": … }`: a proper error of this status, not processed.
    pub fn status(status: u16) -> Self {
        Self::Status(FakeResponse::new(status))
    }

    /// Makes `{ "body": … }`: processed, and then answered with this status and text.
    pub fn body(status: u16, body: impl Into<String>) -> Self {
        Self::Body(FakeResponse::new(status).with_body(body))
    }

    /// Returns the name of the fault in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Body(_) => "body",
            Self::Delay(_) => "delay_ms",
            Self::Hang => "hang",
            Self::HangDuringBody => "hang_during_body",
            Self::HangAfterHeaders => "hang_after_headers",
            Self::ResetBeforeBody => "reset_before_body",
            Self::ResetDuringBody => "reset_during_body",
            Self::ResetAfterBody { .. } => "reset_after_body",
            Self::Truncate => "truncate",
            Self::NotJson => "not_json",
            Self::Empty => "empty",
        }
    }

    /// Checks whether a made-up response can be sent.
    ///
    /// # Errors
    /// Says what is wrong: the status is not a final one, or the code or a header is invalid.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (Self::Status(response) | Self::Body(response)) = self else {
            return Ok(());
        };
        if !(200..600).contains(&response.status) {
            return Err(format!("{} is no status from 200 to 599", response.status));
        }
        if let Some(code) = response.code.as_deref().filter(|it| !is_code(it)) {
            return Err(format!(
                "{code:?} is no code: use ASCII letters, digits and underscores"
            ));
        }
        let content_type = response.content_type.iter();
        let own = content_type.map(|value| ("content-type", value.as_str()));
        let headers = response.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in headers.chain(own) {
            if HeaderName::try_from(name).is_err() || HeaderValue::from_str(value).is_err() {
                return Err(format!("{name}: {value:?} is no valid header"));
            }
        }
        Ok(())
    }

    /// Scripts the fault for the next request of this operation.
    pub fn on(self, operation: Operation) -> ScriptedFault {
        ScriptedFault {
            matches: Match {
                operation: Some(operation),
                nth: None,
            },
            times: once(),
            fault: self,
        }
    }
}

impl ScriptedFault {
    /// Lets the fault strike this many requests.
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Lets the fault strike every request.
    pub fn for_ever(self) -> Self {
        Self {
            times: None,
            ..self
        }
    }

    /// Skips the matching requests before the nth, counted from 1.
    pub fn nth(mut self, nth: u32) -> Self {
        self.matches.nth = Some(nth);
        self
    }
}

impl FakeResponse {
    /// Makes a proper error of this status.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            code: None,
            headers: BTreeMap::new(),
            body: None,
            content_type: None,
        }
    }

    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn with_body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub fn with_content_type(mut self, content_type: &str) -> Self {
        self.content_type = Some(content_type.to_owned());
        self
    }
}

/// Whether a text may be the code of an error. XML and URLs hold such a code unescaped.
fn is_code(text: &str) -> bool {
    let is_allowed = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "serde needs a value of the field's type, in which None means every request"
)]
fn once() -> Option<u32> {
    Some(1)
}

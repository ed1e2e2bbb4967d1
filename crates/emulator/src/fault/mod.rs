//! Faults: what a network, a proxy or a bad day at the vendor's does to a request, on demand.
//!
//! A test scripts them, in Rust or as the same JSON ([`wire`]) over the control origin; [`script`]
//! decides which request meets which.

pub(crate) mod script;
mod wire;

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::step::Step;

/// A fault, and the requests that it befalls.
///
/// As JSON: `{ "match": { "step": "put", "nth": 2 }, "times": 1, "fault": "hang" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptedFault {
    /// Which requests. Everything but preflights where absent.
    #[serde(rename = "match", default)]
    pub matches: Match,
    /// How many of them: 1 where absent, for ever where null.
    #[serde(default = "once")]
    pub times: Option<u32>,
    pub fault: Fault,
}

/// Which requests a fault befalls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Only requests of this step. Any but preflights where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// Only from the nth such request on, counted from 1 from the moment the fault was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
}

/// What goes wrong. Where the text says that the request is *processed*, what it asks for happens
/// (an upload is stored, a character is made) although the client may never hear of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This answer instead of the true one. Not processed. `{ "status": 503 }`
    Status(FakeAnswer),
    /// Processed, and then this answer instead of the true one. `{ "body": { "status": 201 } }`
    Body(FakeAnswer),
    /// Real milliseconds between the request's last byte and its processing; then as usual. The
    /// processing goes on when the client has gone. `{ "delay_ms": 500 }`
    Delay(u64),
    /// Reads the body, never answers. Not processed. `"hang"`
    Hang,
    /// Reads the first bytes of the body, then neither reads on nor answers. `"hang_during_body"`
    HangDuringBody,
    /// Processed; status and headers are sent, then nothing more. `"hang_after_headers"`
    HangAfterHeaders,
    /// The connection is reset when the headers are here. Not processed. `"reset_before_body"`
    ResetBeforeBody,
    /// The connection is reset after the body's first bytes. Not processed. `"reset_during_body"`
    ResetDuringBody,
    /// The connection is reset in place of an answer. `{ "reset_after_body": { "processed": true } }`
    ResetAfterBody {
        /// Whether what was asked for happens all the same.
        processed: bool,
    },
    /// Processed; the true answer with its full `Content-Length`, half of its bytes, then the end of
    /// the connection. `"truncate"`
    Truncate,
    /// 200 with an HTML page, as a captive portal answers. Not processed. `"not_json"`
    NotJson,
    /// 200 without a body. Not processed. `"empty"`
    Empty,
}

/// An answer made up by a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FakeAnswer {
    /// 200 to 599.
    pub status: u16,
    /// Set on the answer, over whatever the emulator would send.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Sent as it is. Where absent: a proper error of that status (XML on the upload host).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `application/json` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

impl Fault {
    /// `{ "status": … }`: a proper error of that status, not processed.
    pub fn status(status: u16) -> Self {
        Self::Status(FakeAnswer::new(status))
    }

    /// `{ "body": … }`: processed, and then answered with this status and text.
    pub fn body(status: u16, body: impl Into<String>) -> Self {
        Self::Body(FakeAnswer::new(status).with_body(body))
    }

    /// Its word in JSON.
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

    /// Whether it can be sent at all.
    ///
    /// # Errors
    /// What is wrong with it: a status that is no final one, a header that is none.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (Self::Status(answer) | Self::Body(answer)) = self else {
            return Ok(());
        };
        if !(200..600).contains(&answer.status) {
            return Err(format!("{} is no status from 200 to 599", answer.status));
        }
        let content_type = answer.content_type.iter();
        let own = content_type.map(|value| ("content-type", value.as_str()));
        let headers = answer.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in headers.chain(own) {
            if HeaderName::try_from(name).is_err() || HeaderValue::from_str(value).is_err() {
                return Err(format!("{name}: {value:?} is no header"));
            }
        }
        Ok(())
    }

    /// The fault befalls the next request of this step.
    pub fn on(self, step: Step) -> ScriptedFault {
        ScriptedFault {
            matches: Match {
                step: Some(step),
                nth: None,
            },
            times: once(),
            fault: self,
        }
    }
}

impl ScriptedFault {
    /// As often as this.
    pub fn times(self, times: u32) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Every time.
    pub fn for_ever(self) -> Self {
        Self {
            times: None,
            ..self
        }
    }

    /// From the nth matching request on, counted from 1.
    pub fn nth(mut self, nth: u32) -> Self {
        self.matches.nth = Some(nth);
        self
    }
}

impl FakeAnswer {
    /// A proper error of this status.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: BTreeMap::new(),
            body: None,
            content_type: None,
        }
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

#[expect(
    clippy::unnecessary_wraps,
    reason = "None is a value of the field: for ever"
)]
fn once() -> Option<u32> {
    Some(1)
}

//! Responses as values, and what a refusal says.

use std::fmt;

use aurous_contract::id::ID_MAX_BYTES;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// The longest message of a refusal that a report quotes, in characters.
const MESSAGE_MAX_CHARS: usize = 200;

#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Returns a header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.parse().ok()
    }

    /// Returns the body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns an id from the body that can stand in a path.
    pub fn id(&self, field: &str) -> Option<String> {
        id(&self.json(), field)
    }

    /// Returns what became of the request.
    pub fn verdict(&self) -> Verdict {
        if self.is_success() {
            let status = self.status.as_u16();
            Verdict::Accepted { status }
        } else {
            Verdict::Refused(self.refusal())
        }
    }

    pub fn refusal(&self) -> Refusal {
        Refusal::read(self.status.as_u16(), &self.body)
    }
}

/// Returns an id from an object that can stand in a path.
pub fn id(object: &Value, field: &str) -> Option<String> {
    let text = object.get(field)?.as_str()?;
    let is_id = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let fits = (1..=ID_MAX_BYTES).contains(&text.len()) && text.chars().all(is_id);
    fits.then(|| text.to_owned())
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accepted {
        status: u16,
    },
    Refused(Refusal),
    /// The connection ended before a response came.
    NoResponse,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { status } => write!(formatter, "accepted: {status}"),
            Self::Refused(refusal) => write!(formatter, "refused: {refusal}"),
            Self::NoResponse => formatter.write_str("the connection ended without a response"),
        }
    }
}

/// A response that is not 2xx.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub status: u16,
    /// The form of the body.
    pub body: BodyForm,
    /// The names of the body's fields or elements, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// At most 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum BodyForm {
    #[strum(to_string = "JSON")]
    Json,
    #[strum(to_string = "XML")]
    Xml,
    #[strum(to_string = "HTML")]
    Html,
    #[strum(to_string = "no body")]
    Empty,
    #[strum(to_string = "a text")]
    Other,
}

impl Refusal {
    fn read(status: u16, body: &[u8]) -> Self {
        let blank = Self {
            status,
            body: BodyForm::Other,
            fields: Vec::new(),
            code: None,
            param: None,
            message: None,
        };
        let text = String::from_utf8_lossy(body);
        let trimmed = text.trim_start();
        if let Ok(Value::Object(object)) = serde_json::from_str(trimmed) {
            let envelope = object.get("error").and_then(Value::as_object);
            let fields = envelope.unwrap_or(&object);
            let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            return Self {
                body: BodyForm::Json,
                fields: fields.keys().cloned().collect(),
                code: text("code").or_else(|| text("error")),
                param: text("param"),
                message: text("message").as_deref().map(cut),
                ..blank
            };
        }
        let is_html = trimmed
            .get(..9)
            .is_some_and(|it| it.eq_ignore_ascii_case("<!doctype"))
            || trimmed
                .get(..5)
                .is_some_and(|it| it.eq_ignore_ascii_case("<html"));
        let form = match trimmed {
            "" => BodyForm::Empty,
            _ if is_html => BodyForm::Html,
            _ if trimmed.starts_with('<') => BodyForm::Xml,
            _ => BodyForm::Other,
        };
        if form != BodyForm::Xml {
            return Self {
                body: form,
                ..blank
            };
        }
        Self {
            body: form,
            fields: elements(trimmed),
            code: element(trimmed, "Code"),
            message: element(trimmed, "Message").as_deref().map(cut),
            ..blank
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {}", self.status, self.body)?;
        if let Some(code) = &self.code {
            write!(formatter, ", {code}")?;
        }
        if let Some(param) = &self.param {
            write!(formatter, ", param {param}")?;
        }
        if let Some(message) = &self.message {
            write!(formatter, ": {message:?}")?;
        }
        Ok(())
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MESSAGE_MAX_CHARS).collect()
}

/// Returns the names of a document's elements. It only has to read the errors that S3 and its like write.
fn elements(xml: &str) -> Vec<String> {
    let tags = xml
        .split('<')
        .skip(1)
        .filter_map(|it| it.split(['>', ' ', '/']).next());
    let is_name = |it: &&str| it.starts_with(|it: char| it.is_ascii_alphabetic());
    tags.filter(is_name).map(str::to_owned).collect()
}

fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_api_says_its_code() {
        let body = br#"{"error":{"type":"invalid_request","code":"upload_invalid","message":"no","param":"upload_id"}}"#;
        let refusal = Refusal::read(400, body);
        assert_eq!(refusal.body, BodyForm::Json);
        assert_eq!(
            refusal.to_string(),
            r#"400, JSON, upload_invalid, param upload_id: "no""#
        );
    }

    #[test]
    fn an_error_of_an_upload_host_says_its_code() {
        let xml = b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>no</Message><Empty/></Error>";
        let refusal = Refusal::read(403, xml);
        assert_eq!(refusal.body, BodyForm::Xml);
        assert_eq!(refusal.code.as_deref(), Some("AccessDenied"));
        assert_eq!(refusal.fields, ["Error", "Code", "Message", "Empty"]);
        let json = br#"{"statusCode":"403","error":"Unauthorized","message":"no"}"#;
        assert_eq!(
            Refusal::read(400, json).code.as_deref(),
            Some("Unauthorized")
        );
    }

    #[test]
    fn other_bodies_are_named_by_their_form() {
        assert_eq!(Refusal::read(500, b"").body, BodyForm::Empty);
        assert_eq!(
            Refusal::read(502, b"<!DOCTYPE html><p>").body,
            BodyForm::Html
        );
        assert_eq!(
            Refusal::read(502, b"upstream timed out").body,
            BodyForm::Other
        );
    }

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        let id = |text: &str| super::id(&serde_json::json!({ "id": text }), "id");
        assert_eq!(id("char_01H-x").as_deref(), Some("char_01H-x"));
        for bad in ["", "../x", "a/b", "a?b", "a#b", "a b"] {
            assert_eq!(id(bad), None, "{bad:?}");
        }
    }
}

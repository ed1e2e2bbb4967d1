//! A response, and the rules for every response of the gateway.

use serde_json::Value;

use crate::target::ADDED_TO_ANSWERS;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The request's `Origin` headers; `None` where it was sent as bytes.
    pub origins: Option<Vec<String>>,
}

impl Answer {
    /// Returns a header's value, empty where there is none. Asserts that there are not two.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.iter().filter(|(it, _)| it == name);
        let value = values.next().map_or("", |(_, value)| value);
        assert!(values.next().is_none(), "two of {name}: {self:?}");
        value
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let json = self.json();
        let text = json.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no {pointer}: {json}"))
            .to_owned()
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        self
    }

    /// Asserts that this is a refusal in the API's envelope, with every field.
    #[track_caller]
    pub fn assert_refusal(&self, status: u16, code: &str) {
        let body = self.json();
        let error = &body["error"];
        let refusal = (self.status, error["code"].as_str().unwrap_or_default());
        assert_eq!(refusal, (status, code), "{body}");
        let kind = match status {
            401 | 403 => "authentication",
            404 => "not_found",
            429 => "rate_limit",
            500.. => "server_error",
            _ => "invalid_request",
        };
        assert_eq!(error["type"], kind, "{body}");
        assert_ne!(error["message"].as_str().unwrap_or_default(), "", "{body}");
        let doc_url = error["doc_url"].as_str().unwrap_or_default();
        assert!(doc_url.ends_with(&format!("#{code}")), "{body}");
        assert_eq!(error["request_id"], self.header("aurous-request-id"));
        if status == 429 {
            let seconds: u64 = self.header("retry-after").parse().unwrap();
            assert!(seconds >= 1);
        }
    }

    /// Asserts that the response has the common headers, and no header that is not allowed.
    #[track_caller]
    pub fn assert_common_headers(&self, page: &str) {
        assert_eq!(self.header("aurous-gateway"), "1", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        assert_eq!(self.header("vary"), "Origin", "{self:?}");
        assert_ne!(self.header("aurous-request-id"), "", "{self:?}");
        if !self.body.is_empty() {
            assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        }
        if let Some(origins) = &self.origins {
            let is_listed = matches!(origins.as_slice(), [origin] if origin == page);
            let expected = if is_listed { page } else { "" };
            let allowed = self.header("access-control-allow-origin");
            assert_eq!(allowed, expected, "{self:?}");
            let exposed = self.header("access-control-expose-headers");
            assert_eq!(!exposed.is_empty(), is_listed, "{self:?}");
        }
        for (name, _) in &self.headers {
            let is_allowed = ANSWERED
                .iter()
                .chain(&ADDED_TO_ANSWERS)
                .any(|it| it == name);
            assert!(is_allowed, "{name}: {self:?}");
        }
    }
}

const ANSWERED: [&str; 21] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "aurous-gateway",
    "aurous-idempotent-replayed",
    "aurous-request-id",
    "aurous-version",
    "cache-control",
    "connection",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "vary",
    "x-content-type-options",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

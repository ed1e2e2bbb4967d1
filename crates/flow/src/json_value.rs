//! JSON as the values that a page hands over.
//!
//! What JSON has no word for, an object stands for: `{ "$kind": "function" }` is a function,
//! `{ "$kind": "file", "name": "me.jpg", "size": 3 }` a file, `{ "$kind": "half" }` a text that ends within an
//! emoji, and a field that is `{ "$kind": "throws" }` is a getter that throws.

use std::fmt::Debug;

use serde_json::{Value as Json, json};

use crate::read::Reading;
use crate::url::Url;
use crate::value::{Value, ValueKind};

pub fn undefined() -> Json {
    json!({ "$kind": "undefined" })
}

pub fn function() -> Json {
    json!({ "$kind": "function" })
}

pub fn throws() -> Json {
    json!({ "$kind": "throws" })
}

pub fn symbol() -> Json {
    json!({ "$kind": "symbol" })
}

pub fn bigint() -> Json {
    json!({ "$kind": "bigint" })
}

/// A text that ends within an emoji.
pub fn half_character() -> Json {
    json!({ "$kind": "half" })
}

/// A file of 1000 bytes.
pub fn file() -> Json {
    json!({ "$kind": "file", "name": "me.jpg", "size": 1000 })
}

/// A URL object.
pub fn url(href: &str) -> Json {
    json!({ "$kind": "url", "href": href })
}

/// A signal that is not aborted.
pub fn signal() -> Json {
    json!({
        "$kind": "signal",
        "aborted": false,
        "addEventListener": function(),
        "removeEventListener": function(),
    })
}

/// One value of each kind that is no object of the page's. The text is `"text"`.
pub fn plain_values() -> Vec<Json> {
    vec![
        undefined(),
        Json::Null,
        json!(7),
        json!(true),
        json!("text"),
        json!([]),
        function(),
        symbol(),
        bigint(),
    ]
}

/// Returns the code of a refusal, and the field at fault.
#[track_caller]
pub fn refusal<T: Debug>(reading: Reading<T, Json>) -> (String, String) {
    let failure = reading.unwrap_err().failure;
    (failure.code.into(), failure.param.unwrap_or_default())
}

fn marker(value: &Json) -> Option<&str> {
    value.as_object()?.get("$kind")?.as_str()
}

impl Value for Json {
    fn kind(&self) -> ValueKind {
        match (self, marker(self)) {
            (_, Some("function")) => ValueKind::Function,
            (_, Some("symbol")) => ValueKind::Symbol,
            (_, Some("bigint")) => ValueKind::BigInt,
            (_, Some("half")) => ValueKind::Text,
            (_, Some("undefined")) => ValueKind::Undefined,
            (_, Some("file")) => ValueKind::File,
            (_, Some("blob")) => ValueKind::Blob,
            (_, Some("url")) => ValueKind::Url,
            (_, Some("signal")) => ValueKind::AbortSignal,
            (Self::Null, _) => ValueKind::Null,
            (Self::Bool(_), _) => ValueKind::Boolean,
            (Self::Number(_), _) => ValueKind::Number,
            (Self::String(_), _) => ValueKind::Text,
            (Self::Array(_), _) => ValueKind::Array,
            (Self::Object(_), _) => ValueKind::Object,
        }
    }

    fn field(&self, name: &str) -> Result<Self, Self> {
        let field = match (self, name) {
            (Self::Array(elements), "length") => Some(json!(elements.len())),
            (Self::Array(elements), _) => name
                .parse()
                .ok()
                .and_then(|it: usize| elements.get(it).cloned()),
            _ => self.get(name).cloned(),
        };
        let field = field.unwrap_or_else(undefined);
        match marker(&field) {
            Some("throws") => Err(json!("thrown")),
            _ => Ok(field),
        }
    }

    fn field_names(&self) -> Vec<String> {
        match self {
            Self::Array(elements) => (0..elements.len()).map(|it| it.to_string()).collect(),
            Self::Object(fields) => fields.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn as_text(&self) -> Option<String> {
        match marker(self) {
            Some("half") => Some("Family \u{FFFD}".to_owned()),
            _ => self.as_str().map(str::to_owned),
        }
    }

    fn as_number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn as_flag(&self) -> Option<bool> {
        self.as_bool()
    }

    fn to_json(&self) -> Result<Option<String>, Self> {
        let half = half_character().to_string();
        let text = self.to_string().replace(&half, r#""Family \ud83d""#);
        if text.contains("\"throws\"") || text.contains("\"bigint\"") {
            return Err(json!("thrown"));
        }
        Ok((self.kind() != ValueKind::Function).then_some(text))
    }

    fn to_headers(&self) -> Option<Vec<(String, String)>> {
        let is_bad = |text: &str| text.contains(['\n', ' ']);
        let fields = self.as_object()?.iter();
        let pairs = fields.map(|(name, value)| {
            let value = value.as_str().filter(|it| !it.contains('\n'))?;
            (!is_bad(name)).then(|| (name.to_ascii_lowercase(), value.to_owned()))
        });
        pairs.collect()
    }

    fn parse_url(text: &str, base: Option<&str>) -> Option<Url> {
        let base = base.map(url::Url::parse).transpose().ok()?;
        let url = url::Url::options()
            .base_url(base.as_ref())
            .parse(text)
            .ok()?;
        Some(Url {
            href: url.as_str().to_owned(),
            hostname: url.host_str().unwrap_or_default().to_owned(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
        })
    }
}

//! The requests of a run, as values.

use std::time::Duration;

use aurous_contract::header::{CONTENT_TYPE, IDEMPOTENCY_KEY};
use aurous_contract::image::ContentType;
use aurous_contract::rate::Bucket;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use strum::Display;
use url::Url;

use crate::picture::Picture;

/// The origin of the page that a run plays where it asks for CORS.
pub const ORIGIN: &str = "https://app.example";

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
pub enum Step {
    #[strum(to_string = "POST …/uploads/init")]
    Init,
    #[strum(to_string = "the PUT of an image")]
    Put,
    #[strum(to_string = "POST …/uploads/classify")]
    Classify,
    #[strum(to_string = "POST /v1/characters")]
    Create,
    #[strum(to_string = "POST /v1/characters (synthesize)")]
    Synthesize,
    #[strum(to_string = "POST …/refs/regenerate")]
    Regenerate,
    #[strum(to_string = "POST …/save")]
    Save,
    #[strum(to_string = "GET /v1/characters/…")]
    Get,
    #[strum(to_string = "GET /v1/characters")]
    List,
    #[strum(to_string = "PATCH /v1/characters/…")]
    Update,
    #[strum(to_string = "DELETE /v1/characters/…")]
    Delete,
    #[strum(to_string = "a preflight")]
    Preflight,
    #[strum(to_string = "the load of a reference image")]
    LoadReference,
}

impl Step {
    /// Returns the bucket of the API's that the request takes a token from; `None` for a request that is no
    /// call of the API, and so carries no key.
    pub const fn bucket(self) -> Option<Bucket> {
        match self {
            Self::Get | Self::List => Some(Bucket::CharactersGet),
            Self::Synthesize | Self::Regenerate => Some(Bucket::CharactersSynthesize),
            Self::Put | Self::Preflight | Self::LoadReference => None,
            _ => Some(Bucket::CharactersPost),
        }
    }

    pub const fn makes_a_character(self) -> bool {
        matches!(self, Self::Create | Self::Synthesize)
    }

    /// Returns how long to wait for the whole response.
    pub const fn patience(self) -> Duration {
        match self {
            Self::Put | Self::LoadReference => Duration::from_secs(300),
            _ => Duration::from_secs(60),
        }
    }
}

/// A request, without the key.
#[derive(Clone, Debug)]
pub struct Call {
    pub step: Step,
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Call {
    fn new(step: Step, method: Method, url: Url) -> Self {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Self {
            step,
            method,
            url,
            headers,
            body,
        }
    }

    /// Adds a header. A value that no header may have is left out.
    fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Has the request come from a page of another origin.
    pub fn sent_by_page(self) -> Self {
        self.with("origin", ORIGIN)
    }

    pub fn with_idempotency_key(self, key: &str) -> Self {
        self.with(IDEMPOTENCY_KEY, key)
    }

    fn with_json(self, body: &Value) -> Self {
        let body = Bytes::from(body.to_string());
        Self {
            body,
            ..self.with(CONTENT_TYPE, "application/json")
        }
    }
}

/// Makes the calls of the API at a base URL.
#[derive(Clone, Debug)]
pub struct Api {
    base: Url,
}

impl Api {
    pub const fn at(base: Url) -> Self {
        Self { base }
    }

    fn call(&self, step: Step, method: Method, path: &str) -> Call {
        let mut url = self.base.clone();
        url.set_path(&format!("/v1/characters{path}"));
        Call::new(step, method, url)
    }

    pub fn init(&self, picture: &Picture) -> Call {
        self.call(Step::Init, Method::POST, "/uploads/init")
            .with_json(&json!({
                "filename": picture.filename,
                "extension": picture.extension,
                "content_type": picture.content_type,
            }))
    }

    pub fn classify(&self, upload: &str) -> Call {
        self.call(Step::Classify, Method::POST, "/uploads/classify")
            .with_json(&json!({ "upload_id": upload }))
    }

    /// Makes a create of the upload flow. `reference`: its `client_reference_id`.
    pub fn create(&self, name: &str, uploads: &[&str], reference: &str) -> Call {
        self.call(Step::Create, Method::POST, "").with_json(&json!({
            "name": name,
            "generate": false,
            "upload_ids": uploads,
            "client_reference_id": reference,
        }))
    }

    /// Makes a create of the synthesize flow. It costs four generations.
    pub fn synthesize(&self, name: &str) -> Call {
        self.call(Step::Synthesize, Method::POST, "")
            .with_json(&json!({
                "name": name,
                "generate": true,
                "attributes": {
                    "gender": "female",
                    "age": 28,
                    "hair_color": "black",
                    "eye_color": "brown",
                },
            }))
    }

    /// Makes a regenerate. It costs one generation.
    pub fn regenerate(&self, character: &str) -> Call {
        self.call(
            Step::Regenerate,
            Method::POST,
            &format!("/{character}/refs/regenerate"),
        )
        .with_json(&json!({ "pose": "front" }))
    }

    pub fn save(&self, character: &str) -> Call {
        self.call(Step::Save, Method::POST, &format!("/{character}/save"))
    }

    pub fn get(&self, character: &str) -> Call {
        self.call(Step::Get, Method::GET, &format!("/{character}"))
    }

    /// Makes a list of the newest characters.
    pub fn list(&self, limit: u32) -> Call {
        let mut call = self.call(Step::List, Method::GET, "");
        call.url.set_query(Some(&format!("limit={limit}")));
        call
    }

    pub fn update(&self, character: &str, change: &Value) -> Call {
        self.call(Step::Update, Method::PATCH, &format!("/{character}"))
            .with_json(change)
    }

    pub fn delete(&self, character: &str) -> Call {
        self.call(Step::Delete, Method::DELETE, &format!("/{character}"))
    }

    /// Makes the preflight that a browser sends before an init.
    pub fn preflight(&self) -> Call {
        let call = self
            .call(Step::Preflight, Method::OPTIONS, "/uploads/init")
            .sent_by_page();
        call.with("access-control-request-method", "POST")
            .with("access-control-request-headers", "content-type,x-api-key")
    }
}

/// Makes a PUT to a signed URL.
pub fn put(url: &Url, content_type: ContentType, bytes: Bytes) -> Call {
    let call = Call::new(Step::Put, Method::PUT, url.clone());
    Call {
        body: bytes,
        ..call.with(CONTENT_TYPE, content_type.as_str())
    }
}

/// Makes the preflight that a browser sends before a PUT.
pub fn preflight_of_put(url: &Url) -> Call {
    Call::new(Step::Preflight, Method::OPTIONS, url.clone())
        .sent_by_page()
        .with("access-control-request-method", "PUT")
        .with("access-control-request-headers", "content-type")
}

pub fn load_reference(url: &Url) -> Call {
    Call::new(Step::LoadReference, Method::GET, url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_its_request() {
        assert_eq!(Step::Get.to_string(), "GET /v1/characters/…");
        assert_eq!(Step::Put.to_string(), "the PUT of an image");
    }

    #[test]
    fn a_put_carries_its_content_type_alone() {
        let url = Url::parse("https://up.example/a?signature=b").unwrap();
        let call = put(&url, ContentType::Jpeg, Bytes::from_static(b"x"));
        assert_eq!(call.headers.len(), 1);
        assert_eq!(call.headers["content-type"], "image/jpeg");
    }

    #[test]
    fn a_list_has_its_limit_in_the_query() {
        let api = Api::at(Url::parse("https://api.example").unwrap());
        assert_eq!(
            api.list(1).url.as_str(),
            "https://api.example/v1/characters?limit=1"
        );
        assert_eq!(api.get("char_1").url.path(), "/v1/characters/char_1");
    }
}

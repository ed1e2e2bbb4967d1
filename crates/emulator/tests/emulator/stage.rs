//! An emulator and its client, with which every test starts.

use std::rc::Rc;

use aurous_emulator::{Emulator, EmulatorConfig, LoggedRequest, Operation};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

pub const JPEG: &[u8] = include_bytes!("../../../../samples/front.jpg");
pub const PNG: &[u8] = include_bytes!("../../../../samples/portrait.png");
pub const WEBP: &[u8] = include_bytes!("../../../../samples/side.webp");

pub struct Stage {
    pub emulator: Rc<Emulator>,
    pub http: Client,
    /// The base URL of the calls: the API with a key, unless a test changes it.
    pub base: String,
    pub key: Option<String>,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(EmulatorConfig::default()).await
    }

    pub async fn with(config: impl Into<EmulatorConfig>) -> Self {
        let emulator = Emulator::start(config).await.unwrap();
        Self {
            base: emulator.api_url().to_owned(),
            key: Some(emulator.api_key().to_owned()),
            http: Client::builder().no_proxy().build().unwrap(),
            emulator: Rc::new(emulator),
        }
    }

    /// Makes a request with the key, which a test can change before it is sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.header("X-Api-Key", key),
            None => request,
        }
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn patch(&self, path: &str, body: &'static str) -> Answer {
        send(self.request(Method::PATCH, path).body(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Mints a ticket for a JPEG.
    pub async fn ticket(&self, filename: &str) -> Value {
        self.ticket_for(filename, "jpg", "image/jpeg").await
    }

    pub async fn ticket_for(&self, filename: &str, extension: &str, content_type: &str) -> Value {
        let body = json!({
            "filename": filename, "extension": extension, "content_type": content_type
        });
        let answer = self.post("/v1/characters/uploads/init", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    pub async fn put(&self, ticket: &Value, bytes: &'static [u8]) -> Answer {
        let content_type = text(&ticket["upload_headers"]["Content-Type"]);
        self.put_to(text(&ticket["upload_url"]), content_type, bytes)
            .await
    }

    pub async fn put_to(&self, url: &str, content_type: &str, bytes: &'static [u8]) -> Answer {
        let request = self.http.put(url).header("Content-Type", content_type);
        send(request.body(bytes)).await
    }

    /// Uploads a JPEG, and returns its id.
    pub async fn uploaded(&self, filename: &str) -> String {
        let ticket = self.ticket(filename).await;
        assert_eq!(self.put(&ticket, JPEG).await.status, 200);
        text(&ticket["upload_id"]).to_owned()
    }

    pub async fn classify(&self, upload_id: &str) -> Answer {
        let body = json!({ "upload_id": upload_id });
        self.post("/v1/characters/uploads/classify", body).await
    }

    pub async fn create(&self, body: Value) -> Answer {
        self.post("/v1/characters", body).await
    }

    /// Makes a character of one picture, and returns its id.
    pub async fn character(&self, name: &str) -> String {
        let upload = self.uploaded("front.jpg").await;
        let answer = self
            .create(json!({ "name": name, "upload_ids": [upload] }))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        text(&answer.json()["id"]).to_owned()
    }

    /// Begins to synthesize a character, and returns its id.
    pub async fn synthesized(&self, attributes: Value) -> String {
        let body = json!({ "name": "Aurora", "generate": true, "attributes": attributes });
        let answer = self.create(body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        text(&answer.json()["id"]).to_owned()
    }

    pub async fn save(&self, id: &str) -> Answer {
        let path = format!("/v1/characters/{id}/save");
        send(self.request(Method::POST, &path)).await
    }

    pub async fn regenerate(&self, id: &str, body: Value) -> Answer {
        let path = format!("/v1/characters/{id}/refs/regenerate");
        self.post(&path, body).await
    }

    pub async fn resynthesize(&self, id: &str, body: Value) -> Answer {
        let path = format!("/v1/characters/{id}/resynthesize");
        self.post(&path, body).await
    }

    /// Gets a character.
    pub async fn fetched(&self, id: &str) -> Value {
        self.get(&format!("/v1/characters/{id}")).await.json()
    }

    pub async fn status_of(&self, id: &str) -> String {
        text(&self.fetched(id).await["status"]).to_owned()
    }

    /// Returns the tokens in the synthesize bucket. Takes none, since the check of the version comes
    /// first.
    pub async fn synthesize_tokens(&self) -> String {
        let request = self.request(Method::POST, "/v1/characters/x/resynthesize");
        let answer = send(request.header("Aurous-Version", "not a version")).await;
        answer.assert_error(400, "invalid_format", Some("Aurous-Version"));
        answer.header("x-ratelimit-remaining").to_owned()
    }

    /// Returns the same emulator with the key of another team.
    pub fn other_team(&self) -> Self {
        let change = aurous_emulator::KeyChange {
            team: Some("other".to_owned()),
            ..Default::default()
        };
        let key = self.emulator.change_key(change).key;
        Self {
            emulator: Rc::clone(&self.emulator),
            http: self.http.clone(),
            base: self.base.clone(),
            key: Some(key),
        }
    }

    pub fn advance_ms(&self, ms: u64) {
        let clock = self.emulator.clock();
        clock.advance(std::time::Duration::from_millis(ms));
    }

    /// Returns the only logged request of an operation.
    #[track_caller]
    pub fn logged(&self, operation: Operation) -> LoggedRequest {
        let mut found: Vec<_> = self.emulator.log();
        found.retain(|request| request.operation == operation);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Reads the log again and again until it satisfies, without a time limit of its own.
    pub async fn until(&self, satisfied: impl Fn(&[LoggedRequest]) -> bool) {
        while !satisfied(&self.emulator.log()) {
            tokio::task::yield_now().await;
        }
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns a header's value, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Asserts a refusal with this status, code and param, in the envelope that the API documents.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str, param: Option<&str>) {
        let body = self.json();
        let error = &body["error"];
        assert_eq!(
            (self.status, &error["code"]),
            (status, &json!(code)),
            "{body}"
        );
        assert_eq!(error["param"], json!(param), "{body}");
        let kind = match status {
            401 | 403 => "authentication",
            404 | 410 => "not_found",
            429 => "rate_limit",
            500.. => "server_error",
            _ => "invalid_request",
        };
        assert_eq!(error["type"], kind, "{body}");
        assert!(!text(&error["message"]).is_empty());
        let doc_url = format!("https://docs.aurous-labs.com/errors#{code}");
        assert_eq!(error["doc_url"], doc_url);
        assert_eq!(error["request_id"], self.header("aurous-request-id"));
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.bytes().await.unwrap().to_vec(),
    }
}

#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

//! The requests of a page, as the SDK sends them.

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

/// The page's origin, and the host that its visitors ask.
pub const ORIGIN: &str = "https://app.example";
pub const HOST: &str = "app.example";
pub const MOUNT: &str = "/aurous";
pub const INIT_PATH: &str = "/v1/characters/uploads/init";

/// A request. `path` begins behind the mount.
#[derive(Clone)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// Makes an init. Without a session token, the visitor is anonymous.
pub fn init(session_token: Option<&str>, size: Option<usize>) -> Request {
    let mut body = json!({
        "filename": "front.jpg", "extension": "jpg", "content_type": "image/jpeg",
    });
    if let Some(size) = size {
        body["size"] = json!(size);
    }
    post(session_token, INIT_PATH, &body)
}

/// Makes a PUT to the `upload_url` of a ticket.
pub fn put(upload_url: &str, bytes: Bytes) -> Request {
    Request {
        method: Method::PUT,
        path: format!("/{upload_url}"),
        headers: vec![("content-type", "image/jpeg".to_owned())],
        body: bytes,
    }
}

pub fn classify(session_token: &str, upload_id: &str) -> Request {
    let body = json!({ "upload_id": upload_id });
    post(
        Some(session_token),
        "/v1/characters/uploads/classify",
        &body,
    )
}

/// Makes a create of one upload. The character's name is its idempotency key, too.
pub fn create(session_token: &str, name: &str, upload_id: &str) -> Request {
    let body = json!({ "name": name, "upload_ids": [upload_id] });
    let mut create = post(Some(session_token), "/v1/characters", &body);
    create.headers.push(("idempotency-key", name.to_owned()));
    create
}

fn post(session_token: Option<&str>, path: &str, body: &Value) -> Request {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if let Some(token) = session_token {
        headers.push(("authorization", format!("Bearer {token}")));
    }
    Request {
        method: Method::POST,
        path: path.to_owned(),
        headers,
        body: body.to_string().into(),
    }
}

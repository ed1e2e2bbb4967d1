//! A response as a value until it is sent, so that a fault can change it, cut it or swallow it.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::fault::FakeResponse;

/// A response.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A body and its content type.
pub(crate) struct Content {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            // Every status comes from a table or was checked when the fault was added.
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn with(mut self, content: Content) -> Self {
        self.set(CONTENT_TYPE, content.content_type);
        self.body = content.body;
        self
    }

    /// Sets a header whose value is known to be valid.
    pub(crate) fn set(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// Replaces the status, the body and some headers by those of a made-up response. `error` is the
    /// body where the made-up response has none.
    pub(crate) fn replaced_by(mut self, fake: &FakeResponse, error: Content) -> Self {
        self.status = Self::new(fake.status).status;
        self = match &fake.body {
            None => self.with(error),
            Some(body) => self.with(Content {
                content_type: "application/json",
                body: Bytes::from(body.clone()),
            }),
        };
        if let Some(content_type) = &fake.content_type {
            self.set(CONTENT_TYPE, content_type);
        }
        for (name, value) in &fake.headers {
            if let Ok(name) = HeaderName::try_from(name.as_str()) {
                self.set(name, value);
            }
        }
        self
    }

    pub(crate) fn with_content_length(mut self) -> Self {
        self.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        self
    }
}

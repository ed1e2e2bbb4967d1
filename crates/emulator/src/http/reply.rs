//! A response as a value until it is sent, so that a fault can change it, cut it or swallow it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Frame;

use crate::fault::FakeResponse;

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
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

    pub(crate) fn into_response(self) -> Response {
        let body = Body::from(self.body.clone());
        self.respond_with(body)
    }

    /// Sends the headers, and then nothing, for ever.
    pub(crate) fn into_response_without_end(self) -> Response {
        let body = BrokenBody {
            first: None,
            then: Then::Hang,
        };
        self.with_content_length().respond_with(Body::new(body))
    }

    /// Sends the headers of the whole response and half of the body, then ends the connection.
    pub(crate) fn into_truncated_response(self) -> Response {
        let half = self.body.slice(..self.body.len() / 2);
        let body = BrokenBody {
            first: Some(half),
            then: Then::Flush,
        };
        self.with_content_length().respond_with(Body::new(body))
    }

    /// Ends the connection in place of a response, in a server whose sockets are out of reach. hyper
    /// drops a connection whose response fails before any of it was sent.
    pub(crate) fn dropped_connection() -> Response {
        Response::new(Body::new(BrokenBody {
            first: None,
            then: Then::Fail,
        }))
    }

    fn with_content_length(mut self) -> Self {
        self.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        self
    }

    fn respond_with(self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body that breaks off.
struct BrokenBody {
    first: Option<Bytes>,
    then: Then,
}

enum Then {
    Hang,
    /// Lets hyper write what it has, and then fails.
    Flush,
    Fail,
}

impl http_body::Body for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        match self.then {
            Then::Hang => Poll::Pending,
            Then::Flush => {
                self.then = Then::Fail;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Then::Fail => Poll::Ready(Some(Err(io::Error::other("cut short by a fault")))),
        }
    }
}

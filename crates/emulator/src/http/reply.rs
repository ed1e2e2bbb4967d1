//! An answer as a value, until its last moment: so that faults can change it, cut it or swallow it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body::Frame;

use crate::fault::FakeAnswer;

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A body and what it is.
pub(crate) struct Content {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            // Every status comes from a table of ours or was checked when the fault was added.
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

    /// Sets a header whose value is known to be one.
    pub(crate) fn set(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// What a test made up, over this answer. `proper` is the body where it gives none.
    pub(crate) fn faked(mut self, fake: &FakeAnswer, proper: Content) -> Self {
        self.status = Self::new(fake.status).status;
        self = match &fake.body {
            None => self.with(proper),
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

    pub(crate) fn whole(self) -> Response {
        let body = Body::from(self.body.clone());
        self.respond(body)
    }

    /// The headers, then nothing, for ever.
    pub(crate) fn without_end(self) -> Response {
        let body = Broken {
            first: None,
            then: Then::Hang,
        };
        self.sized().respond(Body::new(body))
    }

    /// The headers of the whole, half of the body, then the end of the connection.
    pub(crate) fn half(self) -> Response {
        let half = self.body.slice(..self.body.len() / 2);
        let body = Broken {
            first: Some(half),
            then: Then::Flush,
        };
        self.sized().respond(Body::new(body))
    }

    /// The end of the connection in place of an answer: for servers whose sockets are out of reach.
    /// hyper drops a connection whose body fails before anything of it was sent.
    pub(crate) fn none() -> Response {
        Response::new(Body::new(Broken {
            first: None,
            then: Then::Fail,
        }))
    }

    fn sized(mut self) -> Self {
        self.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        self
    }

    fn respond(self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body that does not keep its word.
struct Broken {
    first: Option<Bytes>,
    then: Then,
}

enum Then {
    Hang,
    /// Lets hyper write what it has, then fails.
    Flush,
    Fail,
}

impl http_body::Body for Broken {
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

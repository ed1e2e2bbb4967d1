//! Bodies of responses that break off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

pub(crate) struct BrokenBody {
    first: Option<Bytes>,
    then: Then,
}

enum Then {
    Hang,
    /// Lets hyper write what it has, and then fails.
    Flush,
    Fail,
}

impl BrokenBody {
    /// Sends nothing, for ever.
    pub(crate) const fn hanging() -> Self {
        Self {
            first: None,
            then: Then::Hang,
        }
    }

    /// Sends these bytes, then ends the connection.
    pub(crate) const fn cut_after(first: Bytes) -> Self {
        Self {
            first: Some(first),
            then: Then::Flush,
        }
    }

    /// Ends the connection. hyper drops one whose response fails before any of it was sent.
    pub(crate) const fn failing() -> Self {
        Self {
            first: None,
            then: Then::Fail,
        }
    }
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

//! One request from its first header to its end.
//!
//! The log hears of it first, then the script says whether a fault befalls it; what is left is the
//! handler's: it makes the true answer, and what a made-up one is dressed in.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::body::{Received, read_some, read_to_end};
use super::reply::{Content, Reply};
use super::server::Resetter;
use crate::emulation::Emulation;
use crate::fault::Fault;
use crate::log::{Arrival, Entry, Outcome};
use crate::step::{Origin, Step};

/// What an origin does with a request.
pub(crate) trait Handler: Send {
    /// Most bytes of a body that it wants to see.
    fn keep(&self) -> u64;

    /// The true answer. What was asked for happens after the delay, whether or not the client is
    /// still there.
    fn process(
        &self,
        received: Received,
        delay: Option<Duration>,
    ) -> impl Future<Output = Reply> + Send;

    /// An answer with the headers that are on every answer, to be given a body.
    fn blank(&self) -> Reply;

    /// A proper error of this status, to go with these headers.
    fn error(&self, status: u16, reply: &Reply) -> Content;
}

/// A request whose headers are here.
pub(crate) struct Exchange {
    entry: Entry,
    fault: Option<Fault>,
    resetter: Option<Resetter>,
}

impl Exchange {
    pub(crate) fn begin(
        emulation: &Arc<Emulation>,
        origin: Origin,
        step: Step,
        parts: &Parts,
    ) -> Self {
        // The path that the client asked for, where a router above took a prefix away.
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |it| &it.0);
        tracing::info!(?origin, ?step, method = %parts.method, path = uri.path(), "request");
        let entry = emulation.log.arrived(&Arrival {
            time_ms: emulation.clock.now_ms(),
            origin,
            step,
            method: parts.method.as_str(),
            path: uri.path(),
            query: uri.query(),
            headers: &parts.headers,
        });
        let fault = emulation.next_fault(step);
        if let Some(fault) = &fault {
            entry.befallen(fault.name());
            tracing::info!(?step, fault = fault.name(), "fault");
        }
        Self {
            entry,
            fault,
            resetter: parts.extensions.get().cloned(),
        }
    }

    /// To its end. Does not return where the fault is to hang or to reset: the connection's end
    /// drops it.
    pub(crate) async fn run(mut self, mut body: Body, handler: &impl Handler) -> Response {
        match self.fault {
            Some(Fault::ResetBeforeBody) => return self.reset().await,
            Some(Fault::ResetDuringBody) => {
                read_some(&mut body, &mut self.entry).await;
                return self.reset().await;
            }
            Some(Fault::HangDuringBody) => {
                read_some(&mut body, &mut self.entry).await;
                // Held, not dropped: hyper would read on to throw the rest away.
                let _unread = body;
                return self.hang().await;
            }
            _ => {}
        }
        let Ok(received) = read_to_end(body, handler.keep(), &mut self.entry).await else {
            // Dropped without an end, the entry says that the client has gone.
            return Reply::none();
        };
        match self.fault.take() {
            Some(Fault::Status(fake)) => {
                let reply = handler.blank();
                let proper = handler.error(fake.status, &reply);
                self.answer(reply.faked(&fake, proper))
            }
            Some(Fault::NotJson) => self.answer(handler.blank().with(html())),
            Some(Fault::Empty) => {
                let mut reply = handler.blank();
                reply.headers.remove(CONTENT_TYPE);
                self.answer(reply)
            }
            Some(Fault::Hang) => self.hang().await,
            Some(Fault::ResetAfterBody { processed: false }) => self.reset().await,
            fault => self.process(received, fault, handler).await,
        }
    }

    async fn process(
        self,
        received: Received,
        fault: Option<Fault>,
        handler: &impl Handler,
    ) -> Response {
        let delay = match fault {
            Some(Fault::Delay(ms)) => Some(Duration::from_millis(ms)),
            _ => None,
        };
        let reply = handler.process(received, delay).await;
        match fault {
            Some(Fault::Body(fake)) => {
                let proper = handler.error(fake.status, &reply);
                self.answer(reply.faked(&fake, proper))
            }
            Some(Fault::ResetAfterBody { .. }) => self.reset().await,
            Some(Fault::HangAfterHeaders) => {
                let status = reply.status.as_u16();
                self.entry.ended(Some(status), Outcome::Hung);
                reply.without_end()
            }
            Some(Fault::Truncate) => {
                let status = reply.status.as_u16();
                self.entry.ended(Some(status), Outcome::Answered);
                reply.half()
            }
            _ => self.answer(reply),
        }
    }

    /// In the log before it is on the wire: who has the answer finds it there.
    fn answer(self, reply: Reply) -> Response {
        let status = reply.status.as_u16();
        self.entry.ended(Some(status), Outcome::Answered);
        reply.whole()
    }

    async fn hang(self) -> Response {
        self.entry.ended(None, Outcome::Hung);
        pending().await
    }

    async fn reset(self) -> Response {
        self.entry.ended(None, Outcome::Reset);
        match self.resetter {
            Some(resetter) => {
                resetter.reset();
                pending().await
            }
            None => Reply::none(),
        }
    }
}

fn html() -> Content {
    Content {
        content_type: "text/html; charset=utf-8",
        body: Bytes::from_static(
            b"<!doctype html><title>Welcome</title><h1>Please sign in to the network</h1>",
        ),
    }
}

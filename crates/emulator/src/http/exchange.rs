//! One request from its first header to its end.
//!
//! An exchange records the request in the log, then asks the script for a fault. The rest is up to a
//! handler, which makes the true response and the parts of a made-up one.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::body::{read_some, read_to_end};
use super::reply::{Content, Reply};
use super::server::Resetter;
use crate::emulation::Emulation;
use crate::entry_point::EntryPoint;
use crate::fault::{FakeResponse, Fault};
use crate::log::{Arrival, LogEntry, RequestOutcome};
use crate::operation::Operation;
use crate::state::api_call::ReceivedBody;

/// Handles the requests of one origin.
pub(crate) trait Handler: Send {
    /// Returns the bytes of the longest body to keep.
    fn max_body_bytes(&self) -> u64;

    /// Carries out the request after the delay, whether or not the client is still there, and
    /// returns the true response.
    fn process(
        &self,
        body: ReceivedBody,
        delay: Option<Duration>,
    ) -> impl Future<Output = Reply> + Send;

    /// Returns a response that has the headers of every response and no body.
    fn blank_reply(&self) -> Reply;

    /// Returns the body of a proper error with the status and the code of `fake`, to go with the headers
    /// of `reply`.
    fn error_content(&self, fake: &FakeResponse, reply: &Reply) -> Content;
}

/// A request whose headers have arrived.
pub(crate) struct Exchange {
    entry: LogEntry,
    fault: Option<Fault>,
    resetter: Option<Resetter>,
}

impl Exchange {
    pub(crate) fn begin(
        emulation: &Arc<Emulation>,
        entry_point: EntryPoint,
        operation: Operation,
        parts: &Parts,
    ) -> Self {
        // The path that the client asked for, from which an outer router may have cut a prefix.
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |it| &it.0);
        tracing::info!(
            origin = ?entry_point,
            step = ?operation,
            method = %parts.method,
            path = uri.path(),
            "request"
        );
        let entry = emulation.log.record_arrival(&Arrival {
            time_ms: emulation.clock.now_ms(),
            entry_point,
            operation,
            method: parts.method.as_str(),
            path: uri.path(),
            query: uri.query(),
            headers: &parts.headers,
        });
        let fault = emulation.next_fault(operation);
        if let Some(fault) = &fault {
            entry.record_fault(fault.name());
            tracing::info!(step = ?operation, fault = fault.name(), "fault");
        }
        Self {
            entry,
            fault,
            resetter: parts.extensions.get().cloned(),
        }
    }

    /// Handles the request to its end. Never returns where the fault hangs or resets: the end of the
    /// connection drops the exchange.
    pub(crate) async fn run(mut self, mut body: Body, handler: &impl Handler) -> Response {
        match self.fault {
            Some(Fault::ResetBeforeBody) => return self.reset().await,
            Some(Fault::ResetDuringBody) => {
                read_some(&mut body, &mut self.entry).await;
                return self.reset().await;
            }
            Some(Fault::HangDuringBody) => {
                read_some(&mut body, &mut self.entry).await;
                // Keeps the rest: if it were dropped, hyper would read it and throw it away.
                let _unread = body;
                return self.hang().await;
            }
            _ => {}
        }
        let Ok(body) = read_to_end(body, handler.max_body_bytes(), &mut self.entry).await else {
            // Dropping the entry records that the client has gone.
            return Reply::dropped_connection();
        };
        match self.fault.take() {
            Some(Fault::Status(fake)) => {
                let reply = handler.blank_reply();
                let content = handler.error_content(&fake, &reply);
                self.respond(reply.replaced_by(&fake, content))
            }
            Some(Fault::NotJson) => self.respond(handler.blank_reply().with(html_page())),
            Some(Fault::Empty) => {
                let mut reply = handler.blank_reply();
                reply.headers.remove(CONTENT_TYPE);
                self.respond(reply)
            }
            Some(Fault::Hang) => self.hang().await,
            Some(Fault::ResetAfterBody { processed: false }) => self.reset().await,
            fault => self.process(body, fault, handler).await,
        }
    }

    async fn process(
        self,
        body: ReceivedBody,
        fault: Option<Fault>,
        handler: &impl Handler,
    ) -> Response {
        let delay = match fault {
            Some(Fault::Delay(ms)) => Some(Duration::from_millis(ms)),
            _ => None,
        };
        let reply = handler.process(body, delay).await;
        match fault {
            Some(Fault::Body(fake)) => {
                let content = handler.error_content(&fake, &reply);
                self.respond(reply.replaced_by(&fake, content))
            }
            Some(Fault::ResetAfterBody { .. }) => self.reset().await,
            Some(Fault::HangAfterHeaders) => {
                let status = reply.status.as_u16();
                self.entry.end(Some(status), RequestOutcome::Hung);
                reply.into_response_without_end()
            }
            Some(Fault::Truncate) => {
                let status = reply.status.as_u16();
                self.entry.end(Some(status), RequestOutcome::Answered);
                reply.into_truncated_response()
            }
            _ => self.respond(reply),
        }
    }

    /// Records the end before the response is on the wire, so that a client that has the response
    /// finds it in the log.
    fn respond(self, reply: Reply) -> Response {
        let status = reply.status.as_u16();
        self.entry.end(Some(status), RequestOutcome::Answered);
        reply.into_response()
    }

    async fn hang(self) -> Response {
        self.entry.end(None, RequestOutcome::Hung);
        pending().await
    }

    async fn reset(self) -> Response {
        self.entry.end(None, RequestOutcome::Reset);
        match self.resetter {
            Some(resetter) => {
                resetter.reset();
                pending().await
            }
            None => Reply::dropped_connection(),
        }
    }
}

fn html_page() -> Content {
    Content {
        content_type: "text/html; charset=utf-8",
        body: Bytes::from_static(
            b"<!doctype html><title>Welcome</title><h1>Please sign in to the network</h1>",
        ),
    }
}

//! One request from its first header to its end, without a connection.
//!
//! A shell has the connection. It begins an exchange with the request's head, reads as much of the body as
//! [`Exchange::reading`] says, waits as long as [`Work::delay`] says, has the work carried out, and ends
//! the request as the [`Ending`] says. The log and the faults are the exchange's own business.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method};

use crate::api::{self, ApiHandler, ApiTask};
use crate::emulation::Emulation;
use crate::entry_point::EntryPoint;
use crate::fault::{FakeResponse, Fault};
use crate::log::{Arrival, LogEntry, RequestOutcome};
use crate::operation::Operation;
use crate::reply::{Content, Reply};
use crate::state::api_call::ReceivedBody;
use crate::upload::{self, UploadHandler};

/// The head of a request.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub entry_point: EntryPoint,
    pub method: Method,
    /// The path that the client asked for.
    pub path: String,
    /// How much of the path's beginning is the prefix that an open API is mounted under, in bytes.
    pub prefix_length: usize,
    /// Without the `?`.
    pub query: Option<String>,
    pub headers: HeaderMap,
}

/// A request whose headers have arrived.
pub struct Exchange {
    entry: LogEntry,
    fault: Option<Fault>,
    handler: Handler,
    operation: Operation,
    /// `None` once the body is longer than the longest one to keep.
    kept: Option<BytesMut>,
    max_kept_bytes: u64,
}

/// How much of a body to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing: a fault strikes first.
    Nothing,
    /// The first bytes that come: a fault strikes then.
    FirstBytes,
    /// Everything to its end, even of a body that will be refused: a browser that gets a response while it
    /// is still sending reports a network error (Firefox every time, WebKit often).
    Whole,
}

/// What is left to do of a request. A server does not undo a call because its client has gone, so this goes
/// on without the client.
pub struct Work {
    job: Job,
    fault: Option<Fault>,
}

enum Handler {
    Api(ApiHandler),
    Upload(UploadHandler),
}

/// A handler with what it has to do: `None` where the fault keeps the request from being processed.
enum Job {
    Api(ApiHandler, Option<ApiTask>),
    Upload(UploadHandler, Option<ReceivedBody>),
}

/// How a request ends.
#[derive(Clone, Debug)]
pub enum Ending {
    /// Send the response.
    Respond(Reply),
    /// Send the head of the response, and then nothing, for ever.
    RespondWithoutEnd(Reply),
    /// Send the head of the response and half of its body, then end the connection.
    RespondTruncated(Reply),
    /// Send nothing, for ever, and read no more.
    Hang,
    /// Reset the connection.
    Reset,
}

impl Exchange {
    pub(crate) fn begin(emulation: &Arc<Emulation>, head: &RequestHead, real_ms: u64) -> Self {
        let now_ms = emulation.now_ms(real_ms);
        let handler = match head.entry_point {
            EntryPoint::Upload => Handler::Upload(UploadHandler::new(emulation, head, now_ms)),
            EntryPoint::Api | EntryPoint::Open => Handler::Api(ApiHandler::new(emulation, head)),
        };
        let operation = match (&head.method, &handler) {
            (&Method::OPTIONS, _) => Operation::Preflight,
            (_, Handler::Api(handler)) => handler.operation(),
            (&Method::PUT, Handler::Upload(_)) => Operation::Put,
            (_, Handler::Upload(_)) => Operation::Other,
        };
        let entry = emulation.log.record_arrival(&Arrival {
            time_ms: now_ms,
            entry_point: head.entry_point,
            operation,
            method: head.method.as_str(),
            path: &head.path,
            query: head.query.as_deref(),
            headers: &head.headers,
        });
        let fault = emulation.next_fault(operation);
        if let Some(fault) = &fault {
            entry.record_fault(fault.name());
        }
        Self {
            entry,
            fault,
            operation,
            kept: Some(BytesMut::new()),
            max_kept_bytes: handler.max_body_bytes(),
            handler,
        }
    }

    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Returns the name of the fault that strikes the request.
    pub fn fault(&self) -> Option<&'static str> {
        self.fault.as_ref().map(Fault::name)
    }

    /// Returns how much of the body to read.
    pub const fn reading(&self) -> Reading {
        match self.fault {
            Some(Fault::ResetBeforeBody) => Reading::Nothing,
            Some(Fault::ResetDuringBody | Fault::HangDuringBody) => Reading::FirstBytes,
            _ => Reading::Whole,
        }
    }

    /// Takes bytes of the body.
    pub fn receive(&mut self, piece: &[u8]) {
        self.entry.record_body(piece);
        let max = self.max_kept_bytes;
        let kept = self.kept.take();
        self.kept = kept.filter(|kept| (kept.len() + piece.len()) as u64 <= max);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(piece);
        }
    }

    /// Decides what to do, now that the body has been read as far as it is to be. Returns the request's
    /// entry in the log, to be ended, and the work.
    pub fn received(self, real_ms: u64) -> (LogEntry, Work) {
        let body = ReceivedBody {
            bytes: self.kept.map(BytesMut::freeze),
            sha256: self.entry.sha256(),
        };
        let is_processed = !matches!(
            self.fault,
            Some(
                Fault::Status(_)
                    | Fault::Hang
                    | Fault::HangDuringBody
                    | Fault::ResetBeforeBody
                    | Fault::ResetDuringBody
                    | Fault::ResetAfterBody { processed: false }
                    | Fault::NotJson
                    | Fault::Empty
            )
        );
        let body = is_processed.then_some(body);
        let job = match self.handler {
            Handler::Api(handler) => {
                let task = body.map(|body| handler.admit(body, real_ms));
                Job::Api(handler, task)
            }
            Handler::Upload(handler) => Job::Upload(handler, body),
        };
        let fault = self.fault;
        (self.entry, Work { job, fault })
    }
}

impl Work {
    /// Returns how long to wait, in real time, before the work is carried out.
    pub const fn delay(&self) -> Duration {
        match self.fault {
            Some(Fault::Delay(ms)) => Duration::from_millis(ms),
            _ => Duration::ZERO,
        }
    }

    /// Carries the work out.
    pub fn carry_out(self, real_ms: u64) -> Ending {
        let Self { job, fault } = self;
        let error_content = job.error_content();
        let reply = job.process(real_ms);
        match fault {
            Some(Fault::Status(fake) | Fault::Body(fake)) => {
                let error = error_content(&fake, &reply);
                Ending::Respond(reply.replaced_by(&fake, error))
            }
            Some(Fault::NotJson) => Ending::Respond(reply.with(html_page())),
            Some(Fault::Empty) => Ending::Respond(reply),
            Some(Fault::Hang | Fault::HangDuringBody) => Ending::Hang,
            Some(
                Fault::ResetBeforeBody | Fault::ResetDuringBody | Fault::ResetAfterBody { .. },
            ) => Ending::Reset,
            Some(Fault::HangAfterHeaders) => Ending::RespondWithoutEnd(reply.with_content_length()),
            Some(Fault::Truncate) => Ending::RespondTruncated(reply.with_content_length()),
            Some(Fault::Delay(_)) | None => Ending::Respond(reply),
        }
    }
}

impl Handler {
    /// Returns the bytes of the longest body to keep.
    const fn max_body_bytes(&self) -> u64 {
        match self {
            Self::Api(_) => api::BODY_MAX_BYTES,
            Self::Upload(handler) => handler.max_body_bytes(),
        }
    }
}

impl Job {
    /// Processes the request, and returns the true response: the headers of every response and no body
    /// where it is not processed.
    fn process(self, real_ms: u64) -> Reply {
        match self {
            Self::Api(handler, Some(task)) => handler.process(task, real_ms),
            Self::Api(handler, None) => handler.blank_reply(real_ms),
            Self::Upload(handler, Some(body)) => handler.process(body),
            Self::Upload(handler, None) => handler.blank_reply(),
        }
    }

    /// Returns what makes the body of a proper error of the origin: with the status and the code of a
    /// made-up response, and to go with the headers of a reply.
    const fn error_content(&self) -> fn(&FakeResponse, &Reply) -> Content {
        match self {
            Self::Api(..) => api::error_content,
            Self::Upload(..) => upload::error_content,
        }
    }
}

impl Ending {
    /// Returns how the log says that the request ended: the status of its response, and the outcome.
    pub(crate) fn logged(&self) -> (Option<u16>, RequestOutcome) {
        match self {
            Self::Respond(reply) | Self::RespondTruncated(reply) => {
                (Some(reply.status.as_u16()), RequestOutcome::Answered)
            }
            Self::RespondWithoutEnd(reply) => (Some(reply.status.as_u16()), RequestOutcome::Hung),
            Self::Hang => (None, RequestOutcome::Hung),
            Self::Reset => (None, RequestOutcome::Reset),
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

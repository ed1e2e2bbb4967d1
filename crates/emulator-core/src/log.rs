//! The log of requests, in which a test sees what a client really sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::entry_point::EntryPoint;
use crate::exchange::Ending;
use crate::hex::hex;
use crate::operation::Operation;

/// A request. The log holds it from its first header on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// Counts the requests in order of arrival, from 1. Never used twice, not even after a reset.
    pub seq: u64,
    /// The time of arrival by the emulator's clock, in milliseconds since the epoch.
    pub time_ms: u64,
    #[serde(rename = "origin")]
    pub entry_point: EntryPoint,
    #[serde(rename = "step")]
    pub operation: Operation,
    pub method: String,
    /// As the client asked for it, with the prefix that an open router is mounted under.
    pub path: String,
    /// Without the `?`. With its signature: this is a test tool.
    pub query: Option<String>,
    /// Names in lower case, in order of arrival. All values of a repeated name follow the first.
    pub headers: Vec<(String, String)>,
    /// The bytes of body that have arrived.
    pub body_length: u64,
    /// The SHA-256 of the body that arrived, in lower-case hex. `None` while more may come.
    pub body_sha256: Option<String>,
    /// The status of the response, where there was one.
    pub status: Option<u16>,
    /// `None` while the request is being handled.
    pub outcome: Option<RequestOutcome>,
    /// The name of the fault that struck the request.
    pub fault: Option<String>,
}

impl LoggedRequest {
    /// Returns the first value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestOutcome {
    /// A response was sent. The fault `truncate` cuts it short.
    Answered,
    /// A fault reset the connection.
    Reset,
    /// A fault left the request without a response, or the response without a body.
    Hung,
    /// The client went away first.
    ClientGone,
}

/// The log. Its clones share their entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    entries: Arc<Mutex<Entries>>,
}

#[derive(Debug, Default)]
struct Entries {
    last_seq: u64,
    requests: Vec<LoggedRequest>,
}

/// A request whose headers have arrived.
pub(crate) struct Arrival<'a> {
    pub(crate) time_ms: u64,
    pub(crate) entry_point: EntryPoint,
    pub(crate) operation: Operation,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
}

impl Log {
    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        self.lock().requests.clone()
    }

    pub(crate) fn clear(&self) {
        self.lock().requests.clear();
    }

    pub(crate) fn record_arrival(&self, arrival: &Arrival<'_>) -> LogEntry {
        let headers = arrival.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let mut entries = self.lock();
        entries.last_seq += 1;
        let seq = entries.last_seq;
        entries.requests.push(LoggedRequest {
            seq,
            time_ms: arrival.time_ms,
            entry_point: arrival.entry_point,
            operation: arrival.operation,
            method: arrival.method.to_owned(),
            path: arrival.path.to_owned(),
            query: arrival.query.map(str::to_owned),
            headers: headers.collect(),
            body_length: 0,
            body_sha256: None,
            status: None,
            outcome: None,
            fault: None,
        });
        drop(entries);
        LogEntry {
            log: self.clone(),
            seq,
            hash: Sha256::new(),
            has_ended: false,
        }
    }

    fn update(&self, seq: u64, change: impl FnOnce(&mut LoggedRequest)) {
        let mut entries = self.lock();
        // Searches from the newest, which changes most. A cleared entry is not found.
        let entry = entries.requests.iter_mut().rev();
        if let Some(entry) = entry.into_iter().find(|entry| entry.seq == seq) {
            change(entry);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry in the log of a request that is being handled. Dropping it before its end records
/// [`RequestOutcome::ClientGone`].
#[derive(Debug)]
pub struct LogEntry {
    log: Log,
    seq: u64,
    hash: Sha256,
    has_ended: bool,
}

impl LogEntry {
    pub(crate) fn record_fault(&self, name: &str) {
        let name = name.to_owned();
        self.log.update(self.seq, |it| it.fault = Some(name));
    }

    pub(crate) fn record_body(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        let length = piece.len() as u64;
        self.log.update(self.seq, |it| it.body_length += length);
    }

    /// Returns the SHA-256 of the body that has arrived, in hex.
    pub(crate) fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Records how the request ends. To be called before the response is on the wire, so that a client that
    /// has the response finds it in the log.
    pub fn end(mut self, ending: &Ending) {
        let (status, outcome) = ending.logged();
        self.record_end(status, outcome);
    }

    fn record_end(&mut self, status: Option<u16>, outcome: RequestOutcome) {
        self.has_ended = true;
        let sha256 = self.sha256();
        self.log.update(self.seq, |it| {
            it.body_sha256 = Some(sha256);
            it.status = status;
            it.outcome = Some(outcome);
        });
    }
}

impl Drop for LogEntry {
    fn drop(&mut self) {
        if !self.has_ended {
            self.record_end(None, RequestOutcome::ClientGone);
        }
    }
}

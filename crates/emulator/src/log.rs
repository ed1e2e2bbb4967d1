//! The log of requests: what a test looks at to see what a client really sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::step::{Origin, Step};

/// One request, as it arrived. It stands in the log from its first header on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// In order of arrival, from 1, over the emulator's life: never used twice.
    pub seq: u64,
    /// The emulator's own time of arrival, in milliseconds since the epoch.
    pub time_ms: u64,
    pub origin: Origin,
    pub step: Step,
    pub method: String,
    /// As the client asked for it, with the prefix that an open router is mounted under.
    pub path: String,
    /// Without the `?`. With its signature: this is a test tool.
    pub query: Option<String>,
    /// Names in lower case, in order of arrival (a repeated name stands with its first).
    pub headers: Vec<(String, String)>,
    /// Bytes of body that arrived so far.
    pub body_length: u64,
    /// SHA-256 of what arrived, in lower-case hex. `None` while it is still coming.
    pub body_sha256: Option<String>,
    /// The status answered, where there was one.
    pub status: Option<u16>,
    /// `None` while it is being handled.
    pub outcome: Option<Outcome>,
    /// The name of the fault that befell it.
    pub fault: Option<String>,
}

impl LoggedRequest {
    /// The first value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An answer was sent (cut short, where the fault is `truncate`).
    Answered,
    /// A fault reset the connection.
    Reset,
    /// A fault left it without an answer, or without the answer's body.
    Hung,
    /// The client went away first.
    ClientGone,
}

/// Shared by everything that sees requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    inner: Arc<Mutex<Entries>>,
}

#[derive(Debug, Default)]
struct Entries {
    last_seq: u64,
    requests: Vec<LoggedRequest>,
}

/// What is known of a request when its headers are here.
pub(crate) struct Arrival<'a> {
    pub(crate) time_ms: u64,
    pub(crate) origin: Origin,
    pub(crate) step: Step,
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

    pub(crate) fn arrived(&self, arrival: &Arrival<'_>) -> Entry {
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
            origin: arrival.origin,
            step: arrival.step,
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
        Entry {
            log: self.clone(),
            seq,
            hash: Sha256::new(),
            ended: false,
        }
    }

    fn update(&self, seq: u64, change: impl FnOnce(&mut LoggedRequest)) {
        let mut entries = self.lock();
        // The newest are asked for most. One that is gone was cleared meanwhile.
        let entry = entries.requests.iter_mut().rev();
        if let Some(entry) = entry.into_iter().find(|entry| entry.seq == seq) {
            change(entry);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry of a request that is being handled. Dropped before its end (as a handler is when its
/// client goes away), it says so in the log.
#[derive(Debug)]
pub(crate) struct Entry {
    log: Log,
    seq: u64,
    hash: Sha256,
    ended: bool,
}

impl Entry {
    pub(crate) fn befallen(&self, fault: &str) {
        let name = fault.to_owned();
        self.log.update(self.seq, |it| it.fault = Some(name));
    }

    /// A piece of the body is here.
    pub(crate) fn received(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        let length = piece.len() as u64;
        self.log.update(self.seq, |it| it.body_length += length);
    }

    /// SHA-256 of what arrived, in hex.
    pub(crate) fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    pub(crate) fn ended(mut self, status: Option<u16>, outcome: Outcome) {
        self.end(status, outcome);
    }

    fn end(&mut self, status: Option<u16>, outcome: Outcome) {
        self.ended = true;
        let sha256 = self.sha256();
        self.log.update(self.seq, |it| {
            it.body_sha256 = Some(sha256);
            it.status = status;
            it.outcome = Some(outcome);
        });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.ended {
            self.end(None, Outcome::ClientGone);
        }
    }
}

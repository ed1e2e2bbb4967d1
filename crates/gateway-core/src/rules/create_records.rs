//! The records by which a create happens once: which one is new, which one is running and which one
//! is done.
//!
//! The records have a limit in number and one in bytes, and each visitor has a tenth of both. Where
//! there is no room for another, the oldest finished record makes room of a create that may be repeated
//! without harm: it has consumed its uploads, so it cannot happen twice. A create that costs credits is
//! remembered for its whole time.
//!
//! A team makes a few creates a minute at most. The search through all records that each of them
//! costs is nothing beside the create itself.

mod room;

use std::collections::HashMap;
use std::time::Duration;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;
use aurous_contract::outcome::Repeat;

use crate::clock::Uptime;
use crate::seal::SubjectTag;

/// How long a create is remembered, unless it has to make room.
const LIFETIME: Duration = Duration::from_millis(IDEMPOTENCY_TTL_MS);

/// The largest response to a create, in bytes. A real one has 3 KB. A create that is running counts as
/// if its response were as large.
pub(crate) const CREATE_RESPONSE_MAX_BYTES: usize = 64 * 1024;

/// What a record takes beside its key and its response, in bytes: about, with its place in the map.
const RECORD_BYTES: usize = 512;

/// How many records there may be, and how many bytes they may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordLimits {
    pub(crate) max_records: usize,
    pub(crate) max_bytes: usize,
}

/// Identifies a create. The same key from another subject is another create.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey {
    pub(crate) subject: SubjectTag,
    pub(crate) route: &'static str,
    /// As the browser sent it.
    pub(crate) key: String,
}

/// A create that a visitor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AskedCreate<V> {
    pub(crate) key: RecordKey,
    pub(crate) visitor: V,
    pub(crate) body_hash: [u8; 32],
    pub(crate) repeat: Repeat,
}

/// What to do with a create that a visitor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CreateDecision<W, R> {
    /// Send it. `after_unknown`: an earlier attempt may have succeeded.
    Run { after_unknown: bool },
    /// Wait by this for the result of the create that is running.
    Wait(W),
    /// Repeat this response: the create has succeeded.
    Replay(R),
    /// Refuse it: the key was used for another body.
    KeyReused,
    /// Refuse it: it was sent, its outcome is not known, and another attempt could cost twice.
    OutcomeUnknown,
    /// Refuse it: there is no room for another record before this many seconds have passed.
    Full { retry_after_s: u64 },
}

/// How a create that was sent has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CreateOutcome<R> {
    Succeeded {
        response: R,
        /// The size of the response.
        bytes: usize,
    },
    /// The API did not carry it out.
    Refused,
    /// The API may have carried it out.
    Unknown,
}

/// The creates of the last 24 hours. `W` waits for a running create, `R` is a response, `V` a
/// visitor.
pub(crate) struct CreateRecords<W, R, V> {
    limits: RecordLimits,
    records: HashMap<RecordKey, CreateRecord<W, R, V>>,
}

struct CreateRecord<W, R, V> {
    visitor: V,
    body_hash: [u8; 32],
    repeat: Repeat,
    expires_at: Uptime,
    /// What the record takes or, while a response may still come, what it may take.
    bytes: usize,
    state: CreateState<W, R>,
}

enum CreateState<W, R> {
    Running { waiter: W, after_unknown: bool },
    Succeeded(R),
    Unknown,
}

/// What is kept of a create that was asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept<R> {
    Running,
    Succeeded(R),
    /// It may have been carried out.
    Unknown,
}

/// What to do with a create that was asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again<R> {
    Wait,
    Replay(R),
    KeyReused,
    OutcomeUnknown,
    RunAfterUnknown,
}

/// Decides what to do with a create that was asked for before.
pub(crate) fn decide_again<R>(kept: Kept<R>, is_same_body: bool, repeat: Repeat) -> Again<R> {
    match kept {
        _ if !is_same_body => Again::KeyReused,
        Kept::Running => Again::Wait,
        Kept::Succeeded(response) => Again::Replay(response),
        Kept::Unknown if repeat == Repeat::OnlyIfNotCarriedOut => Again::OutcomeUnknown,
        Kept::Unknown => Again::RunAfterUnknown,
    }
}

impl<W: Clone, R: Clone, V: Clone + Eq> CreateRecords<W, R, V> {
    pub(crate) fn new(limits: RecordLimits) -> Self {
        Self {
            limits,
            records: HashMap::new(),
        }
    }

    /// Decides what to do with a create. After [`CreateDecision::Run`] the caller must report the
    /// outcome to [`Self::record_outcome`]; until then, others get `waiter`.
    pub(crate) fn begin(
        &mut self,
        asked: AskedCreate<V>,
        waiter: W,
        now: Uptime,
    ) -> CreateDecision<W, R> {
        self.records.retain(|_, record| !record.has_expired(now));
        if let Some(record) = self.records.get_mut(&asked.key) {
            return record.begin_again(asked.body_hash, waiter);
        }
        let bytes = bytes_of(&asked.key, CREATE_RESPONSE_MAX_BYTES);
        if let Err(retry_after_s) = self.make_room(&asked.visitor, bytes, now) {
            return CreateDecision::Full { retry_after_s };
        }
        let record = CreateRecord {
            visitor: asked.visitor,
            body_hash: asked.body_hash,
            repeat: asked.repeat,
            expires_at: now.after(LIFETIME),
            bytes,
            state: CreateState::Running {
                waiter,
                after_unknown: false,
            },
        };
        self.records.insert(asked.key, record);
        CreateDecision::Run {
            after_unknown: false,
        }
    }

    /// Records how a running create has ended.
    pub(crate) fn record_outcome(&mut self, key: &RecordKey, outcome: CreateOutcome<R>) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let after_unknown = matches!(
            record.state,
            CreateState::Running {
                after_unknown: true,
                ..
            }
        );
        match outcome {
            CreateOutcome::Succeeded { response, bytes } => {
                record.bytes = bytes_of(key, bytes);
                record.state = CreateState::Succeeded(response);
            }
            CreateOutcome::Unknown => record.lose_track(key),
            // This attempt was not carried out, but the one before may have been.
            CreateOutcome::Refused if after_unknown => record.lose_track(key),
            CreateOutcome::Refused => {
                self.records.remove(key);
            }
        }
    }
}

impl<W: Clone, R: Clone, V> CreateRecord<W, R, V> {
    fn has_expired(&self, now: Uptime) -> bool {
        self.has_ended() && self.expires_at <= now
    }

    fn has_ended(&self) -> bool {
        !matches!(self.state, CreateState::Running { .. })
    }

    /// Whether another create may take the place of this one.
    fn may_make_room(&self) -> bool {
        self.has_ended() && self.repeat == Repeat::Freely
    }

    fn lose_track(&mut self, key: &RecordKey) {
        self.state = CreateState::Unknown;
        // It is never sent again, so no response comes.
        if self.repeat == Repeat::OnlyIfNotCarriedOut {
            self.bytes = bytes_of(key, 0);
        }
    }

    fn begin_again(&mut self, body_hash: [u8; 32], waiter: W) -> CreateDecision<W, R> {
        let (kept, running) = match &self.state {
            CreateState::Running { waiter, .. } => (Kept::Running, waiter.clone()),
            CreateState::Succeeded(response) => (Kept::Succeeded(response.clone()), waiter),
            CreateState::Unknown => (Kept::Unknown, waiter),
        };
        match decide_again(kept, self.body_hash == body_hash, self.repeat) {
            Again::Wait => CreateDecision::Wait(running),
            Again::Replay(response) => CreateDecision::Replay(response),
            Again::KeyReused => CreateDecision::KeyReused,
            Again::OutcomeUnknown => CreateDecision::OutcomeUnknown,
            Again::RunAfterUnknown => {
                self.state = CreateState::Running {
                    waiter: running,
                    after_unknown: true,
                };
                CreateDecision::Run {
                    after_unknown: true,
                }
            }
        }
    }
}

fn bytes_of(key: &RecordKey, response_bytes: usize) -> usize {
    RECORD_BYTES + key.key.len() + response_bytes
}

#[cfg(test)]
mod tests;

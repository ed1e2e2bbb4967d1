//! The records by which a create happens once: which one is new, which one is running and which one
//! is done.
//!
//! A team makes a few creates a minute at most. The search through all records that each of them
//! costs is nothing beside the create itself.

use std::collections::HashMap;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;
use aurous_contract::outcome::Repeat;

use crate::seal::SubjectTag;

/// The most records. With a response of 3 KB each they take 30 MB.
const RECORDS_MAX: usize = 10_000;

/// The most records of one visitor, so that none can take all of them.
const RECORDS_PER_VISITOR_MAX: usize = 1_000;

/// Identifies a create. The same key from another subject is another create.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey {
    pub(crate) subject: SubjectTag,
    pub(crate) route: &'static str,
    /// As the browser sent it.
    pub(crate) key: String,
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
    Succeeded(R),
    /// The API did not carry it out.
    Refused,
    /// The API may have carried it out.
    Unknown,
}

/// The creates of the last 24 hours. `W` waits for a running create, `R` is a response, `V` a
/// visitor.
pub(crate) struct CreateRecords<W, R, V>(HashMap<RecordKey, CreateRecord<W, R, V>>);

struct CreateRecord<W, R, V> {
    visitor: V,
    body_hash: [u8; 32],
    repeat: Repeat,
    expires_at_ms: u64,
    state: CreateState<W, R>,
}

enum CreateState<W, R> {
    Running { waiter: W, after_unknown: bool },
    Succeeded(R),
    Unknown,
}

impl<W, R, V> Default for CreateRecords<W, R, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<W: Clone, R: Clone, V: Clone + Eq> CreateRecords<W, R, V> {
    /// Decides what to do with a create. After [`CreateDecision::Run`] the caller must report the
    /// outcome to [`Self::record_outcome`]; until then, others get `waiter`.
    pub(crate) fn begin(
        &mut self,
        key: RecordKey,
        visitor: &V,
        body_hash: [u8; 32],
        repeat: Repeat,
        waiter: W,
        now_ms: u64,
    ) -> CreateDecision<W, R> {
        self.0.retain(|_, record| !record.has_expired(now_ms));
        if let Some(record) = self.0.get_mut(&key) {
            return record.begin_again(body_hash, waiter);
        }
        if let Some(retry_after_s) = self.seconds_until_room(visitor, now_ms) {
            return CreateDecision::Full { retry_after_s };
        }
        let record = CreateRecord {
            visitor: visitor.clone(),
            body_hash,
            repeat,
            expires_at_ms: now_ms.saturating_add(IDEMPOTENCY_TTL_MS),
            state: CreateState::Running {
                waiter,
                after_unknown: false,
            },
        };
        self.0.insert(key, record);
        CreateDecision::Run {
            after_unknown: false,
        }
    }

    /// Records how a running create has ended.
    pub(crate) fn record_outcome(&mut self, key: &RecordKey, outcome: CreateOutcome<R>) {
        let Some(record) = self.0.get_mut(key) else {
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
            CreateOutcome::Succeeded(response) => record.state = CreateState::Succeeded(response),
            CreateOutcome::Unknown => record.state = CreateState::Unknown,
            // This attempt was not carried out, but the one before may have been.
            CreateOutcome::Refused if after_unknown => record.state = CreateState::Unknown,
            CreateOutcome::Refused => {
                self.0.remove(key);
            }
        }
    }

    /// Returns the seconds until a record expires that now leaves no room for this visitor's next
    /// one. `None` where there is room.
    fn seconds_until_room(&self, visitor: &V, now_ms: u64) -> Option<u64> {
        let is_full = self.0.len() >= RECORDS_MAX;
        let own = || self.0.values().filter(|it| it.visitor == *visitor);
        if !is_full && own().count() < RECORDS_PER_VISITOR_MAX {
            return None;
        }
        let first = if is_full {
            self.0.values().map(|it| it.expires_at_ms).min()
        } else {
            own().map(|it| it.expires_at_ms).min()
        };
        let left_ms = first.unwrap_or(now_ms).saturating_sub(now_ms);
        Some(left_ms.div_ceil(1000).max(1))
    }
}

impl<W: Clone, R: Clone, V> CreateRecord<W, R, V> {
    fn has_expired(&self, now_ms: u64) -> bool {
        !matches!(self.state, CreateState::Running { .. }) && self.expires_at_ms <= now_ms
    }

    fn begin_again(&mut self, body_hash: [u8; 32], waiter: W) -> CreateDecision<W, R> {
        if self.body_hash != body_hash {
            return CreateDecision::KeyReused;
        }
        match &self.state {
            CreateState::Running { waiter, .. } => CreateDecision::Wait(waiter.clone()),
            CreateState::Succeeded(response) => CreateDecision::Replay(response.clone()),
            CreateState::Unknown if self.repeat == Repeat::OnlyIfNotCarriedOut => {
                CreateDecision::OutcomeUnknown
            }
            CreateState::Unknown => {
                self.state = CreateState::Running {
                    waiter,
                    after_unknown: true,
                };
                CreateDecision::Run {
                    after_unknown: true,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Which create is new, which one is known, which one is going on: so that each happens once.
//!
//! A team makes a few creates a minute at most, so looking through all records for each of them is
//! nothing beside the create itself.

use std::collections::HashMap;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;
use aurous_contract::outcome::Repeat;

use crate::seal::SubjectTag;

/// Most records: with 3 KB of answer each, 30 MB.
const RECORDS_MAX: usize = 10_000;

/// Most records of one visitor, so that none can take all of them.
const RECORDS_OF_ONE_MAX: usize = 1_000;

/// What a create is known by. The same key from another subject is another create.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey {
    pub(crate) subject: SubjectTag,
    pub(crate) route: &'static str,
    /// As the browser sent it.
    pub(crate) key: String,
}

/// What to do with a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Begin<W, A> {
    /// Send it. `after_unknown`: an earlier attempt may have succeeded already.
    Run { after_unknown: bool },
    /// It is going on: wait for its end by this.
    Join(W),
    /// It has succeeded: this is the answer.
    Recorded(A),
    /// The key was used for another body.
    Reused,
    /// It was sent, nobody knows what came of it, and sending it again could cost twice.
    OutcomeUnknown,
    /// There is no room for another record before this many seconds have passed.
    Full { retry_after_s: u64 },
}

/// What came of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End<A> {
    Succeeded(A),
    /// It was not carried out.
    Refused,
    /// It may have been carried out.
    Unknown,
}

/// The creates of the last 24 hours. `W` is how to wait for one, `A` an answer, `V` a visitor.
pub(crate) struct CreateRecords<W, A, V>(HashMap<RecordKey, Record<W, A, V>>);

struct Record<W, A, V> {
    visitor: V,
    body_hash: [u8; 32],
    repeat: Repeat,
    expires_at_ms: u64,
    state: State<W, A>,
}

enum State<W, A> {
    Running { waiter: W, after_unknown: bool },
    Succeeded(A),
    Unknown,
}

impl<W, A, V> Default for CreateRecords<W, A, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<W: Clone, A: Clone, V: Clone + Eq> CreateRecords<W, A, V> {
    /// A create is asked for. Where it is to run, `waiter` is what others wait by, and
    /// [`Self::finish`] has to follow.
    pub(crate) fn begin(
        &mut self,
        key: RecordKey,
        visitor: &V,
        body_hash: [u8; 32],
        repeat: Repeat,
        waiter: W,
        now_ms: u64,
    ) -> Begin<W, A> {
        self.0.retain(|_, record| !record.is_over(now_ms));
        if let Some(record) = self.0.get_mut(&key) {
            return record.begin_again(body_hash, waiter);
        }
        if let Some(retry_after_s) = self.wait_for_room(visitor, now_ms) {
            return Begin::Full { retry_after_s };
        }
        let record = Record {
            visitor: visitor.clone(),
            body_hash,
            repeat,
            expires_at_ms: now_ms.saturating_add(IDEMPOTENCY_TTL_MS),
            state: State::Running {
                waiter,
                after_unknown: false,
            },
        };
        self.0.insert(key, record);
        Begin::Run {
            after_unknown: false,
        }
    }

    /// A create that was to run has ended.
    pub(crate) fn finish(&mut self, key: &RecordKey, end: End<A>) {
        let Some(record) = self.0.get_mut(key) else {
            return;
        };
        let after_unknown = matches!(
            record.state,
            State::Running {
                after_unknown: true,
                ..
            }
        );
        match end {
            End::Succeeded(answer) => record.state = State::Succeeded(answer),
            End::Unknown => record.state = State::Unknown,
            // This attempt was not carried out, but the one before may have been.
            End::Refused if after_unknown => record.state = State::Unknown,
            End::Refused => {
                self.0.remove(key);
            }
        }
    }

    /// Seconds until a record expires that is in the way of this visitor's next one.
    fn wait_for_room(&self, visitor: &V, now_ms: u64) -> Option<u64> {
        let is_full = self.0.len() >= RECORDS_MAX;
        let own = || self.0.values().filter(|it| it.visitor == *visitor);
        if !is_full && own().count() < RECORDS_OF_ONE_MAX {
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

impl<W: Clone, A: Clone, V> Record<W, A, V> {
    fn is_over(&self, now_ms: u64) -> bool {
        !matches!(self.state, State::Running { .. }) && self.expires_at_ms <= now_ms
    }

    fn begin_again(&mut self, body_hash: [u8; 32], waiter: W) -> Begin<W, A> {
        if self.body_hash != body_hash {
            return Begin::Reused;
        }
        match &self.state {
            State::Running { waiter, .. } => Begin::Join(waiter.clone()),
            State::Succeeded(answer) => Begin::Recorded(answer.clone()),
            State::Unknown if self.repeat == Repeat::OnlyIfNotCarriedOut => Begin::OutcomeUnknown,
            State::Unknown => {
                self.state = State::Running {
                    waiter,
                    after_unknown: true,
                };
                Begin::Run {
                    after_unknown: true,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

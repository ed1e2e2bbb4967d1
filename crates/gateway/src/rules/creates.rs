use aurous_contract::limits::IDEMPOTENCY_TTL_MS;
use aurous_contract::retry::Repeat;
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordKey {
    pub(crate) subject: crate::seal::SubjectTag,
    pub(crate) route: &'static str,
    pub(crate) key: String,
}
pub(crate) enum Begin<W, A> {
    Run { after_unknown: bool },
    Join(W),
    Recorded(A),
    Reused,
    OutcomeUnknown,
    Full { retry_after_s: u64 },
}
pub(crate) enum End<A> {
    Succeeded(A),
    Refused,
    Unknown,
}
enum State<W, A> {
    Running { waiter: W, after_unknown: bool },
    Done(A),
    Unknown,
}
struct Record<W, A, V> {
    visitor: V,
    hash: [u8; 32],
    repeat: Repeat,
    until_ms: u64,
    state: State<W, A>,
}
pub(crate) struct CreateRecords<W, A, V>(HashMap<RecordKey, Record<W, A, V>>);
impl<W, A, V> Default for CreateRecords<W, A, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
impl<W: Clone, A: Clone, V: Clone + Eq> CreateRecords<W, A, V> {
    pub(crate) fn begin(
        &mut self,
        key: RecordKey,
        visitor: &V,
        hash: [u8; 32],
        repeat: Repeat,
        waiter: W,
        now_ms: u64,
    ) -> Begin<W, A> {
        self.0
            .retain(|_, it| matches!(it.state, State::Running { .. }) || it.until_ms > now_ms);
        if let Some(record) = self.0.get_mut(&key) {
            if record.hash != hash {
                return Begin::Reused;
            }
            return match &record.state {
                State::Running { waiter, .. } => Begin::Join(waiter.clone()),
                State::Done(answer) => Begin::Recorded(answer.clone()),
                State::Unknown if record.repeat == Repeat::OnlyIfNotCarriedOut => {
                    Begin::OutcomeUnknown
                }
                State::Unknown => {
                    record.state = State::Running {
                        waiter,
                        after_unknown: true,
                    };
                    Begin::Run {
                        after_unknown: true,
                    }
                }
            };
        }
        if self.0.len() >= 10_000
            || self.0.values().filter(|it| it.visitor == *visitor).count() >= 1000
        {
            return Begin::Full {
                retry_after_s: 3600,
            };
        }
        self.0.insert(
            key,
            Record {
                visitor: visitor.clone(),
                hash,
                repeat,
                until_ms: now_ms.saturating_add(IDEMPOTENCY_TTL_MS),
                state: State::Running {
                    waiter,
                    after_unknown: false,
                },
            },
        );
        Begin::Run {
            after_unknown: false,
        }
    }
    pub(crate) fn finish(&mut self, key: &RecordKey, end: End<A>, _now_ms: u64) {
        let Some(record) = self.0.get_mut(key) else {
            return;
        };
        let was_unknown = matches!(
            record.state,
            State::Running {
                after_unknown: true,
                ..
            }
        );
        match end {
            End::Succeeded(answer) => record.state = State::Done(answer),
            End::Unknown => record.state = State::Unknown,
            End::Refused if was_unknown => record.state = State::Unknown,
            End::Refused => {
                self.0.remove(key);
            }
        }
    }
}

//! The creates of all instances. Before an instance sends a create, it claims it in the store; afterwards it
//! records there how it has ended. Records are sealed: a response is a visitor's.
//!
//! An instance that dies leaves its claim behind. Once the claim has expired, the create's outcome is
//! unknown, as it is where the program is killed.

use std::time::Duration;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;
use aurous_contract::outcome::Repeat;
use serde::{Deserialize, Serialize};

use super::{ATTEMPTS, StoreAway, StoreChange};
use crate::clock::milliseconds;
use crate::config::ResourceLimits;
use crate::response::Response;
use crate::rules::create_records::{Again, CreateOutcome, Kept, decide_again};
use crate::seal::SealingKeys;
use crate::step::Outside;

/// The waits before the further attempts to end a claim. The claim expires by itself.
const RECORD_WAITS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_millis(1500),
    Duration::from_millis(4000),
];

/// The waits for a create that another instance carries out: 5 s in all, since a platform may end a request after
/// ten.
const JOIN_WAITS: [Duration; 6] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1500),
    Duration::from_millis(2000),
];

/// How many answers a claim waits for, each as long as the API may take: the create's own, and those of the
/// look for a lost one.
const CLAIM_ANSWERS: u32 = 4;

/// A create that is about to be sent.
pub(crate) struct SharedCreate<'a> {
    pub(crate) sealing: &'a SealingKeys,
    pub(crate) limits: &'a ResourceLimits,
    pub(crate) outside: &'a Outside,
    /// The idempotency key upstream, which is a MAC over the visitor's.
    pub(crate) upstream_key: &'a str,
    pub(crate) body_hash: [u8; 32],
    pub(crate) repeat: Repeat,
}

/// What the store says of a create.
pub(crate) enum Claim {
    /// It is this instance's to send.
    Won(WonClaim),
    /// Another instance is at it.
    Running,
    /// It has happened, with this response.
    Done(Response),
    KeyReused,
    /// It was sent, its outcome is not known, and another attempt could cost twice.
    OutcomeUnknown,
}

pub(crate) struct WonClaim {
    /// What the store holds for the claim.
    held: String,
    /// When others may take the create over, in epoch milliseconds.
    until_ms: u64,
    /// An earlier attempt may have succeeded.
    pub(crate) after_unknown: bool,
}

impl WonClaim {
    /// Whether an answer that takes this long comes while the claim still holds. An instance may have been
    /// suspended since it made the claim.
    pub(crate) fn holds_for(&self, answer: Duration, now_ms: u64) -> bool {
        now_ms.saturating_add(milliseconds(answer)) < self.until_ms
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    body_hash: [u8; 32],
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Running {
        until_ms: u64,
    },
    Succeeded(StoredResponse),
    Unknown,
    /// It was claimed and never sent: as good as no record.
    Released,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl SharedCreate<'_> {
    /// Claims the create for this instance, unless it is another's or has happened.
    ///
    /// Where it is another's, waits for the other's outcome: a visitor whose connection broke off asks again, and
    /// comes to any instance.
    pub(crate) async fn claim(&self) -> Result<Claim, StoreAway> {
        let mut waits = JOIN_WAITS.into_iter();
        let mut mine: Option<WonClaim> = None;
        let mut attempts = 0;
        while attempts < ATTEMPTS {
            let held = self.read().await?;
            // A client of the store's may have sent the claim twice.
            if let Some(claim) = mine.take_if(|it| Some(&it.held) == held.as_ref()) {
                return Ok(Claim::Won(claim));
            }
            let now_ms = self.outside.now().epoch_ms;
            let record = held.as_deref().map(|text| self.open(text));
            let asked_before = record.as_ref().and_then(|it| {
                let is_same_body = it.body_hash == self.body_hash;
                Some((it.kept(now_ms)?, is_same_body))
            });
            let after_unknown = asked_before.is_some();
            if let Some((kept, is_same_body)) = asked_before {
                match decide_again(kept, is_same_body, self.repeat) {
                    Again::Wait => match waits.next() {
                        Some(wait) => {
                            self.outside.wait(wait).await;
                            continue;
                        }
                        None => return Ok(Claim::Running),
                    },
                    Again::KeyReused => return Ok(Claim::KeyReused),
                    Again::OutcomeUnknown => return Ok(Claim::OutcomeUnknown),
                    Again::Replay(response) => {
                        return Ok(response.read().map_or(Claim::OutcomeUnknown, Claim::Done));
                    }
                    Again::RunAfterUnknown => {}
                }
            }
            attempts += 1;
            let lease = self.limits.answer_timeout * CLAIM_ANSWERS;
            let until_ms = now_ms.saturating_add(milliseconds(lease));
            let claim = WonClaim {
                held: self.seal(State::Running { until_ms }),
                until_ms,
                after_unknown,
            };
            match self.write(held.clone(), Some(claim.held.clone())).await {
                Ok(true) => return Ok(Claim::Won(claim)),
                Ok(false) => mine = Some(claim),
                Err(StoreAway) => {
                    self.release(&claim, held).await;
                    return Err(StoreAway);
                }
            }
        }
        Err(StoreAway)
    }

    /// Releases a claim that the store may have taken, or may still take: nothing will be sent. `held` is what the
    /// claim expected, so whatever is there now, the claim comes too late.
    async fn release(&self, claim: &WonClaim, held: Option<String>) {
        let state = if claim.after_unknown {
            State::Unknown
        } else {
            State::Released
        };
        let released = Some(self.seal(state));
        for wait in RECORD_WAITS {
            match self.write(held.clone(), released.clone()).await {
                Ok(true) => return,
                Ok(false) => {
                    let claimed = Some(claim.held.clone());
                    if self.write(claimed, released.clone()).await.is_ok() {
                        return;
                    }
                }
                Err(StoreAway) => {}
            }
            self.outside.wait(wait).await;
        }
    }

    /// Tells the other instances how a create that was claimed has ended.
    ///
    /// # Errors
    /// The store does not take it.
    pub(crate) async fn record(
        &self,
        claim: &WonClaim,
        outcome: &CreateOutcome<Response>,
    ) -> Result<(), StoreAway> {
        let value = match outcome {
            CreateOutcome::Succeeded { response, .. } => {
                Some(self.seal(State::Succeeded(StoredResponse::of(response))))
            }
            CreateOutcome::Refused if !claim.after_unknown => None,
            CreateOutcome::Refused | CreateOutcome::Unknown => Some(self.seal(State::Unknown)),
        };
        if !self.write(Some(claim.held.clone()), value.clone()).await? {
            // The store may have lost the claim. What another instance has put in its place is left alone.
            self.write(None, value).await?;
        }
        Ok(())
    }

    /// Does so later, with several attempts.
    ///
    /// # Errors
    /// The store does not take it: the claim expires by itself.
    pub(crate) async fn record_later(
        &self,
        claim: &WonClaim,
        outcome: &CreateOutcome<Response>,
    ) -> Result<(), StoreAway> {
        for wait in RECORD_WAITS {
            self.outside.wait(wait).await;
            if self.record(claim, outcome).await.is_ok() {
                return Ok(());
            }
        }
        tracing::warn!(
            "the store does not take the outcome of a create, which is unknown to others now"
        );
        Err(StoreAway)
    }

    async fn read(&self) -> Result<Option<String>, StoreAway> {
        let entries = self.outside.read_store(vec![self.key()]).await?;
        Ok(entries.into_iter().next().flatten())
    }

    async fn write(
        &self,
        expected: Option<String>,
        value: Option<String>,
    ) -> Result<bool, StoreAway> {
        let change = StoreChange {
            key: self.key(),
            expected,
            value,
            ttl_ms: IDEMPOTENCY_TTL_MS,
        };
        self.outside.write_store(vec![change]).await
    }

    fn key(&self) -> String {
        format!("create:{{{}}}", self.upstream_key)
    }

    fn seal(&self, state: State) -> String {
        let record = Record {
            body_hash: self.body_hash,
            state,
        };
        let plain = serde_json::to_vec(&record).unwrap_or_default();
        self.sealing.seal_record(&self.key(), &plain)
    }

    /// Opens a record. One that cannot be opened is of a secret that is no longer known: what it says is
    /// lost.
    fn open(&self, text: &str) -> Record {
        let plain = self.sealing.open_record(&self.key(), text);
        let record = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        record.unwrap_or(Record {
            body_hash: self.body_hash,
            state: State::Unknown,
        })
    }
}

impl Record {
    /// Returns what is kept of the create. Nothing where it was never sent.
    fn kept(&self, now_ms: u64) -> Option<Kept<&StoredResponse>> {
        Some(match &self.state {
            State::Running { until_ms } if now_ms < *until_ms => Kept::Running,
            State::Running { .. } | State::Unknown => Kept::Unknown,
            State::Succeeded(response) => Kept::Succeeded(response),
            State::Released => return None,
        })
    }
}

impl StoredResponse {
    fn of(response: &Response) -> Self {
        let headers = response.headers.iter();
        let headers = headers.filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        Self {
            status: response.status.as_u16(),
            headers: headers.collect(),
            body: String::from_utf8_lossy(&response.body).into_owned(),
        }
    }

    fn read(&self) -> Option<Response> {
        let headers = self.headers.iter().map(|(name, value)| {
            let name = name.parse::<http::HeaderName>().ok()?;
            Some((name, value.parse::<http::HeaderValue>().ok()?))
        });
        Some(Response {
            status: http::StatusCode::from_u16(self.status).ok()?,
            headers: headers.collect::<Option<_>>()?,
            body: self.body.clone().into(),
        })
    }
}

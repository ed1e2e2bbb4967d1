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
use crate::config::ResourceLimits;
use crate::response::Response;
use crate::rules::create_records::{Again, CreateOutcome, Kept, decide_again};
use crate::seal::SealingKeys;
use crate::step::Outside;

/// The waits after the attempts to end a claim. It expires in the end.
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
    /// An earlier attempt may have succeeded.
    pub(crate) after_unknown: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    body_hash: [u8; 32],
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum State {
    Running { until_ms: u64 },
    Succeeded(StoredResponse),
    Unknown,
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
        let mut attempts = 0;
        while attempts < ATTEMPTS {
            let held = self.read().await?;
            let now_ms = self.outside.now().epoch_ms;
            let record = held.as_deref().map(|text| self.open(text));
            let after_unknown = record.is_some();
            if let Some(record) = record {
                let is_same_body = record.body_hash == self.body_hash;
                match decide_again(record.kept(now_ms), is_same_body, self.repeat) {
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
            let claimed = self.seal(State::Running { until_ms });
            match self.write(held, Some(claimed.clone())).await {
                Ok(true) => {
                    return Ok(Claim::Won(WonClaim {
                        held: claimed,
                        after_unknown,
                    }));
                }
                Ok(false) => {}
                Err(StoreAway) => {
                    // The store may have it all the same, and nothing will be sent.
                    let kept = if after_unknown { self.unknown() } else { None };
                    let _ = self.end_claim(&claimed, kept).await;
                    return Err(StoreAway);
                }
            }
        }
        Err(StoreAway)
    }

    /// Tells the other instances how a create that was claimed has ended.
    ///
    /// # Errors
    /// The store does not take it: the claim expires in the end.
    pub(crate) async fn record(
        &self,
        claim: WonClaim,
        outcome: &CreateOutcome<Response>,
    ) -> Result<(), StoreAway> {
        let value = match outcome {
            CreateOutcome::Succeeded { response, .. } => {
                Some(self.seal(State::Succeeded(StoredResponse::of(response))))
            }
            CreateOutcome::Refused if !claim.after_unknown => None,
            CreateOutcome::Refused | CreateOutcome::Unknown => self.unknown(),
        };
        let recorded = self.end_claim(&claim.held, value).await;
        recorded.inspect_err(|StoreAway| {
            tracing::warn!(
                "the store does not take the outcome of a create, which is unknown to others now"
            );
        })
    }

    /// Puts something in the place of a claim, with several attempts.
    async fn end_claim(&self, claimed: &str, value: Option<String>) -> Result<(), StoreAway> {
        for wait in RECORD_WAITS {
            let written = self.write(Some(claimed.to_owned()), value.clone()).await;
            // A claim that has expired may be another instance's by now, so its entry is left alone.
            if let Ok(_was_ours) = written {
                return Ok(());
            }
            self.outside.wait(wait).await;
        }
        Err(StoreAway)
    }

    fn unknown(&self) -> Option<String> {
        Some(self.seal(State::Unknown))
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
    fn kept(&self, now_ms: u64) -> Kept<&StoredResponse> {
        match &self.state {
            State::Running { until_ms } if now_ms < *until_ms => Kept::Running,
            State::Running { .. } | State::Unknown => Kept::Unknown,
            State::Succeeded(response) => Kept::Succeeded(response),
        }
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

fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

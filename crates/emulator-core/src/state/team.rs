//! Teams, and the keys that belong to them.

use std::collections::{HashMap, HashSet};

use aurous_contract::rate::{Bucket, BucketState, Refused, TokenBucket};
use serde::{Deserialize, Serialize};

use super::idempotency::IdempotencyRecords;

/// A team's name.
pub(crate) type TeamName = String;

/// The team of the keys that an emulator starts with.
pub(crate) const FIRST_TEAM: &str = "first";
/// The team of every request without a key in open mode.
pub(crate) const OPEN_TEAM: &str = "open";

#[derive(Debug)]
pub(crate) struct Team {
    pub(crate) credits: u32,
    pub(crate) idempotency: IdempotencyRecords,
    buckets: HashMap<Bucket, TokenBucket>,
}

impl Team {
    pub(crate) fn new(credits: u32) -> Self {
        Self {
            credits,
            idempotency: IdempotencyRecords::default(),
            buckets: HashMap::new(),
        }
    }

    pub(crate) fn take(&mut self, bucket: Bucket, now_ms: u64) -> Result<BucketState, Refused> {
        self.bucket(bucket, now_ms).take(now_ms)
    }

    pub(crate) fn peek(&mut self, bucket: Bucket, now_ms: u64) -> BucketState {
        self.bucket(bucket, now_ms).peek(now_ms)
    }

    fn bucket(&mut self, bucket: Bucket, now_ms: u64) -> &mut TokenBucket {
        self.buckets
            .entry(bucket)
            .or_insert_with(|| TokenBucket::full(bucket, now_ms))
    }
}

/// What a key may do. The vendor does not document its scopes; these are the emulator's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Get one character, and list them.
    #[serde(rename = "characters:read")]
    Read,
    /// Make every other call.
    #[serde(rename = "characters:write")]
    Write,
}

/// An API key and its rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub key: String,
    /// The keys of one team share its characters, buckets and credits. Default `first`.
    pub team: TeamName,
    pub scopes: HashSet<Scope>,
    pub revoked: bool,
}

impl ApiKey {
    pub(crate) fn new(key: String, team: &str) -> Self {
        Self {
            key,
            team: team.to_owned(),
            scopes: HashSet::from([Scope::Read, Scope::Write]),
            revoked: false,
        }
    }
}

/// Makes a key, or changes one. Absent fields keep their value, or the default in a new key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyChange {
    /// Where absent, a new random key is made.
    pub key: Option<String>,
    pub team: Option<TeamName>,
    pub scopes: Option<HashSet<Scope>>,
    pub revoked: Option<bool>,
}

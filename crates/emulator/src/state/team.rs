//! Teams: who owns what, and what a team's keys share.

use std::collections::{HashMap, HashSet};

use aurous_contract::rate::{Bucket, BucketState, Refused, TokenBucket};
use serde::{Deserialize, Serialize};

use super::idempotency::Memory;

/// A team's name.
pub(crate) type TeamName = String;

/// The team of the keys that an emulator starts with.
pub(crate) const FIRST_TEAM: &str = "first";
/// The team of every request without a key in open mode.
pub(crate) const OPEN_TEAM: &str = "open";

#[derive(Debug)]
pub(crate) struct Team {
    pub(crate) credits: u32,
    pub(crate) memory: Memory,
    buckets: HashMap<Bucket, TokenBucket>,
}

impl Team {
    pub(crate) fn new(credits: u32) -> Self {
        Self {
            credits,
            memory: Memory::default(),
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

/// What a key may do. The vendor names its scopes nowhere in public; these are the emulator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// GET one, GET list.
    #[serde(rename = "characters:read")]
    Read,
    /// Everything else.
    #[serde(rename = "characters:write")]
    Write,
}

/// An API key and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub key: String,
    /// Keys of one team share its characters, buckets and credits. Default `first`.
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

/// Makes a key, or changes one: what is absent stays as it is (or is the default).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyChange {
    /// A new random one where absent.
    pub key: Option<String>,
    pub team: Option<TeamName>,
    pub scopes: Option<HashSet<Scope>>,
    pub revoked: Option<bool>,
}

//! The team's rate limits, and how they are shared.

use aurous_contract::rate::Bucket;

use super::error::{Wrong, quoted};

/// What this process may spend, and what a visitor may of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateConfig {
    /// The team's limits, one for each of [`Bucket::ALL`].
    pub limits: [TeamLimit; 3],
    /// This process has a part in this many of them. At least 1.
    pub team_share: u32,
    /// A visitor has at most a part in this many of the process's. At least 1.
    pub subject_share: u32,
}

/// A team's limit for one bucket. Both numbers are at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamLimit {
    pub bucket: Bucket,
    /// Tokens that come back in a minute.
    pub per_minute: u32,
    /// Tokens in a full bucket.
    pub burst: u32,
}

impl TeamLimit {
    /// What the API's documentation promises every team.
    pub const fn documented(bucket: Bucket) -> Self {
        Self {
            bucket,
            per_minute: bucket.per_minute(),
            burst: bucket.burst(),
        }
    }

    /// `characters_post=60/120`.
    pub(super) fn check(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).ok_or_else(|| {
            Wrong::new(
                format!("{} is not a limit", quoted(text)),
                "Write BUCKET=PER_MINUTE/BURST with numbers above 0, and for BUCKET characters_post, characters_synthesize or characters_get",
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let (name, numbers) = text.split_once('=')?;
        let (per_minute, burst) = numbers.split_once('/')?;
        Some(Self {
            bucket: Bucket::ALL
                .into_iter()
                .find(|bucket| bucket_name(*bucket) == name)?,
            per_minute: positive(per_minute)?,
            burst: positive(burst)?,
        })
    }
}

/// The N of `1/N`.
pub(super) fn share(text: &str) -> Result<u32, Wrong> {
    text.strip_prefix("1/").and_then(positive).ok_or_else(|| {
        Wrong::new(
            format!("{} is not a share", quoted(text)),
            "Write 1/N, with a number N above 0",
        )
    })
}

/// As the API's documentation spells them.
const fn bucket_name(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::CharactersPost => "characters_post",
        Bucket::CharactersSynthesize => "characters_synthesize",
        Bucket::CharactersGet => "characters_get",
    }
}

fn positive(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
}

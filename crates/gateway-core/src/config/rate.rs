//! The team's rate limits, and their shares.

use aurous_contract::rate::Bucket;

use super::error::SettingProblem;

/// The part of the team's rate limits that this process may spend, and the part of that which one
/// visitor may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateConfig {
    /// The team's limits, one for each of [`Bucket::ALL`].
    pub limits: [TeamLimit; 3],
    /// The process may spend one part in this many. At least 1.
    pub team_share: u32,
    /// A visitor may spend one part in this many of the process's. At least 1.
    pub subject_share: u32,
}

/// A team's limit for one bucket. Both numbers are at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamLimit {
    pub bucket: Bucket,
    /// The tokens that come back in a minute.
    pub per_minute: u32,
    /// The tokens of a full bucket.
    pub burst: u32,
}

impl TeamLimit {
    /// Returns the limit that the API documents for every team.
    pub const fn documented(bucket: Bucket) -> Self {
        Self {
            bucket,
            per_minute: bucket.per_minute(),
            burst: bucket.burst(),
        }
    }

    /// Parses `characters_post=60/120`.
    pub(super) fn check(text: &str) -> Result<Self, SettingProblem> {
        Self::parse(text).ok_or_else(|| {
            SettingProblem::new(
                "is not a limit",
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
                .find(|bucket| bucket.name() == name)?,
            per_minute: positive(per_minute)?,
            burst: positive(burst)?,
        })
    }
}

/// Returns the N of `1/N`.
pub(super) fn parse_share(text: &str) -> Result<u32, SettingProblem> {
    text.strip_prefix("1/")
        .and_then(positive)
        .ok_or_else(|| SettingProblem::new("is not a share", "Write 1/N, with a number N above 0"))
}

fn positive(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
}

//! The rate limits of all instances: the team's buckets and the visitors' parts of them.
//!
//! The marks are not sealed: they are times, and a visitor stands in a key as a tag. All marks of one kind of call
//! are in one place of a cluster, by the braces in their keys.

use aurous_contract::rate::Bucket;

use super::{StoreAway, StoreMove};
use crate::config::RateConfig;
use crate::rules::rate::Moves;
use crate::seal::SubjectTag;
use crate::step::Outside;

/// Takes a token of the visitor's from the shared buckets. The inner error is the microseconds until there is
/// one.
pub(crate) async fn take(
    config: &RateConfig,
    bucket: Bucket,
    visitor: SubjectTag,
    outside: &Outside,
) -> Result<Result<(), u64>, StoreAway> {
    let Moves { own, lent } = Moves::new(config, bucket);
    let [visitors, teams] = own;
    let own = vec![
        StoreMove::new(visitor_key(bucket, visitor), visitors),
        StoreMove::new(team_key(bucket), teams),
    ];
    let mut wait_us = outside.move_marks(own).await?;
    if let (1.., Some(lent)) = (wait_us, lent) {
        let lent = vec![StoreMove::new(team_key(bucket), lent)];
        wait_us = wait_us.min(outside.move_marks(lent).await?);
    }
    Ok(match wait_us {
        0 => Ok(()),
        wait_us => Err(wait_us),
    })
}

/// Sets the team's shared bucket to the tokens that the API says are left.
pub(crate) async fn follow(
    config: &RateConfig,
    bucket: Bucket,
    remaining: u64,
    outside: &Outside,
) -> Result<(), StoreAway> {
    let moved = Moves::follow(config, bucket, remaining);
    let moves = vec![StoreMove::new(team_key(bucket), moved)];
    // A mark that is farther ahead already knows of it.
    outside.move_marks(moves).await.map(|_wait_us| ())
}

fn team_key(bucket: Bucket) -> String {
    format!("rate:{{{}}}:team", bucket.name())
}

fn visitor_key(bucket: Bucket, visitor: SubjectTag) -> String {
    format!("rate:{{{}}}:{visitor}", bucket.name())
}

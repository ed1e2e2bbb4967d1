//! The largest image. Each size needs a ticket, a PUT and a classify, since either host may refuse it.

use crate::call::put;
use crate::finding::{Finding, LargestImage, RefusedBy, RefusedImage, Unknown};
use crate::interruption::Outcome;
use crate::picture::FRONT_LARGE;
use crate::reply::Verdict;
use crate::run::Run;

pub const LEARNS: &[Unknown] = &[Unknown::LargestImage];

const MB: usize = 1_000_000;
/// The sizes to try, in bytes: those that servers are often limited to, and 10 MB, which the vendor documents
/// for another endpoint.
const SIZES: [usize; 10] = [
    2 * MB,
    5 * MB,
    10 * MB,
    10 * 1024 * 1024,
    12 * MB,
    16 * 1024 * 1024,
    20 * 1024 * 1024,
    25 * 1024 * 1024,
    50 * 1024 * 1024,
    100 * 1024 * 1024,
];

/// Returns the sizes to try up to a bound, and the bound itself, in bytes.
pub fn steps(bound: usize) -> Vec<usize> {
    let below = SIZES.into_iter().filter(|size| *size < bound);
    below.chain([bound]).collect()
}

pub async fn probe(run: &mut Run, sizes: &[usize]) -> Outcome<()> {
    let mut found = LargestImage::default();
    for size in sizes {
        match try_size(run, *size).await? {
            None => found.largest_accepted = *size,
            Some(refused) => {
                found.refused = Some(refused);
                break;
            }
        }
    }
    run.journal.learn(Finding::LargestImage(found));
    Ok(())
}

async fn try_size(run: &mut Run, bytes: usize) -> Outcome<Option<RefusedImage>> {
    let picture = FRONT_LARGE.padded_to(bytes);
    let (ticket, _) = run.mint(&picture).await?;
    let put = put(&ticket.url, picture.content_type, picture.bytes);
    let refused = |by, verdict| Ok(Some(RefusedImage { bytes, by, verdict }));
    match run.try_put(&put).await? {
        Verdict::Accepted { .. } => {}
        verdict => return refused(RefusedBy::UploadHost, verdict),
    }
    match run.send(&run.api.classify(&ticket.id)).await?.verdict() {
        Verdict::Accepted { .. } => Ok(None),
        verdict => refused(RefusedBy::Classify, verdict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_to_the_bound() {
        assert_eq!(
            steps(12 * MB),
            [2 * MB, 5 * MB, 10 * MB, 10 * 1024 * 1024, 12 * MB]
        );
        assert_eq!(steps(MB), [MB]);
        assert_eq!(steps(30 * MB).last(), Some(&(30 * MB)));
    }
}

//! The PUTs to each upload: one at a time, the newest, and a limited number of them.
//!
//! An upload URL is a bearer secret that may leak. Its PUTs together take one slot, however many there
//! are. The newest wins: a browser tries again when a connection has died in silence, and must not wait
//! until the gateway notices that, too.

use std::collections::HashMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::clock::Uptime;

/// The most PUTs to one upload URL. The SDK sends seven at most, unless a page asks for more.
pub(crate) const PUTS_MAX: u32 = 32;

/// The most uploads to remember, which then take 2 MB. With the documented rate limits, a day has more
/// than four times as many; the URLs of a quarter of an hour are 500.
const UPLOADS_MAX: usize = 10_000;

/// Stands for a signed URL upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UploadHash([u8; 32]);

impl UploadHash {
    pub(crate) fn of(url: &str) -> Self {
        Self(Sha256::digest(url).into())
    }
}

/// Writes 64 hex digits.
impl fmt::Display for UploadHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Why a PUT has no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The URL has had as many PUTs as it may.
    UsedUp,
    /// The visitor, or all visitors together, have as many at once as they may.
    NoSlot,
    /// A later PUT to the upload has begun meanwhile.
    Superseded,
}

/// Identifies a PUT among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PutNumber(u64);

/// The uploads whose URLs have not expired. `P` is a PUT that is running.
pub(crate) struct UploadPuts<P> {
    uploads: HashMap<UploadHash, Upload<P>>,
    begun: u64,
}

struct Upload<P> {
    puts: u32,
    expires_at: Uptime,
    running: Option<(PutNumber, P)>,
}

impl<P> UploadPuts<P> {
    pub(crate) fn new() -> Self {
        Self {
            uploads: HashMap::new(),
            begun: 0,
        }
    }

    /// Whether the upload has had as many PUTs as it may.
    pub(crate) fn is_used_up(&self, upload: UploadHash) -> bool {
        let upload = self.uploads.get(&upload);
        upload.is_some_and(|it| it.puts >= PUTS_MAX)
    }

    /// Returns the PUT to this upload that is running.
    pub(crate) fn running(&self, upload: UploadHash) -> Option<&P> {
        let running = self.uploads.get(&upload)?.running.as_ref();
        running.map(|(_, put)| put)
    }

    /// Begins a PUT to an upload whose URL expires then. Returns its number and the PUT that it
    /// supersedes.
    pub(crate) fn begin(
        &mut self,
        upload: UploadHash,
        put: P,
        expires_at: Uptime,
        now: Uptime,
    ) -> (PutNumber, Option<P>) {
        self.forget_expired(now);
        if self.uploads.len() >= UPLOADS_MAX && !self.uploads.contains_key(&upload) {
            self.forget_one();
        }
        self.begun += 1;
        let number = PutNumber(self.begun);
        let upload = self.uploads.entry(upload).or_insert(Upload {
            puts: 0,
            expires_at,
            running: None,
        });
        upload.puts += 1;
        let superseded = upload.running.replace((number, put));
        (number, superseded.map(|(_, put)| put))
    }

    /// Whether this PUT has neither ended nor been superseded.
    pub(crate) fn is_running(&self, upload: UploadHash, number: PutNumber) -> bool {
        let running = self.uploads.get(&upload).and_then(|it| it.running.as_ref());
        running.is_some_and(|(running, _)| *running == number)
    }

    /// Ends a PUT and returns it, unless it has ended or another has superseded it.
    pub(crate) fn end(&mut self, upload: UploadHash, number: PutNumber) -> Option<P> {
        let upload = self.uploads.get_mut(&upload)?;
        let ended = upload.running.take_if(|(running, _)| *running == number);
        ended.map(|(_, put)| put)
    }

    fn forget_expired(&mut self, now: Uptime) {
        self.uploads
            .retain(|_, upload| upload.running.is_some() || now < upload.expires_at);
    }

    /// Forgets the upload that expires first. Its PUTs count from the beginning then.
    fn forget_one(&mut self) {
        let idle = self.uploads.iter().filter(|it| it.1.running.is_none());
        let first = idle.min_by_key(|it| it.1.expires_at).map(|it| *it.0);
        if let Some(first) = first {
            self.uploads.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Uptime = Uptime::from_ms(7_000);
    const LATER: Uptime = Uptime::from_ms(907_000);

    fn upload(nth: usize) -> UploadHash {
        UploadHash::of(&format!("https://aurous.storage/{nth}"))
    }

    #[test]
    fn the_newest_put_supersedes_the_one_before_it() {
        let mut puts = UploadPuts::new();
        let (first, superseded) = puts.begin(upload(1), "first", LATER, NOW);
        assert_eq!(superseded, None);
        let (second, superseded) = puts.begin(upload(1), "second", LATER, NOW);
        assert_eq!(superseded, Some("first"));
        // The first one ends without ending the second.
        puts.end(upload(1), first);
        assert_eq!(puts.running(upload(1)), Some(&"second"));
        puts.end(upload(1), second);
        assert_eq!(puts.running(upload(1)), None);
        let (_, superseded) = puts.begin(upload(1), "third", LATER, NOW);
        assert_eq!(superseded, None);
    }

    #[test]
    fn uploads_are_independent() {
        let mut puts = UploadPuts::new();
        puts.begin(upload(1), "first", LATER, NOW);
        let (_, superseded) = puts.begin(upload(2), "second", LATER, NOW);
        assert_eq!(superseded, None);
    }

    #[test]
    fn an_upload_is_used_up_after_the_most_puts_until_its_url_expires() {
        let mut puts = UploadPuts::new();
        for _ in 0..PUTS_MAX {
            assert!(!puts.is_used_up(upload(1)));
            let (number, _) = puts.begin(upload(1), "put", LATER, NOW);
            puts.end(upload(1), number);
        }
        assert!(puts.is_used_up(upload(1)));
        puts.begin(upload(2), "put", LATER, LATER);
        assert!(!puts.uploads.contains_key(&upload(1)));
    }

    #[test]
    fn an_upload_is_remembered_while_its_put_runs() {
        let mut puts = UploadPuts::new();
        puts.begin(upload(1), "first", NOW, NOW);
        puts.begin(upload(2), "other", LATER, LATER);
        assert_eq!(puts.running(upload(1)), Some(&"first"));
    }

    #[test]
    fn uploads_beyond_the_most_push_out_the_one_that_expires_first() {
        let mut puts = UploadPuts::new();
        puts.begin(upload(0), "running", NOW, NOW);
        for nth in 1..=UPLOADS_MAX {
            let expires_at = Uptime::from_ms(1_000_000 + nth as u64);
            let (number, _) = puts.begin(upload(nth), "put", expires_at, NOW);
            puts.end(upload(nth), number);
        }
        assert_eq!(puts.uploads.len(), UPLOADS_MAX);
        assert!(!puts.uploads.contains_key(&upload(1)));
        assert!(puts.uploads.contains_key(&upload(2)));
        assert_eq!(puts.running(upload(0)), Some(&"running"));
    }

    proptest! {
        #[test]
        fn each_upload_has_one_put_at_a_time_and_no_more_than_the_most(
            steps in proptest::collection::vec((0..3_usize, any::<bool>(), 0..20_usize), 1..300),
        ) {
            let mut puts = UploadPuts::new();
            // The number, the upload and the token of each PUT that has neither ended nor been superseded.
            let mut running: Vec<(PutNumber, usize, usize)> = Vec::new();
            let mut begun = [0_u32; 3];
            for (token, (nth, ends, which)) in steps.into_iter().enumerate() {
                if ends && which < running.len() {
                    let (number, nth, _) = running.swap_remove(which);
                    puts.end(upload(nth), number);
                } else if !puts.is_used_up(upload(nth)) {
                    let (number, superseded) = puts.begin(upload(nth), token, LATER, NOW);
                    let before = running.iter().position(|it| it.1 == nth);
                    let before = before.map(|it| running.swap_remove(it).2);
                    prop_assert_eq!(superseded, before);
                    running.push((number, nth, token));
                    begun[nth] += 1;
                }
                for nth in 0..3 {
                    let one = running.iter().find(|it| it.1 == nth).map(|it| &it.2);
                    prop_assert_eq!(puts.running(upload(nth)), one);
                }
            }
            prop_assert!(begun.iter().all(|it| *it <= PUTS_MAX));
        }
    }
}

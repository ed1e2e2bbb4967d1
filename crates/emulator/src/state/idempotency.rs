//! `Idempotency-Key`: one team's memory of what it asked for and what was answered.

use std::collections::HashMap;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;

/// A 2xx answer, kept to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// What a request under a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Method and path.
    pub(crate) route: String,
    pub(crate) body_sha256: String,
}

/// What to do with a request under a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Not seen before: the key is held until [`Memory::finish`] gives the claim back.
    Fresh(Claim),
    /// Seen and answered: the same answer again.
    Replay(Kept),
    /// The same request is still being handled.
    InFlight,
    /// The key stands for another route or another body.
    Mismatch,
}

/// The right to finish what was begun under a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    key: String,
    number: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Memory {
    records: HashMap<String, Record>,
    claims: u64,
}

#[derive(Debug)]
struct Record {
    fingerprint: Fingerprint,
    began_ms: u64,
    claim: u64,
    /// `None` while in flight.
    kept: Option<Kept>,
}

impl Memory {
    pub(crate) fn begin(&mut self, key: &str, fingerprint: Fingerprint, now_ms: u64) -> Begin {
        self.records
            .retain(|_, record| now_ms < record.began_ms.saturating_add(IDEMPOTENCY_TTL_MS));
        if let Some(record) = self.records.get(key) {
            return match &record.kept {
                _ if record.fingerprint != fingerprint => Begin::Mismatch,
                Some(kept) => Begin::Replay(kept.clone()),
                None => Begin::InFlight,
            };
        }
        self.claims += 1;
        let record = Record {
            fingerprint,
            began_ms: now_ms,
            claim: self.claims,
            kept: None,
        };
        self.records.insert(key.to_owned(), record);
        Begin::Fresh(Claim {
            key: key.to_owned(),
            number: self.claims,
        })
    }

    /// What came of it: a 2xx is kept, anything else frees the key.
    pub(crate) fn finish(&mut self, claim: &Claim, kept: Option<Kept>) {
        // A record that expired meanwhile, or began anew after that, is no longer this claim's.
        let Some(record) = self.records.get_mut(&claim.key) else {
            return;
        };
        if record.claim != claim.number {
            return;
        }
        match kept {
            Some(kept) => record.kept = Some(kept),
            None => {
                self.records.remove(&claim.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> Fingerprint {
        Fingerprint {
            route: "POST /v1/characters".to_owned(),
            body_sha256: body.to_owned(),
        }
    }

    fn kept() -> Kept {
        Kept {
            status: 201,
            body: b"{}".to_vec(),
        }
    }

    fn claimed(memory: &mut Memory, now_ms: u64) -> Claim {
        match memory.begin("k", request("a"), now_ms) {
            Begin::Fresh(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_finished_request_is_replayed_for_a_day() {
        let mut memory = Memory::default();
        let claim = claimed(&mut memory, 0);
        assert_eq!(memory.begin("k", request("a"), 1), Begin::InFlight);
        memory.finish(&claim, Some(kept()));
        assert_eq!(
            memory.begin("k", request("a"), IDEMPOTENCY_TTL_MS - 1),
            Begin::Replay(kept())
        );
        claimed(&mut memory, IDEMPOTENCY_TTL_MS);
    }

    #[test]
    fn another_body_or_route_is_a_mismatch_even_in_flight() {
        let mut memory = Memory::default();
        let claim = claimed(&mut memory, 0);
        assert_eq!(memory.begin("k", request("b"), 1), Begin::Mismatch);
        memory.finish(&claim, Some(kept()));
        assert_eq!(memory.begin("k", request("b"), 2), Begin::Mismatch);
    }

    #[test]
    fn a_failed_request_frees_its_key() {
        let mut memory = Memory::default();
        let claim = claimed(&mut memory, 0);
        memory.finish(&claim, None);
        claimed(&mut memory, 1);
    }

    #[test]
    fn a_claim_that_outlived_its_record_changes_nothing() {
        let mut memory = Memory::default();
        let old = claimed(&mut memory, 0);
        let _new = claimed(&mut memory, IDEMPOTENCY_TTL_MS);
        memory.finish(&old, Some(kept()));
        assert_eq!(
            memory.begin("k", request("a"), IDEMPOTENCY_TTL_MS + 1),
            Begin::InFlight
        );
    }
}

//! `Idempotency-Key`: what one team sent under each key, and the response to it.

use std::collections::HashMap;

use aurous_contract::limits::IDEMPOTENCY_TTL_MS;

/// A 2xx response that is kept, to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredResponse {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Identifies a request, to tell whether a key is used for the same one again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Method and path.
    pub(crate) route: String,
    pub(crate) body_sha256: String,
}

/// What to do with a request under a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyClaim {
    /// Execute it: the key is new, and held until [`IdempotencyRecords::finish`].
    New(Claim),
    /// Give this response again.
    Replay(StoredResponse),
    /// Refuse it: the same request is still being handled.
    InFlight,
    /// Refuse it: the key belongs to another route or another body.
    Mismatch,
}

/// The right to store the response for a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    key: String,
    number: u64,
}

#[derive(Debug, Default)]
pub(crate) struct IdempotencyRecords {
    records: HashMap<String, KeyRecord>,
    claims: u64,
}

#[derive(Debug)]
struct KeyRecord {
    fingerprint: Fingerprint,
    began_ms: u64,
    claim: u64,
    /// `None` while the request is in flight.
    response: Option<StoredResponse>,
}

impl IdempotencyRecords {
    /// Claims a key for a request.
    pub(crate) fn claim(&mut self, key: &str, fingerprint: Fingerprint, now_ms: u64) -> KeyClaim {
        self.records
            .retain(|_, record| now_ms < record.began_ms.saturating_add(IDEMPOTENCY_TTL_MS));
        if let Some(record) = self.records.get(key) {
            return match &record.response {
                _ if record.fingerprint != fingerprint => KeyClaim::Mismatch,
                Some(response) => KeyClaim::Replay(response.clone()),
                None => KeyClaim::InFlight,
            };
        }
        self.claims += 1;
        let record = KeyRecord {
            fingerprint,
            began_ms: now_ms,
            claim: self.claims,
            response: None,
        };
        self.records.insert(key.to_owned(), record);
        KeyClaim::New(Claim {
            key: key.to_owned(),
            number: self.claims,
        })
    }

    /// Stores a 2xx response for a key, or frees the key where there is none.
    pub(crate) fn finish(&mut self, claim: &Claim, response: Option<StoredResponse>) {
        // The record may have expired meanwhile, and another request may have claimed the key.
        let Some(record) = self.records.get_mut(&claim.key) else {
            return;
        };
        if record.claim != claim.number {
            return;
        }
        match response {
            Some(response) => record.response = Some(response),
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

    fn response() -> StoredResponse {
        StoredResponse {
            status: 201,
            body: b"{}".to_vec(),
        }
    }

    fn claim_new(records: &mut IdempotencyRecords, now_ms: u64) -> Claim {
        match records.claim("k", request("a"), now_ms) {
            KeyClaim::New(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_finished_request_is_replayed_for_a_day() {
        let mut records = IdempotencyRecords::default();
        let claim = claim_new(&mut records, 0);
        assert_eq!(records.claim("k", request("a"), 1), KeyClaim::InFlight);
        records.finish(&claim, Some(response()));
        assert_eq!(
            records.claim("k", request("a"), IDEMPOTENCY_TTL_MS - 1),
            KeyClaim::Replay(response())
        );
        claim_new(&mut records, IDEMPOTENCY_TTL_MS);
    }

    #[test]
    fn another_body_or_route_is_a_mismatch_even_in_flight() {
        let mut records = IdempotencyRecords::default();
        let claim = claim_new(&mut records, 0);
        assert_eq!(records.claim("k", request("b"), 1), KeyClaim::Mismatch);
        records.finish(&claim, Some(response()));
        assert_eq!(records.claim("k", request("b"), 2), KeyClaim::Mismatch);
    }

    #[test]
    fn a_failed_request_frees_its_key() {
        let mut records = IdempotencyRecords::default();
        let claim = claim_new(&mut records, 0);
        records.finish(&claim, None);
        claim_new(&mut records, 1);
    }

    #[test]
    fn a_claim_that_outlived_its_record_changes_nothing() {
        let mut records = IdempotencyRecords::default();
        let old = claim_new(&mut records, 0);
        let _new = claim_new(&mut records, IDEMPOTENCY_TTL_MS);
        records.finish(&old, Some(response()));
        assert_eq!(
            records.claim("k", request("a"), IDEMPOTENCY_TTL_MS + 1),
            KeyClaim::InFlight
        );
    }
}

//! What became of the tickets that this page minted.
//!
//! A create that the API refuses for its tickets (`upload_invalid`) may be the second of two: browsers send a
//! request again by themselves when a kept-alive connection dies, and show the page the second answer alone.
//! So the page remembers which tickets are good.

use aurous_contract::id::UploadId;
use aurous_contract::limits::UPLOAD_TTL_MS;

/// The tickets of all clients of a page: no two clients have a ticket in common.
///
/// ```
/// use aurous_contract::id::UploadId;
/// use aurous_flow::ledger::TicketLedger;
///
/// let id = UploadId::parse("upl_1").unwrap();
/// let mut ledger = TicketLedger::new();
/// ledger.add_minted(id.clone(), "https://upload.example/1?signature=…".into(), 0);
/// assert!(!ledger.is_filled_and_unspent(&id, 1_000), "nothing was PUT yet");
/// ledger.mark_filled("https://upload.example/1?signature=…");
/// assert!(ledger.is_filled_and_unspent(&id, 1_000));
/// ledger.remove_spent(&id, 1_000);
/// assert!(!ledger.is_filled_and_unspent(&id, 1_000));
/// ```
#[derive(Debug, Default)]
pub struct TicketLedger(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    upload_id: UploadId,
    upload_url: String,
    minted_ms: u64,
    is_filled: bool,
}

impl TicketLedger {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a ticket that was minted `now_ms` milliseconds after 1970, and removes those that have expired.
    pub fn add_minted(&mut self, upload_id: UploadId, upload_url: String, now_ms: u64) {
        // No entry has its id yet: this removes the expired ones.
        self.remove_spent(&upload_id, now_ms);
        self.0.push(Entry {
            upload_id,
            upload_url,
            minted_ms: now_ms,
            is_filled: false,
        });
    }

    /// Marks the ticket of this URL: a PUT to it succeeded.
    pub fn mark_filled(&mut self, upload_url: &str) {
        for entry in &mut self.0 {
            entry.is_filled |= entry.upload_url == upload_url;
        }
    }

    /// Removes a ticket that a create has spent, and those that have expired.
    pub fn remove_spent(&mut self, upload_id: &UploadId, now_ms: u64) {
        self.0
            .retain(|it| it.is_alive(now_ms) && it.upload_id != *upload_id);
    }

    /// Returns whether the page minted this ticket and filled it, and no answer has reported it as spent.
    pub fn is_filled_and_unspent(&self, upload_id: &UploadId, now_ms: u64) -> bool {
        let mut entries = self.0.iter();
        entries.any(|it| it.upload_id == *upload_id && it.is_filled && it.is_alive(now_ms))
    }
}

impl Entry {
    fn is_alive(&self, now_ms: u64) -> bool {
        now_ms < self.minted_ms.saturating_add(UPLOAD_TTL_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> UploadId {
        UploadId::parse(text).unwrap()
    }

    fn filled(ids: &[&str]) -> TicketLedger {
        let mut ledger = TicketLedger::new();
        for text in ids {
            let url = ["https://upload.example/", text].concat();
            ledger.add_minted(id(text), url.clone(), 0);
            ledger.mark_filled(&url);
        }
        ledger
    }

    #[test]
    fn only_tickets_of_this_page_are_known() {
        let ledger = filled(&["upl_1", "upl_2"]);
        assert!(ledger.is_filled_and_unspent(&id("upl_2"), 1));
        assert!(!ledger.is_filled_and_unspent(&id("upl_3"), 1));
    }

    #[test]
    fn a_spent_ticket_is_no_longer_good() {
        let mut ledger = filled(&["upl_1", "upl_2"]);
        ledger.remove_spent(&id("upl_2"), 1);
        assert!(ledger.is_filled_and_unspent(&id("upl_1"), 1));
        assert!(!ledger.is_filled_and_unspent(&id("upl_2"), 1));
    }

    #[test]
    fn a_ticket_is_good_for_a_day() {
        let mut ledger = filled(&["upl_1"]);
        assert!(ledger.is_filled_and_unspent(&id("upl_1"), UPLOAD_TTL_MS - 1));
        assert!(!ledger.is_filled_and_unspent(&id("upl_1"), UPLOAD_TTL_MS));
        ledger.add_minted(
            id("upl_2"),
            "https://upload.example/2".into(),
            UPLOAD_TTL_MS,
        );
        assert_eq!(ledger.0.len(), 1, "the first one is forgotten");
    }
}

//! What became of the tickets that a client minted.
//!
//! A create that the API refuses for its tickets (`upload_invalid`) may be the second of two: browsers
//! send a request again by themselves when a kept-alive connection dies, and show the page the second
//! answer alone. So a client remembers which tickets are good.

/// A ticket and its bytes live 24 hours (the vendor's upload guide).
const TICKET_LIFE_MS: u64 = 24 * 60 * 60 * 1000;

/// ```
/// use aurous_contract::tickets::Tickets;
///
/// let mut tickets = Tickets::new();
/// tickets.minted("upl_1".into(), "https://upload.example/1?signature=…".into(), 0);
/// assert!(!tickets.is_filled_and_unspent("upl_1", 1_000), "nothing was PUT yet");
/// tickets.filled("https://upload.example/1?signature=…");
/// assert!(tickets.is_filled_and_unspent("upl_1", 1_000));
/// tickets.forget("upl_1", 1_000);
/// assert!(!tickets.is_filled_and_unspent("upl_1", 1_000));
/// ```
#[derive(Debug, Default)]
pub struct Tickets(Vec<Ticket>);

#[derive(Debug)]
struct Ticket {
    upload_id: String,
    upload_url: String,
    minted_ms: u64,
    is_filled: bool,
}

impl Tickets {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// A ticket was minted, `now_ms` milliseconds after 1970. Forgets those that have expired.
    pub fn minted(&mut self, upload_id: String, upload_url: String, now_ms: u64) {
        self.forget("", now_ms);
        self.0.push(Ticket {
            upload_id,
            upload_url,
            minted_ms: now_ms,
            is_filled: false,
        });
    }

    /// A PUT to this URL succeeded.
    pub fn filled(&mut self, upload_url: &str) {
        for ticket in &mut self.0 {
            ticket.is_filled |= ticket.upload_url == upload_url;
        }
    }

    /// A character was made of this upload, or it need not be known any more. Likewise those that have
    /// expired.
    pub fn forget(&mut self, upload_id: &str, now_ms: u64) {
        self.0
            .retain(|it| it.is_alive(now_ms) && it.upload_id != upload_id);
    }

    /// Whether this is a ticket of ours, with its bytes PUT, that no create has used up as far as an
    /// answer said.
    pub fn is_filled_and_unspent(&self, upload_id: &str, now_ms: u64) -> bool {
        let mut ours = self.0.iter();
        ours.any(|it| it.upload_id == upload_id && it.is_filled && it.is_alive(now_ms))
    }
}

impl Ticket {
    fn is_alive(&self, now_ms: u64) -> bool {
        now_ms < self.minted_ms.saturating_add(TICKET_LIFE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(ids: &[&str]) -> Tickets {
        let mut tickets = Tickets::new();
        for id in ids {
            let url = ["https://upload.example/", id].concat();
            tickets.minted((*id).into(), url.clone(), 0);
            tickets.filled(&url);
        }
        tickets
    }

    #[test]
    fn only_what_was_minted_here_is_known() {
        let tickets = filled(&["upl_1", "upl_2"]);
        assert!(tickets.is_filled_and_unspent("upl_2", 1));
        assert!(!tickets.is_filled_and_unspent("upl_3", 1));
    }

    #[test]
    fn one_that_was_spent_is_no_longer_good() {
        let mut tickets = filled(&["upl_1", "upl_2"]);
        tickets.forget("upl_2", 1);
        assert!(tickets.is_filled_and_unspent("upl_1", 1));
        assert!(!tickets.is_filled_and_unspent("upl_2", 1));
    }

    #[test]
    fn after_a_day_a_ticket_is_refused_with_reason() {
        let mut tickets = filled(&["upl_1"]);
        assert!(tickets.is_filled_and_unspent("upl_1", TICKET_LIFE_MS - 1));
        assert!(!tickets.is_filled_and_unspent("upl_1", TICKET_LIFE_MS));
        tickets.minted(
            "upl_2".into(),
            "https://upload.example/2".into(),
            TICKET_LIFE_MS,
        );
        assert_eq!(tickets.0.len(), 1, "it is forgotten");
    }
}

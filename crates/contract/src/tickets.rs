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
/// let mut tickets = Tickets::default();
/// tickets.minted("upl_1", "https://upload.example/1?signature=…", 0);
/// assert!(!tickets.are_filled_and_unspent(["upl_1"], 1_000), "nothing was PUT yet");
/// tickets.filled("https://upload.example/1?signature=…");
/// assert!(tickets.are_filled_and_unspent(["upl_1"], 1_000));
/// tickets.spent(["upl_1"]);
/// assert!(!tickets.are_filled_and_unspent(["upl_1"], 1_000));
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
    /// A ticket was minted, `now_ms` milliseconds after 1970. Forgets those that have expired.
    pub fn minted(&mut self, upload_id: &str, upload_url: &str, now_ms: u64) {
        self.0.retain(|it| it.is_alive(now_ms));
        self.0.push(Ticket {
            upload_id: upload_id.to_owned(),
            upload_url: upload_url.to_owned(),
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

    /// A character was made of these uploads.
    pub fn spent<'a>(&mut self, upload_ids: impl IntoIterator<Item = &'a str>) {
        for id in upload_ids {
            self.0.retain(|it| it.upload_id != id);
        }
    }

    /// Whether each of these is a ticket of ours, with its bytes PUT, that no create has used up as far
    /// as an answer said.
    pub fn are_filled_and_unspent<'a>(
        &self,
        upload_ids: impl IntoIterator<Item = &'a str>,
        now_ms: u64,
    ) -> bool {
        upload_ids.into_iter().all(|id| {
            let mut ours = self.0.iter();
            ours.any(|it| it.upload_id == id && it.is_filled && it.is_alive(now_ms))
        })
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
        let mut tickets = Tickets::default();
        for id in ids {
            tickets.minted(id, &["https://upload.example/", id].concat(), 0);
            tickets.filled(&["https://upload.example/", id].concat());
        }
        tickets
    }

    #[test]
    fn all_of_them_must_be_ours() {
        let tickets = filled(&["upl_1", "upl_2"]);
        assert!(tickets.are_filled_and_unspent(["upl_1", "upl_2"], 1));
        assert!(!tickets.are_filled_and_unspent(["upl_1", "upl_3"], 1));
    }

    #[test]
    fn one_that_was_spent_is_no_longer_good() {
        let mut tickets = filled(&["upl_1", "upl_2"]);
        tickets.spent(["upl_2"]);
        assert!(tickets.are_filled_and_unspent(["upl_1"], 1));
        assert!(!tickets.are_filled_and_unspent(["upl_1", "upl_2"], 1));
    }

    #[test]
    fn after_a_day_a_ticket_is_refused_with_reason() {
        let mut tickets = filled(&["upl_1"]);
        assert!(tickets.are_filled_and_unspent(["upl_1"], TICKET_LIFE_MS - 1));
        assert!(!tickets.are_filled_and_unspent(["upl_1"], TICKET_LIFE_MS));
        tickets.minted("upl_2", "https://upload.example/2", TICKET_LIFE_MS);
        assert_eq!(tickets.0.len(), 1, "it is forgotten");
    }
}

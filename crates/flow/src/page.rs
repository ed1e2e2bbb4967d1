//! What the calls of a page share.

use crate::ledger::TicketLedger;
use crate::turns::Turns;

/// What the calls of a page share, whichever client they belong to.
#[derive(Debug, Default)]
pub struct Page {
    pub tickets: TicketLedger,
    pub turns: Turns,
}

impl Page {
    pub const fn new() -> Self {
        Self {
            tickets: TicketLedger::new(),
            turns: Turns::new(),
        }
    }
}

//! What several instances of one gateway share, through a store of the app's choice.
//!
//! A store keeps texts under keys for a time, and changes them only if nobody else has changed them
//! meanwhile. So every decision is made here, by the rules that hold for one process: a store compares and
//! sets, and decides nothing.
//!
//! | module | what is shared |
//! |---|---|
//! | [`buckets`] | the team's rate limits and the visitors' parts of them |
//! | [`creates`] | which create is running, and which is done: sealed |

pub(crate) mod buckets;
pub(crate) mod creates;

/// How often a decision is made anew where another instance was faster.
const ATTEMPTS: usize = 8;

/// Where a gateway keeps what its instances must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// In this process: there is one instance, or each has a part of the limits.
    Process,
    /// In a store, which the steps `ReadStore` and `WriteStore` ask.
    Store,
}

/// A change of one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreChange {
    pub key: String,
    /// What the entry must still hold: nothing, or the text that was read.
    pub expected: Option<String>,
    /// The new text. Nothing takes the entry away.
    pub value: Option<String>,
    /// How long the entry is kept, in milliseconds.
    pub ttl_ms: u64,
}

/// The store could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreAway;

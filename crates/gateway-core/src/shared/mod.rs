//! What several instances of one gateway share, through a store: Redis or Valkey for the program, a store of the
//! app's choice for `aurous-web/server`.
//!
//! A store keeps texts under keys for a time, and changes them only if nobody else has changed them meanwhile;
//! and it keeps marks, which move. So every decision is made here, by the rules that hold for one process: a store
//! compares and sets, and decides nothing. Each of the three operations is atomic.
//!
//! | module | what is shared | how |
//! |---|---|---|
//! | [`buckets`] | the team's rate limits and the visitors' parts of them | marks |
//! | [`creates`] | which create is running, and which is done | texts, sealed |
//! | [`uploads`] | the PUTs that run and the number of those to each upload | texts |
//!
//! The part of a key in braces says what belongs together: a cluster keeps it in one place, so that one operation
//! may be about all of it.

pub(crate) mod buckets;
pub(crate) mod creates;
pub(crate) mod uploads;

use crate::admit::caller::Visitor;
use crate::rules::mark::Move;
use crate::seal::{SealingKeys, SubjectTag};

/// How often a decision is made anew where another instance was faster.
const ATTEMPTS: usize = 16;

/// Where a gateway keeps what its instances must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// In this process: there is one instance, or each has a part of the limits.
    Process,
    /// In a store, which the steps `ReadStore`, `WriteStore` and `MoveMarks` ask.
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

/// A move of one mark. All times are in microseconds, at most 2^52.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreMove {
    pub key: String,
    /// How far ahead of now the mark is at least, before it moves.
    pub at_least_us: u64,
    pub by_us: u64,
    /// How far ahead of now the mark may be, once it has moved.
    pub at_most_us: u64,
}

impl StoreMove {
    fn new(key: String, moved: Move) -> Self {
        Self {
            key,
            at_least_us: moved.at_least_us,
            by_us: moved.by_us,
            at_most_us: moved.at_most_us,
        }
    }
}

/// The store could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreAway;

/// Returns what stands for a visitor in keys.
pub(crate) fn visitor_tag(sealing: &SealingKeys, visitor: &Visitor) -> SubjectTag {
    match visitor {
        Visitor::Subject(tag) => *tag,
        Visitor::Address(address) => sealing.address_tag(*address),
    }
}

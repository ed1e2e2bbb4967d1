//! A PUT that is running.

use std::sync::Arc;

use futures_channel::oneshot;

use crate::admit::caller::Visitor;
use crate::slots::Slot;

pub(crate) struct RunningPut {
    pub(super) visitor: Visitor,
    /// The number of its turn among all instances, where they share a store.
    pub(super) shared_turn: Option<u32>,
    pub(super) slot: Arc<Slot<Visitor>>,
    /// Dropped when another PUT supersedes this one, which ends the receiver's wait.
    pub(super) _superseded: oneshot::Sender<()>,
}

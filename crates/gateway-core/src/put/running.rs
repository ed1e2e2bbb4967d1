//! A PUT that is running.

use std::sync::Arc;

use futures_channel::oneshot;

use crate::admit::caller::Visitor;
use crate::slots::Slot;

pub(crate) struct RunningPut {
    pub(super) visitor: Visitor,
    pub(super) slot: Arc<Slot<Visitor>>,
    /// Dropped when another PUT supersedes this one, which ends the receiver's wait.
    pub(super) _superseded: oneshot::Sender<()>,
}

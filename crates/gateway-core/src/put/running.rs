//! A PUT that is running.

use std::sync::Arc;

use futures_channel::oneshot;

use crate::admit::caller::Visitor;
use crate::core::Core;
use crate::rules::upload_puts::{NoTurn, PutNumber, UploadHash};
use crate::slots::Slot;

pub(crate) struct RunningPut {
    pub(super) visitor: Visitor,
    pub(super) slot: Arc<Slot<Visitor>>,
    /// Dropped when the PUT is to end, which ends the receiver's wait.
    pub(super) superseded: oneshot::Sender<()>,
    /// Takes the reason, where it is another than that a PUT of this instance has superseded it.
    pub(super) reason: oneshot::Sender<NoTurn>,
}

impl RunningPut {
    /// Ends a PUT for this reason, if it still runs.
    pub(crate) fn end(core: &Core, (upload, number): (UploadHash, PutNumber), no_turn: NoTurn) {
        let put = core.upload_puts().end(upload, number);
        if let Some(put) = put {
            // Before the PUT ends. Its request may have been dropped.
            let _ = put.reason.send(no_turn);
            drop(put.superseded);
        }
    }
}

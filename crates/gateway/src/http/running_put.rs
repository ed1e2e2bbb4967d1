//! A PUT that is running.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::slots::Slot;
use crate::admit::caller::Visitor;

pub(crate) struct RunningPut {
    pub(super) visitor: Visitor,
    pub(super) slot: Arc<Slot<Visitor>>,
    /// Cancelled when another PUT supersedes this one.
    pub(super) superseded: CancellationToken,
}

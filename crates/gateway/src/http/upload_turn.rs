//! The turn of a PUT at its upload: the newest PUT ends the one before it and takes over its slot.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::running_put::RunningPut;
use super::state::GatewayState;
use crate::admit::caller::Visitor;
use crate::clock::{Uptime, now_s};
use crate::rules::upload_expiry;
use crate::rules::upload_puts::{PutNumber, UploadHash};
use crate::seal::SealedUpload;

/// Why a PUT has no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The URL has had as many PUTs as it may.
    UsedUp,
    /// The visitor, or all visitors together, have as many at once as they may.
    NoSlot,
}

/// The turn of one PUT. Dropping it ends the turn and frees its slot, unless another PUT has taken it
/// over.
pub(crate) struct UploadTurn<'a> {
    state: &'a GatewayState,
    upload: UploadHash,
    number: PutNumber,
    superseded: CancellationToken,
}

impl<'a> UploadTurn<'a> {
    /// Takes the turn at an upload, and ends the PUT whose turn it was.
    ///
    /// # Errors
    /// The PUT must not begin.
    pub(crate) fn take(
        state: &'a GatewayState,
        sealed: &SealedUpload,
        visitor: Visitor,
    ) -> Result<Self, NoTurn> {
        let upload = UploadHash::of(&sealed.url);
        let superseded = CancellationToken::new();
        let mut puts = state.upload_puts();
        if puts.is_used_up(upload) {
            return Err(NoTurn::UsedUp);
        }
        let slot = match puts.running(upload) {
            Some(earlier) if earlier.visitor == visitor => Arc::clone(&earlier.slot),
            _ => {
                let slot = state.upload_slots.take(visitor.clone());
                Arc::new(slot.ok_or(NoTurn::NoSlot)?)
            }
        };
        let put = RunningPut {
            visitor,
            slot,
            superseded: superseded.clone(),
        };
        let now = Uptime::now();
        let left = Duration::from_secs(sealed.expires_at_s.saturating_sub(now_s()));
        // More is left only where the time of day was set back.
        let expires_at = now.after(left.min(upload_expiry::LIFETIME_MAX));
        let (number, earlier) = puts.begin(upload, put, expires_at, now);
        drop(puts);
        if let Some(earlier) = earlier {
            earlier.superseded.cancel();
        }
        Ok(Self {
            state,
            upload,
            number,
            superseded,
        })
    }

    /// Returns once another PUT to the upload has begun.
    pub(crate) async fn superseded(&self) {
        self.superseded.cancelled().await;
    }
}

impl Drop for UploadTurn<'_> {
    fn drop(&mut self) {
        self.state.upload_puts().end(self.upload, self.number);
    }
}

//! The turn of a PUT at its upload: the newest PUT ends the one before it and takes over its slot.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::put::upload_url_expired;
use super::slots::Slot;
use super::state::GatewayState;
use crate::admit::caller::Visitor;
use crate::clock::{Uptime, now_s};
use crate::refusal::{Code, Refusal};
use crate::rules::upload_expiry;
use crate::rules::upload_puts::{PutNumber, UploadHash};
use crate::seal::SealedUpload;

/// The seconds after which a slot may be free again: about as long as an upload takes.
const RETRY_UPLOAD_AFTER: u64 = 2;

/// A PUT that is running.
pub(crate) struct RunningPut {
    visitor: Visitor,
    slot: Arc<Slot<Visitor>>,
    /// Cancelled when another PUT supersedes this one.
    superseded: CancellationToken,
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
    /// The URL has had as many PUTs as it may, or the visitor as many at once.
    pub(crate) fn take(
        state: &'a GatewayState,
        sealed: &SealedUpload,
        visitor: Visitor,
    ) -> Result<Self, Refusal> {
        let upload = UploadHash::of(&sealed.url);
        let superseded = CancellationToken::new();
        let mut puts = state.upload_puts();
        if puts.is_used_up(upload) {
            return Err(upload_url_expired());
        }
        let slot = match puts.running(upload) {
            Some(earlier) if earlier.visitor == visitor => Arc::clone(&earlier.slot),
            _ => Arc::new(take_slot(state, visitor.clone())?),
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

fn take_slot(state: &GatewayState, visitor: Visitor) -> Result<Slot<Visitor>, Refusal> {
    state.upload_slots.take(visitor).ok_or_else(|| {
        Refusal::new(
            Code::TooManyUploads,
            "Too many uploads are running. Try again in a moment.",
        )
        .with_retry_after(RETRY_UPLOAD_AFTER)
    })
}

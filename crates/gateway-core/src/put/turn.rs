//! The turn of a PUT at its upload: the newest PUT ends the one before it and takes over its slot.

use std::sync::Arc;
use std::time::Duration;

use futures_channel::oneshot;

use super::running::RunningPut;
use crate::admit::caller::Visitor;
use crate::clock::Moment;
use crate::core::Core;
use crate::rules::upload_expiry;
use crate::rules::upload_puts::{NoTurn, PutNumber, UploadHash};
use crate::seal::SealedUpload;
use crate::shared::uploads::{self, KeptSlot};
use crate::step::Outside;

/// The turn of one PUT. Dropping it ends the turn and frees its slot, unless another PUT has taken it
/// over.
pub(super) struct UploadTurn {
    core: Arc<Core>,
    upload: UploadHash,
    number: PutNumber,
    reason: oneshot::Receiver<NoTurn>,
    /// What other instances know of the turn.
    shared: Option<KeptSlot>,
}

impl UploadTurn {
    /// Takes the turn at an upload, and ends the PUT whose turn it was. The receiver ends once another
    /// PUT takes this turn.
    ///
    /// # Errors
    /// The PUT must not begin.
    pub(super) fn take(
        core: &Arc<Core>,
        sealed: &SealedUpload,
        visitor: Visitor,
        now: Moment,
    ) -> Result<(Self, oneshot::Receiver<()>), NoTurn> {
        let upload = UploadHash::of(&sealed.url);
        let (superseded, receiver) = oneshot::channel();
        let (reason_sender, reason) = oneshot::channel();
        let mut puts = core.upload_puts();
        if puts.is_used_up(upload) {
            return Err(NoTurn::UsedUp);
        }
        let slot = match puts.running(upload) {
            Some(earlier) if earlier.visitor == visitor => Arc::clone(&earlier.slot),
            _ => {
                let slot = core.upload_slots.take(visitor.clone());
                Arc::new(slot.ok_or(NoTurn::NoSlot)?)
            }
        };
        let put = RunningPut {
            visitor,
            slot,
            superseded,
            reason: reason_sender,
        };
        let expires_at = now.uptime.after(url_ttl(sealed, now));
        let (number, earlier) = puts.begin(upload, put, expires_at, now.uptime);
        drop(puts);
        drop(earlier);
        let turn = Self {
            core: Arc::clone(core),
            upload,
            number,
            reason,
            shared: None,
        };
        Ok((turn, receiver))
    }

    /// Tells the other instances of the turn, where they share a store.
    pub(super) async fn share(
        &mut self,
        sealed: &SealedUpload,
        visitor: &Visitor,
        outside: &Outside,
    ) {
        let put = (self.upload, self.number);
        let url_ttl = url_ttl(sealed, outside.now());
        self.shared = uploads::share(&self.core, outside, put, visitor, url_ttl).await;
    }

    /// Ends the turn among all instances, before the response is sent.
    pub(super) async fn end_shared(&mut self, outside: &Outside) {
        if let Some(slot) = self.shared.take() {
            slot.give_back(outside).await;
        }
    }

    /// Returns why the PUT was ended.
    pub(super) fn why_ended(&mut self) -> NoTurn {
        let reason = self.reason.try_recv();
        reason.ok().flatten().unwrap_or(NoTurn::Superseded)
    }
}

/// Returns how long the upload's URL is good.
fn url_ttl(sealed: &SealedUpload, now: Moment) -> Duration {
    let left = Duration::from_secs(sealed.expires_at_s.saturating_sub(now.epoch_s()));
    // More is left only where the time of day was set back.
    left.min(upload_expiry::LIFETIME_MAX)
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        let ended = self.core.upload_puts().end(self.upload, self.number);
        drop(ended);
    }
}

//! The options of one call.

use crate::failure::Code;
use crate::limits::Limits;
use crate::read::{Bytes, Callback, Fields, IdempotencyKey, Object, Reading, Signal, convert};
use crate::value::Value;

/// Up to so many bytes, a file is copied into memory by default (32 MB): see [`CallOptions::snapshot_bytes`].
pub const DEFAULT_SNAPSHOT_BYTES: f64 = 32.0 * 1024.0 * 1024.0;

/// The options of one call. Those that a call has no use for are checked all the same.
#[derive(Debug)]
pub struct CallOptions<V> {
    /// Cancels the call.
    pub signal: Option<V>,
    /// The function to report progress to.
    pub on_progress: Option<V>,
    /// The function to show a character to that is still being synthesized.
    pub on_update: Option<V>,
    /// Whether an upload is classified.
    pub classify: bool,
    /// Up to so many bytes, an upload's file is copied into memory, so that each attempt sends the bytes
    /// that were looked at, whatever becomes of the file.
    pub snapshot_bytes: f64,
    pub idempotency_key: Option<String>,
    /// The call's own `deadlineMs`, in milliseconds.
    pub own_deadline_ms: Option<u64>,
    /// The client's, where the call has none of its own.
    pub limits: Limits,
}

impl<V: Value> CallOptions<V> {
    /// Reads the options of a call of a client with these `limits`.
    ///
    /// # Errors
    /// `invalid_argument` about `options`, or a field of it.
    pub fn read(options: &V, limits: Limits) -> Reading<Self, V> {
        if !options.kind().is_missing() {
            convert::<Object<V>, V>(options, "options", Code::InvalidArgument)?;
        }
        let fields = Fields::of(options, "options");
        let signal: Option<Signal<V>> = fields.optional("signal")?;
        let on_progress: Option<Callback<V>> = fields.optional("onProgress")?;
        let on_update: Option<Callback<V>> = fields.optional("onUpdate")?;
        let classify: Option<bool> = fields.optional("classify")?;
        let snapshot_bytes: Option<Bytes> = fields.optional("snapshotBytes")?;
        let idempotency_key: Option<IdempotencyKey> = fields.optional("idempotencyKey")?;
        let own_limits = Limits {
            deadline_ms: None,
            ..limits
        };
        let own_limits = own_limits.overridden(fields)?;
        Ok(Self {
            signal: signal.map(|it| it.0),
            on_progress: on_progress.map(|it| it.0),
            on_update: on_update.map(|it| it.0),
            classify: classify.unwrap_or_default(),
            snapshot_bytes: snapshot_bytes.map_or(DEFAULT_SNAPSHOT_BYTES, |it| it.0),
            idempotency_key: idempotency_key.map(|it| it.0),
            own_deadline_ms: own_limits.deadline_ms,
            limits: Limits {
                deadline_ms: own_limits.deadline_ms.or(limits.deadline_ms),
                ..own_limits
            },
        })
    }
}

#[cfg(test)]
mod tests;

//! What may change while an emulator runs.

use aurous_contract::limits;
use serde::{Deserialize, Serialize};

/// The settings of an emulator. They may change at run time, by `Emulator::change_settings` or by
/// `POST /config` on the control origin. The default is faithful to production.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeSettings {
    /// Whether the API and the upload host send CORS headers, for every origin. Default false, as in
    /// production.
    pub cors: bool,
    /// The most bytes of an upload. A larger one gets 413. Default 10 000 000.
    pub upload_max_bytes: u64,
    /// How long an upload URL is valid, in milliseconds, rounded down to whole seconds. Applies to
    /// tickets that are minted afterwards. Default 15 minutes.
    pub upload_url_ttl_ms: u64,
    /// How long a synthesis takes, in milliseconds of the emulator's clock. Applies to syntheses that
    /// begin afterwards. Default 30 s.
    pub synthesize_ms: u64,
    /// Whether a synthesis ends in `reviewing`, from which a save makes the character `ready`, as the
    /// vendor's older pages say. Where not, it ends in `ready`, as the vendor's changelog of 2026-06-19
    /// says. Applies to syntheses that begin afterwards. Default false.
    pub review_step: bool,
    /// The credits that each team starts with. One generation costs one. Changing it sets every team's
    /// balance. Default 1000.
    pub credits: u32,
    /// Whether create honours `Idempotency-Key`, which the vendor does not document. Default true.
    pub honour_idempotency_key_on_create: bool,
    /// Whether the other responses with a character have its `client_reference_id`, as the response to
    /// its create has. The vendor documents neither. Default true.
    pub echo_client_reference_id: bool,
    /// Whether an empty bucket refuses calls. Default true.
    pub rate_limits: bool,
}

impl Default for RuntimeSettings {
    fn default() -> Self {
        Self {
            cors: false,
            upload_max_bytes: limits::UPLOAD_MAX_BYTES,
            upload_url_ttl_ms: limits::UPLOAD_URL_TTL_MS,
            synthesize_ms: 30_000,
            review_step: false,
            credits: 1000,
            honour_idempotency_key_on_create: true,
            echo_client_reference_id: true,
            rate_limits: true,
        }
    }
}

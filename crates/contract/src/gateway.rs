//! The gateway's codes that the SDK acts on, each for the one reason given. The others pass through
//! to the page as they are.

/// The API refused the gateway's key: no visitor can mend that, and no wait.
pub const KEY_REFUSED: &str = "gateway_key_refused";
/// A create was sent, and what came of it is not known.
pub const CREATE_OUTCOME_UNKNOWN: &str = "gateway_create_outcome_unknown";
/// The upload URL has expired, or never was one.
pub const UPLOAD_URL_EXPIRED: &str = "gateway_upload_url_expired";
/// The upload host took the signed URL for expired, or for another content type.
pub const UPLOAD_URL_REFUSED: &str = "gateway_upload_url_refused";
/// The body is larger than is taken.
pub const BODY_TOO_LARGE: &str = "gateway_body_too_large";
/// The upload host refused the PUT, as it would again.
pub const UPLOAD_REFUSED: &str = "gateway_upload_refused";
/// The upload host failed, and may not the next time.
pub const UPLOAD_HOST_FAILED: &str = "gateway_upload_host_failed";
/// The upload host asks to come back later.
pub const UPLOAD_HOST_BUSY: &str = "gateway_upload_host_busy";

/// Every one of them.
pub const CODES: [&str; 8] = [
    KEY_REFUSED,
    CREATE_OUTCOME_UNKNOWN,
    UPLOAD_URL_EXPIRED,
    UPLOAD_URL_REFUSED,
    BODY_TOO_LARGE,
    UPLOAD_REFUSED,
    UPLOAD_HOST_FAILED,
    UPLOAD_HOST_BUSY,
];

//! The gateway's codes that the SDK knows. All others pass through to the page as they are.

/// The API refused the gateway's key: neither a visitor nor a wait can mend that.
pub const KEY_REFUSED: &str = "gateway_key_refused";
/// The gateway sent a create, and does not know whether it was carried out.
pub const CREATE_OUTCOME_UNKNOWN: &str = "gateway_create_outcome_unknown";
/// The upload URL has expired, or the gateway did not mint it.
pub const UPLOAD_URL_EXPIRED: &str = "gateway_upload_url_expired";
/// The upload host refused the signed URL: it has expired, or is for another content type.
pub const UPLOAD_URL_REFUSED: &str = "gateway_upload_url_refused";
/// The body is larger than the gateway takes.
pub const BODY_TOO_LARGE: &str = "gateway_body_too_large";
/// Another number of bytes was announced for this upload.
pub const SIZE_MISMATCH: &str = "gateway_size_mismatch";
/// The PUT has no bytes.
pub const EMPTY_UPLOAD: &str = "gateway_empty_upload";
/// The upload host refused the PUT, and would refuse it again.
pub const UPLOAD_REFUSED: &str = "gateway_upload_refused";
/// The upload host failed. Another attempt may succeed.
pub const UPLOAD_HOST_FAILED: &str = "gateway_upload_host_failed";
/// The upload host is busy. A later attempt may succeed.
pub const UPLOAD_HOST_BUSY: &str = "gateway_upload_host_busy";

/// All of these codes.
pub const CODES: [&str; 10] = [
    KEY_REFUSED,
    CREATE_OUTCOME_UNKNOWN,
    UPLOAD_URL_EXPIRED,
    UPLOAD_URL_REFUSED,
    BODY_TOO_LARGE,
    SIZE_MISMATCH,
    EMPTY_UPLOAD,
    UPLOAD_REFUSED,
    UPLOAD_HOST_FAILED,
    UPLOAD_HOST_BUSY,
];

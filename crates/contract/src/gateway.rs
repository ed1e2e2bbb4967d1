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
/// The PUT has no bytes: something between the file and the gateway lost them.
pub const EMPTY_UPLOAD: &str = "gateway_empty_upload";
/// The PUT has another number of bytes than the file that its ticket was minted for.
pub const SIZE_MISMATCH: &str = "gateway_size_mismatch";
/// The request's body ended before its `Content-Length`: the page, or something in between, broke it off.
pub const CLIENT_GONE: &str = "gateway_client_gone";
/// The upload host refused the PUT, and would refuse it again.
pub const UPLOAD_REFUSED: &str = "gateway_upload_refused";
/// The upload host failed. Another attempt may succeed.
pub const UPLOAD_HOST_FAILED: &str = "gateway_upload_host_failed";
/// The upload host is busy. A later attempt may succeed.
pub const UPLOAD_HOST_BUSY: &str = "gateway_upload_host_busy";

/// All of these codes.
pub const CODES: [&str; 11] = [
    KEY_REFUSED,
    CREATE_OUTCOME_UNKNOWN,
    UPLOAD_URL_EXPIRED,
    UPLOAD_URL_REFUSED,
    BODY_TOO_LARGE,
    EMPTY_UPLOAD,
    SIZE_MISMATCH,
    CLIENT_GONE,
    UPLOAD_REFUSED,
    UPLOAD_HOST_FAILED,
    UPLOAD_HOST_BUSY,
];

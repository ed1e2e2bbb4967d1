//! Every number of the API, with its source: the vendor's documentation unless said otherwise.

/// The longest `filename` of an init request, in characters (Unicode code points).
pub const FILENAME_MAX_CHARS: usize = 120;

/// The smallest and largest number of `upload_ids` in a create request.
pub const UPLOAD_IDS_MIN: usize = 1;
pub const UPLOAD_IDS_MAX: usize = 6;

/// How long an upload URL may be used after it was minted, in milliseconds (15 minutes).
pub const UPLOAD_URL_TTL_MS: u64 = 15 * 60 * 1000;

/// How long a ticket and its bytes are kept, in milliseconds (24 hours).
pub const UPLOAD_TTL_MS: u64 = 24 * 60 * 60 * 1000;

/// How long an `Idempotency-Key` is remembered, in milliseconds (24 hours).
pub const IDEMPOTENCY_TTL_MS: u64 = 24 * 60 * 60 * 1000;

/// How long the URL of a reference image is good for, in milliseconds (about 24 hours).
pub const REF_URL_TTL_MS: u64 = 24 * 60 * 60 * 1000;

/// The longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_MAX_CHARS: usize = 256;

/// The longest `client_reference_id` of a create request, in characters.
pub const CLIENT_REFERENCE_ID_MAX_CHARS: usize = 256;

/// The `limit` of a list request: smallest, largest, default.
pub const LIST_LIMIT_MIN: u32 = 1;
pub const LIST_LIMIT_MAX: u32 = 100;
pub const LIST_LIMIT_DEFAULT: u32 = 20;

/// The largest upload, in bytes. The vendor documents no limit for this endpoint: this is the limit of
/// another one, and the emulator's default.
pub const UPLOAD_MAX_BYTES: u64 = 10_000_000;

/// The longest character name, in characters. Undocumented: the emulator's choice.
pub const CHARACTER_NAME_MAX_CHARS: usize = 120;

/// The longest text attribute, in characters, and the range of `age`. Undocumented: the emulator's choice.
pub const ATTRIBUTE_MAX_CHARS: usize = 500;
pub const AGE_MIN: u8 = 18;
pub const AGE_MAX: u8 = 120;

/// The API's own origin.
pub const API_ORIGIN: &str = "https://api.aurous-labs.com";

//! The headers of the API and of the gateway, by name.

/// The team's key. A browser never sends it.
pub const API_KEY: &str = "x-api-key";
/// On every response of a gateway and on none of the API's: tells the two apart.
pub const GATEWAY: &str = "aurous-gateway";
/// The key under which a create happens once.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// `true` on a response that was given before, to the same idempotency key.
pub const IDEMPOTENT_REPLAYED: &str = "aurous-idempotent-replayed";
/// The tokens of a full bucket.
pub const RATE_LIMIT: &str = "x-ratelimit-limit";
/// The tokens that are left in the bucket.
pub const RATE_LIMIT_REMAINING: &str = "x-ratelimit-remaining";
/// The epoch second at which the bucket is full again.
pub const RATE_LIMIT_RESET: &str = "x-ratelimit-reset";
/// The id under which the vendor's support finds a request.
pub const REQUEST_ID: &str = "aurous-request-id";
/// The seconds to wait before the next attempt, or the date of that attempt.
pub const RETRY_AFTER: &str = "retry-after";
/// The version of the API: the one asked for, and the one applied.
pub const VERSION: &str = "aurous-version";

/// The headers of an API response that a gateway passes on.
pub const RELAYED: [&str; 7] = [
    REQUEST_ID,
    VERSION,
    IDEMPOTENT_REPLAYED,
    RETRY_AFTER,
    RATE_LIMIT,
    RATE_LIMIT_REMAINING,
    RATE_LIMIT_RESET,
];

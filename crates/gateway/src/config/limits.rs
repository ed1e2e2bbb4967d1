//! How much, how many, how long.

use std::time::Duration;

/// Sizes, counts and times, none of them zero. See [`Settings`](super::Settings) for what each is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub upload_max_bytes: u64,
    pub max_uploads: u32,
    pub max_uploads_per_subject: u32,
    pub max_connections: u32,
    pub header_timeout: Duration,
    pub body_idle_timeout: Duration,
    pub body_min_bytes_per_second: u32,
    pub drain_refused_body: Duration,
    pub connect_timeout: Duration,
    pub answer_timeout: Duration,
    pub request_timeout: Duration,
    pub drain_timeout: Duration,
}

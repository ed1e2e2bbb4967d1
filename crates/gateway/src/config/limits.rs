//! The limits on sizes, counts and times.

use std::time::Duration;

/// The limits, none of them zero. [`Settings`](super::Settings) explains each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    pub upload_max_bytes: u64,
    pub max_uploads: u32,
    pub max_uploads_per_subject: u32,
    pub max_connections: u32,
    pub max_connections_per_address: u32,
    pub header_timeout: Duration,
    pub keep_alive_timeout: Duration,
    pub body_idle_timeout: Duration,
    pub body_min_bytes_per_second: u32,
    pub drain_refused_body: Duration,
    pub connect_timeout: Duration,
    pub answer_timeout: Duration,
    pub request_timeout: Duration,
    pub drain_timeout: Duration,
}

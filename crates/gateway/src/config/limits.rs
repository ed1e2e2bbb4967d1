//! The limits on sizes, counts and times.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::error::ConfigErrors;
use super::settings::Settings;

/// One address holds one connection in this many, unless a setting says otherwise.
const CONNECTIONS_TO_ONE_ADDRESS: u32 = 4;

/// The bits that limits may count as one IPv6 visitor. Fewer than 32 are a whole provider.
const IPV6_PREFIXES: RangeInclusive<u8> = 32..=128;

const ZERO: &str = "it is 0";
const ZERO_REMEDY: &str = "Give a number above 0";

/// The limits, none of them zero. [`Settings`] explains each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    pub upload_max_bytes: u64,
    pub max_uploads: u32,
    pub max_uploads_per_subject: u32,
    pub max_connections: u32,
    pub max_connections_per_address: u32,
    /// The first bits of an IPv6 address that count as one visitor: 32 to 128.
    pub ipv6_prefix: u8,
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

pub(super) fn check_limits(settings: &Settings, errors: &mut ConfigErrors) -> ResourceLimits {
    if settings.upload_max_bytes == 0 {
        errors.add("--upload-max-bytes", ZERO, ZERO_REMEDY);
    }
    if !IPV6_PREFIXES.contains(&settings.ipv6_prefix) {
        let (least, most) = (IPV6_PREFIXES.start(), IPV6_PREFIXES.end());
        errors.add(
            "--ipv6-prefix",
            format!("it is not between {least} and {most}"),
            "Give the bits of the network that a provider gives to one customer: 64, 56 or 48",
        );
    }
    let mut count = |setting, number: u32| {
        if number == 0 {
            errors.add(setting, ZERO, ZERO_REMEDY);
        }
        number
    };
    let per_subject = settings.max_uploads_per_subject;
    let rate = settings.body_min_bytes_per_second;
    let max_uploads = count("--max-uploads", settings.max_uploads);
    let max_uploads_per_subject = count("--max-uploads-per-subject", per_subject);
    let max_connections = count("--max-connections", settings.max_connections);
    let max_connections_per_address = match settings.max_connections_per_address {
        Some(number) => count("--max-connections-per-address", number),
        None => (max_connections / CONNECTIONS_TO_ONE_ADDRESS).max(1),
    };
    let body_min_bytes_per_second = count("--body-min-bytes-per-second", rate);
    let mut time = |setting, ms| Duration::from_millis(u64::from(count(setting, ms)));
    ResourceLimits {
        upload_max_bytes: settings.upload_max_bytes,
        max_uploads,
        max_uploads_per_subject,
        max_connections,
        max_connections_per_address,
        ipv6_prefix: settings.ipv6_prefix,
        body_min_bytes_per_second,
        header_timeout: time("--header-timeout-ms", settings.header_timeout_ms),
        keep_alive_timeout: time("--keep-alive-timeout-ms", settings.keep_alive_timeout_ms),
        body_idle_timeout: time("--body-idle-timeout-ms", settings.body_idle_timeout_ms),
        drain_refused_body: time("--drain-refused-body-ms", settings.drain_refused_body_ms),
        connect_timeout: time("--connect-timeout-ms", settings.connect_timeout_ms),
        answer_timeout: time("--answer-timeout-ms", settings.answer_timeout_ms),
        request_timeout: time("--request-timeout-ms", settings.request_timeout_ms),
        drain_timeout: time("--drain-timeout-ms", settings.drain_timeout_ms),
    }
}

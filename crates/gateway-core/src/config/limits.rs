//! The limits on sizes, counts and times.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::error::ConfigErrors;
use super::settings::Settings;
use crate::rules::create_records::RecordLimits;

/// The bits that limits may count as one IPv6 visitor. Fewer than 32 are a whole provider.
const IPV6_PREFIXES: RangeInclusive<u8> = 32..=128;

/// The least bytes for creates: the tenth of them that is a visitor's has room for one response.
const CREATE_BYTES_MIN: u64 = 1_000_000;

/// How much of a refused body is read, as a multiple of the largest upload.
const MAX_DRAINED_UPLOADS: u64 = 8;

/// The longest time to read on before a refusal is sent, in milliseconds. The program has a setting for it.
pub const DRAIN_REFUSED_BODY_MS: u32 = 10_000;

/// The limits. None of them is zero. [`Settings`] explains each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    pub upload_max_bytes: u64,
    pub max_uploads: u32,
    pub max_uploads_per_subject: u32,
    pub(crate) create_records: RecordLimits,
    /// The first bits of an IPv6 address that count as one visitor: 32 to 128.
    pub ipv6_prefix: u8,
    pub body_idle_timeout: Duration,
    pub body_min_bytes_per_second: u32,
    pub connect_timeout: Duration,
    pub answer_timeout: Duration,
    pub request_timeout: Duration,
}

impl ResourceLimits {
    /// Returns how much of a refused body may be read before the refusal is sent, in bytes. A body that is
    /// refused as too large exceeds one upload, and its sender needs to read that refusal.
    pub fn drained_max_bytes(&self) -> u64 {
        self.upload_max_bytes.saturating_mul(MAX_DRAINED_UPLOADS)
    }
}

pub(super) fn check_limits(settings: &Settings, errors: &mut ConfigErrors) -> ResourceLimits {
    if settings.upload_max_bytes == 0 {
        errors.add_zero("--upload-max-bytes");
    }
    if !IPV6_PREFIXES.contains(&settings.ipv6_prefix) {
        let (least, most) = (IPV6_PREFIXES.start(), IPV6_PREFIXES.end());
        errors.add(
            "--ipv6-prefix",
            format!("it is not between {least} and {most}"),
            "Give the bits of the network that a provider gives to one customer: 64, 56 or 48",
        );
    }
    if settings.max_create_bytes < CREATE_BYTES_MIN {
        let problem = format!("it is less than {CREATE_BYTES_MIN}");
        let remedy =
            "Give at least that: one visitor has a tenth of it, which has to hold one response";
        errors.add("--max-create-bytes", problem, remedy);
    }
    let mut count = |setting, number| errors.accept_count(setting, number);
    let per_subject = settings.max_uploads_per_subject;
    let rate = settings.body_min_bytes_per_second;
    let max_uploads = count("--max-uploads", settings.max_uploads);
    let max_uploads_per_subject = count("--max-uploads-per-subject", per_subject);
    let max_records = count("--max-create-records", settings.max_create_records);
    let body_min_bytes_per_second = count("--body-min-bytes-per-second", rate);
    let mut time = |setting, ms| Duration::from_millis(u64::from(count(setting, ms)));
    ResourceLimits {
        upload_max_bytes: settings.upload_max_bytes,
        max_uploads,
        max_uploads_per_subject,
        create_records: RecordLimits {
            max_records: max_records as usize,
            max_bytes: usize::try_from(settings.max_create_bytes).unwrap_or(usize::MAX),
        },
        ipv6_prefix: settings.ipv6_prefix,
        body_min_bytes_per_second,
        body_idle_timeout: time("--body-idle-timeout-ms", settings.body_idle_timeout_ms),
        connect_timeout: time("--connect-timeout-ms", settings.connect_timeout_ms),
        answer_timeout: time("--answer-timeout-ms", settings.answer_timeout_ms),
        request_timeout: time("--request-timeout-ms", settings.request_timeout_ms),
    }
}

/// The slowest upload that counts as moving, in bytes a millisecond: 256 kbit/s, a poor mobile
/// uplink.
pub const PUT_SLOWEST_BYTES_PER_MS: u64 = 256_000 / 8 / 1000;

/// How long a PUT of `bytes` may go without an answer before it counts as standing still, in
/// milliseconds, where nothing says how far it is: with `fetch`, which reports no progress, and
/// after 100 %, when the last bytes still sit in buffers (20 s seen).
///
/// It is the stall timeout (`stallTimeoutMs`, 30 000 by default) plus the time that the bytes take
/// at [`PUT_SLOWEST_BYTES_PER_MS`], rounded up. Saturates.
///
/// ```
/// use aurous_flow::retry::put_stall_limit_ms;
///
/// assert_eq!(put_stall_limit_ms(30_000, 0), 30_000);
/// // 10 MB: five minutes and 42.5 s. Over 1 Mbit/s they take 80 s.
/// assert_eq!(put_stall_limit_ms(30_000, 10_000_000), 342_500);
/// ```
pub const fn put_stall_limit_ms(stall_timeout_ms: u64, bytes: u64) -> u64 {
    stall_timeout_ms.saturating_add(bytes.div_ceil(PUT_SLOWEST_BYTES_PER_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_given_for_each_256_kbit() {
        for (bytes, ms) in [(0, 0), (1, 1), (32, 1), (33, 2), (32_000, 1_000)] {
            assert_eq!(put_stall_limit_ms(0, bytes), ms, "{bytes}");
            assert_eq!(put_stall_limit_ms(30_000, bytes), 30_000 + ms, "{bytes}");
        }
    }

    #[test]
    fn the_limit_saturates() {
        assert_eq!(put_stall_limit_ms(u64::MAX, 1), u64::MAX);
    }
}
